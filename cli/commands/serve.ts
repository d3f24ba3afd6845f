/** `assay serve`: the HTTP server with the S3-event webhook, the API and the pages. */
import { serve } from '@hono/node-server';
import { AssayError } from '../../schemas/errors.ts';
import { createApp } from '../../server/app.ts';
import { sweep } from '../../server/sweep.ts';
import type { Register } from '../context.ts';
import { lazy } from '../lazy.ts';
import { createLibrary } from '../library.ts';
import { createServices } from '../services.ts';

export const register: Register = (program, context) => {
  program
    .command('serve')
    .description('serve the API, the pages and the S3-event webhook')
    .action(async () => {
      const config = await context.config();
      if (config.webhookToken === null || config.apiToken === null) {
        throw new AssayError('ASY-9006', {
          variable: config.webhookToken === null ? 'ASSAY_WEBHOOK_TOKEN' : 'ASSAY_API_TOKEN',
          reason: 'not set: anybody could start or approve runs',
        });
      }
      const log = (line: string) => context.output.warn(line);
      const services = createServices(config);
      // The server answers before Temporal and S3 do: the S3 server will not start without its webhook.
      const app = createApp({
        runs: lazy(services.runs),
        annotators: lazy(services.annotators),
        library: createLibrary(services),
        webhookToken: config.webhookToken,
        apiToken: config.apiToken,
        temporalUi: config.temporalUi,
        log,
      });
      const server = serve({ fetch: app.fetch, hostname: config.http.host, port: config.http.port });
      const stopped = new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close(() => resolve()));
      });
      log(`serving ${config.api}`);
      void catchUp();
      await stopped;
      await services.close();

      /** Drops whose event got lost while nothing listened: looked for until the first sweep has gone through. */
      async function catchUp(): Promise<void> {
        for (let delay = 500; ; delay = Math.min(delay * 2, 15_000)) {
          try {
            for (const drop of await sweep(services.objects, await services.runs()))
              log(`drop ${drop}: run started by sweep`);
            return;
          } catch (error) {
            log(`sweep: ${error instanceof Error ? error.message : String(error)}; again in ${delay} ms`);
            await new Promise((resolve) => setTimeout(resolve, delay).unref());
          }
        }
      }
    });
};
