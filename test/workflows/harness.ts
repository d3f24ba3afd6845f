import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { QUEUES } from '../../workflows/queues.ts';
import { workflowBundle } from '../support/temporal.ts';
import type { Activities } from './stubs.ts';

/** Runs workers for all queues with the given activities while `work` runs. */
export const withWorkers = async <T>(
  env: TestWorkflowEnvironment,
  activities: Activities,
  work: () => Promise<T>,
): Promise<T> => {
  const bundle = await workflowBundle();
  const workers = await Promise.all(
    QUEUES.map((taskQueue) =>
      Worker.create({
        connection: env.nativeConnection,
        taskQueue,
        ...(taskQueue === 'pipeline' ? { workflowBundle: bundle } : { activities }),
      }),
    ),
  );
  const running = workers.map((worker) => worker.run());
  try {
    return await work();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
};
