import { proxyActivities } from '@temporalio/workflow';
import type {
  AnnotateActivities,
  CurateActivities,
  ErasureActivities,
  ExamineActivities,
  HeatmapActivities,
  IngestActivities,
  LabelActivities,
  MonitorActivities,
  ReportActivities,
  RetentionActivities,
  ScoreActivities,
  TrainActivities,
} from '../activities/contract.ts';
import type { Queue } from './queues.ts';
import { TIMING, type Timing } from './timing.ts';

/**
 * Activities are retried for ever with back-off: a server that is down comes back, and faults that cannot change are marked
 * non-retryable by the worker (their code is the failure's type).
 */
const on = (queue: Queue, timing: Timing = {}) => {
  const { heartbeatMs, activityMs, retryMs } = { ...TIMING, ...timing };
  return {
    taskQueue: queue,
    startToCloseTimeout: activityMs,
    heartbeatTimeout: heartbeatMs,
    retry: { initialInterval: retryMs, backoffCoefficient: 2, maximumInterval: 30 * retryMs },
  };
};

export const ingest = (timing?: Timing) => proxyActivities<IngestActivities>(on('io', timing));
export const annotate = (timing?: Timing) => proxyActivities<AnnotateActivities>(on('io', timing));
export const label = (timing?: Timing) => proxyActivities<LabelActivities>(on('cpu', timing));
export const encode = (timing?: Timing) => proxyActivities<ScoreActivities>(on('gpu', timing));
export const score = (timing?: Timing) => proxyActivities<ScoreActivities>(on('cpu', timing));
export const merge = (timing?: Timing) => proxyActivities<HeatmapActivities>(on('cpu', timing));
export const predict = (timing?: Timing) => proxyActivities<HeatmapActivities>(on('gpu', timing));
export const train = (timing?: Timing) => proxyActivities<TrainActivities>(on('cpu', timing));
export const examine = (timing?: Timing) => proxyActivities<ExamineActivities>(on('cpu', timing));
export const curate = (timing?: Timing) => proxyActivities<CurateActivities>(on('cpu', timing));
export const report = (timing?: Timing) => proxyActivities<ReportActivities>(on('io', timing));
export const erasure = (timing?: Timing) => proxyActivities<ErasureActivities>(on('io', timing));
export const monitoring = (timing?: Timing) =>
  proxyActivities<Pick<MonitorActivities, 'takeReading'>>(on('cpu', timing));
/** Posting is tried again for some minutes: a receiver that is away for longer is told nothing, and the alert says so. */
export const alerting = (timing?: Timing): Pick<MonitorActivities, 'sendAlert' | 'noteDelivery'> => {
  const options = on('io', timing);
  const retry = { ...options.retry, maximumAttempts: 10 };
  const { sendAlert } = proxyActivities<MonitorActivities>({ ...options, retry, startToCloseTimeout: '1 minute' });
  const { noteDelivery } = proxyActivities<MonitorActivities>(options);
  return { sendAlert, noteDelivery };
};
export const retention = (timing?: Timing) => proxyActivities<RetentionActivities>(on('io', timing));
