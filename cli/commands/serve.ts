/** `assay serve`: the HTTP server with the S3-event webhook, the API and the pages. */
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { AssayError } from '../../schemas/errors.ts';
import { createApp } from '../../server/app.ts';
import { createAudit } from '../../server/audit/log.ts';
import { createAuditReader } from '../../server/audit/objects.ts';
import { createLimits } from '../../server/limits/limits.ts';
import type { Annotators } from '../../server/ports.ts';
import { createRewardMetrics } from '../../server/reward/metrics.ts';
import { createRewardService } from '../../server/reward/service.ts';
import { sweep } from '../../server/sweep.ts';
import { consoleDeps } from '../console-deps.ts';
import { createConsoleFiles } from '../console-files.ts';
import type { Register } from '../context.ts';
import { identityOf } from '../identity.ts';
import { lazy } from '../lazy.ts';
import { createLibrary } from '../library.ts';
import { loadRemotes } from '../remotes.ts';
import { createRewardRegistry } from '../rewards.ts';
import { createServices } from '../services.ts';

/** How long answers under way may take once the server has been told to stop. */
const DRAIN_MS = 30_000;

export const register: Register = (program, context) => {
  program
    .command('serve')
    .description('serve the API, the pages, rewards for trainers and the S3-event webhook')
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
      const metrics = createRewardMetrics();
      const remotes = loadRemotes(config, context.env);
      const rewards = createRewardService(createRewardRegistry({ objects: services.objects, remotes }), metrics);
      let sweeping = false;
      let again = false;
      let stopping = false;
      // The server answers before Temporal and S3 do: the S3 server will not start without its webhook.
      const annotators: Annotators = lazy(services.annotators);
      const app = createApp({
        ...consoleDeps(services, annotators),
        runs: lazy(services.runs),
        annotators,
        library: createLibrary(services),
        identity: identityOf(config, services.objects, log),
        limits: createLimits(config.ratePerSecond),
        audit: { ...createAudit(services.objects), ...createAuditReader(services.objects) },
        consoleFiles: createConsoleFiles(),
        webhookToken: config.webhookToken,
        apiToken: config.apiToken,
        temporalUi: config.temporalUi,
        hosts: config.http.hosts,
        reward: { service: rewards, metrics, token: config.rewardToken ?? config.apiToken },
        addressOf: (c) => getConnInfo(c).remote.address ?? '',
        log,
        missed: () => void catchUp(),
      });
      const server = serve({ fetch: app.fetch, hostname: config.http.host, port: config.http.port });
      const stopped = new Promise<void>((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) =>
          reject(
            error.code === 'EADDRINUSE'
              ? new AssayError('ASY-9002', { port: config.http.port }, { cause: error })
              : new AssayError('ASY-9003', { name: 'server', reason: error.message }, { cause: error }),
          ),
        );
        const stop = (): void => {
          // What is taken is answered, what comes on open connections is sent elsewhere.
          void rewards.drain();
          server.close(() => resolve());
          setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), DRAIN_MS).unref();
        };
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
      });
      server.once('listening', () => {
        log(`serving ${config.api}`);
        void catchUp();
      });
      try {
        await stopped;
      } finally {
        stopping = true;
        await services.close();
      }

      /** Drops whose event got lost, while nothing listened or because their run could not be started: looked for until one sweep has gone through. */
      async function catchUp(): Promise<void> {
        again = sweeping;
        if (sweeping) return;
        sweeping = true;
        for (let delay = 500; ; delay = Math.min(delay * 2, 15_000)) {
          try {
            for (const drop of await sweep(services.objects, await services.runs()))
              log(`drop ${drop}: run started by sweep`);
            sweeping = false;
            // An event was missed while this sweep was under way, perhaps behind it.
            if (again) void catchUp();
            return;
          } catch (error) {
            if (stopping) return;
            log(`sweep: ${error instanceof Error ? error.message : String(error)}; again in ${delay} ms`);
            await new Promise((resolve) => setTimeout(resolve, delay).unref());
          }
        }
      }
    });
};
