/** What the reward server counts and times, for Prometheus. Each call has a registry of its own. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RewardMetrics } from './ports.ts';

/** Counters of one server, and of the process it runs in. */
export const createRewardMetrics = (): RewardMetrics => {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'assay_reward_requests_total',
    help: 'Requests for rewards, by protocol and HTTP status.',
    labelNames: ['protocol', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'assay_reward_request_seconds',
    help: 'Seconds from a request to its answer.',
    labelNames: ['protocol'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const rejected = new Counter({
    name: 'assay_reward_rejected_total',
    help: 'Requests refused, by error code.',
    labelNames: ['code'],
    registers,
  });
  const batches = new Histogram({
    name: 'assay_reward_batch_texts',
    help: 'Texts in a batch.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers,
  });
  const waiting = new Gauge({ name: 'assay_reward_waiting_texts', help: 'Texts that wait for a batch.', registers });
  return {
    request: (protocol, status, elapsed) => {
      requests.inc({ protocol, status });
      seconds.observe({ protocol }, elapsed);
    },
    rejected: (code) => rejected.inc({ code }),
    batch: (texts) => batches.observe(texts),
    waiting: (texts) => waiting.set(texts),
    text: async () => ({ body: await registry.metrics(), type: registry.contentType }),
  };
};
