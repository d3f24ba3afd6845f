import { Context, type Info } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { isAssayError } from '../../schemas/errors.ts';
import type { Progress } from '../ports.ts';

/** What each running activity last reported, so that the timed heartbeat repeats it instead of erasing it. */
const reported = new WeakMap<Context, unknown>();

/** The current activity's heartbeat, as the port that activities know. */
export const temporalProgress = (): Progress => {
  const context = Context.current();
  return {
    heartbeat: (details) => {
      if (details !== undefined) reported.set(context, details);
      context.heartbeat(reported.get(context));
    },
    last: context.info.heartbeatDetails,
    cancelled: context.cancellationSignal,
  };
};

/** Attempts before an error outside the catalogue (a fault of ours) is taken as final, so that no run hangs for ever. */
const UNKNOWN_ATTEMPTS = 5;

/** Heartbeats go out at least this often while an activity runs, whatever it is doing: a third of its timeout, at most 10 s. */
const beatEvery = (info: Info): number => Math.min((info.heartbeatTimeoutMs ?? 30_000) / 3, 10_000);

/** Turns catalogue faults into ApplicationFailures (type = code, retried only where trying again can help) and keeps heartbeats going. */
export class FaultInterceptor implements ActivityInboundCallsInterceptor {
  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    const context = Context.current();
    const { info } = context;
    reported.set(context, info.heartbeatDetails);
    const beat = setInterval(() => context.heartbeat(reported.get(context)), beatEvery(info));
    try {
      return await next(input);
    } catch (error) {
      if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error;
      if (isAssayError(error)) {
        throw ApplicationFailure.create({
          type: error.code,
          message: `${error.code} ${error.message}`,
          nonRetryable: !error.retry,
          details: [{ fix: error.fix }],
          cause: error,
        });
      }
      // What fails because it is being cancelled, or its worker is going away, says nothing about the work.
      if (info.attempt >= UNKNOWN_ATTEMPTS && !context.cancellationSignal.aborted) {
        throw ApplicationFailure.create({
          type: error instanceof Error ? error.name : 'Error',
          message: error instanceof Error ? error.message : String(error),
          nonRetryable: true,
          cause: error instanceof Error ? error : undefined,
        });
      }
      throw error;
    } finally {
      clearInterval(beat);
    }
  }
}
