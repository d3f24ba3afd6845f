/** The worker: composition of activities over adapters, one Temporal worker per queue in one process. */
import { DefaultLogger, type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { RemoteModels } from '../activities/adapters/remote/index.ts';
import { FaultInterceptor, temporalProgress } from '../activities/adapters/temporal.ts';
import { createAlertPoster } from '../activities/adapters/webhook/poster.ts';
import { createAnnotateActivities } from '../activities/annotate.ts';
import { createCurateActivities } from '../activities/curate.ts';
import { createErasureActivities } from '../activities/erase.ts';
import { createExamineActivities } from '../activities/examine.ts';
import { createHeatmapActivities } from '../activities/heatmaps.ts';
import { createIngestActivities } from '../activities/ingest.ts';
import { createLabelActivities } from '../activities/labels.ts';
import { createMonitorActivities } from '../activities/monitor.ts';
import { readMonitor } from '../activities/monitoring/reading.ts';
import { createReportActivities } from '../activities/report.ts';
import { createRetentionActivities } from '../activities/retain.ts';
import { createScoreActivities } from '../activities/score.ts';
import { createTrainActivities } from '../activities/train.ts';
import type { Encoder } from '../models/encoders/index.ts';
import { AssayError } from '../schemas/errors.ts';
import { remoteName } from '../schemas/model-choice.ts';
import { QUEUES, type Queue } from '../workflows/queues.ts';
import type { Services } from './services.ts';
import { signingKeyOf } from './signing-key.ts';
import { dataConverter } from './temporal.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** Activities at the same time per queue: what two cores bear. */
const CONCURRENCY: Record<Queue, number> = { pipeline: 1, io: 4, cpu: 2, gpu: 2, judge: 8 };

/**
 * Workflow tasks taken at the same time. One thread runs them all, and one that is not done within ten seconds is lost and taken again:
 * a worker that comes back to many histories must leave with the server what it cannot replay by then.
 */
const WORKFLOW_TASKS = 4;

/** Says of each encoder, when it first works, what runs it. */
const announcing = (say: (line: string) => void) => {
  const told = new Set<string>();
  return ({ manifest: { id, revision }, provider = 'cpu' }: Encoder): void => {
    if (told.size === told.add(`${id} ${revision}`).size) return;
    say(`encoder ${id} ${revision}: ${remoteName(id) === null ? provider.toUpperCase() : 'another server'}`);
  };
};

const activitiesOf = (
  { objects, tables, media, codec, pictures, tempDir, config }: Services,
  remotes: RemoteModels,
  say: (line: string) => void,
): Record<Queue, object> => {
  const deps = { objects, remotes, tables, media, codec, pictures, tempDir, progress: temporalProgress };
  const io = {
    ...createIngestActivities({ ...deps, subjectKey: config.subjectKey ?? '' }),
    ...createAnnotateActivities(deps),
    ...createReportActivities(deps),
    ...createRetentionActivities(deps),
    ...createErasureActivities({ ...deps, subjectKey: config.subjectKey ?? '' }),
  };
  const monitors = createMonitorActivities({
    objects,
    read: (watch, now) => readMonitor({ objects, tables, remotes }, watch, now),
    alerts: createAlertPoster({ hosts: config.alertHosts, key: config.alertKey }),
    origin: config.origin,
  });
  const score = createScoreActivities({ ...deps, onEncoder: announcing(say) });
  const heatmaps = createHeatmapActivities(deps);
  const cpu = {
    ...createLabelActivities(deps),
    ...score,
    ...heatmaps,
    ...createTrainActivities(deps),
    ...createExamineActivities(deps),
    ...createCurateActivities({ ...deps, signingKey: signingKeyOf(config.signingKey) }),
  };
  return {
    pipeline: {},
    io: { ...io, ...monitors },
    cpu: { ...cpu, ...monitors },
    gpu: { ...score, ...heatmaps },
    judge: {},
  };
};

/** Starts workers for the queues named and returns when they poll; `stop` drains them, `say` is told what encoders run on. */
export const startWorkers = async (
  services: Services,
  remotes: RemoteModels,
  connection: NativeConnection,
  queues: readonly Queue[],
  say: (line: string) => void,
): Promise<{ done: Promise<void>; stop: () => void }> => {
  const activities = activitiesOf(services, remotes, say);
  const bundle = queues.includes('pipeline') ? await workflowBundle() : undefined;
  const workers = await Promise.all(
    // A queue that has no activities yet (`judge`) is not polled.
    queues
      .filter((queue) => queue === 'pipeline' || Object.keys(activities[queue]).length > 0)
      .map((taskQueue) =>
        Worker.create({
          connection,
          namespace: services.config.temporal.namespace,
          taskQueue,
          dataConverter,
          // A killed worker's workflows move to the next one after this long, not after the stock ten seconds.
          stickyQueueScheduleToStartTimeout: '3s',
          shutdownGraceTime: '5s',
          ...(taskQueue === 'pipeline'
            ? { workflowBundle: bundle, maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS }
            : {
                activities: activities[taskQueue],
                maxConcurrentActivityTaskExecutions: CONCURRENCY[taskQueue],
                // What a heartbeat carries is where the next attempt goes on: it may be this old, not 24 seconds.
                maxHeartbeatThrottleInterval: '2s',
                interceptors: { activity: [() => ({ inbound: new FaultInterceptor() })] },
              }),
        }),
      ),
  );
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  // One that ends by a fault takes the others with it: a process that serves half of its queues looks alive and is not.
  const done = Promise.allSettled(workers.map((worker) => worker.run().finally(stop))).then((ends) => {
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  });
  return { done, stop };
};

/** Which queues `--queues` names, in their own order. Throws ASY-9005 for a name that is none. */
export const parseQueues = (text: string): Queue[] => {
  if (text === 'all') return [...QUEUES];
  const named = text.split(',').map((name) => name.trim());
  const unknown = named.find((name) => !(QUEUES as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new AssayError('ASY-9005', {
      reason: `--queues ${text}: ${unknown || 'nothing'} is not one of ${QUEUES.join(', ')}`,
    });
  return QUEUES.filter((queue) => named.includes(queue));
};

/** Worker logs go to stderr, warnings and above: progress is in the Temporal UI. */
export const installRuntime = (): void => {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) =>
      process.stderr.write(`${level} ${message} ${meta?.['error'] ?? ''}\n`),
    ),
    shutdownSignals: [],
  });
};
