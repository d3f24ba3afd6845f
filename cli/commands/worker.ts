/** `assay worker`: runs workflows and activities until told to stop. */
import { QUEUES } from '../../workflows/queues.ts';
import { gpuQueueLine } from '../accelerator.ts';
import type { Register } from '../context.ts';
import { loadRemotes } from '../remotes.ts';
import { withServices } from '../services.ts';
import { announceReady } from '../stack/ready.ts';
import { installRuntime, parseQueues, startWorkers } from '../worker.ts';
import { connectWorker } from '../worker-connection.ts';

export const register: Register = (program, context) => {
  program
    .command('worker')
    .description('run workflows and activities')
    .option('--queues <names>', `all, or some of ${QUEUES.join(',')}`, 'all')
    .action(async ({ queues }: { queues: string }) => {
      const wanted = parseQueues(queues);
      installRuntime();
      await withServices(await context.config(), async (services) => {
        const { config } = services;
        // Fails now, not at the first row, when people could not be hashed.
        if (wanted.includes('io')) services.subject('');
        const connection = await connectWorker(config.temporal, (line) => context.output.warn(line));
        const remotes = loadRemotes(config, context.env);
        const { done, stop } = await startWorkers(services, remotes, connection, wanted, (line) =>
          context.output.warn(line),
        );
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
        if (wanted.includes('gpu')) context.output.warn(await gpuQueueLine());
        announceReady();
        context.output.warn(`worker: polling ${wanted.join(', ')} at ${config.temporal.address}`);
        await done;
        await connection.close();
      });
    });
};
