/**
 * Durations are inputs: production takes the defaults, tests pass milliseconds. `heartbeat` bounds how long a killed worker
 * goes unnoticed in the middle of an activity; `activity` bounds one attempt.
 */
export type Timing = {
  readonly heartbeatMs?: number;
  readonly activityMs?: number;
  readonly retryMs?: number;
};

export const TIMING = { heartbeatMs: 30_000, activityMs: 3_600_000, retryMs: 1_000 } as const;
