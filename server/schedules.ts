/** Temporal Schedules as Assay keeps them: one workflow each, never two of its runs at a time. */
import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleSummary,
} from '@temporalio/client';
import { AssayError } from '../schemas/errors.ts';
import type { When } from '../schemas/when.ts';
import { asClientError } from './runs.ts';

/** What a Schedule does and when. Temporal puts the time after `workflowId`: each run has an id of its own. */
export interface Planned {
  readonly id: string;
  readonly workflow: string;
  readonly workflowId: string;
  readonly args: readonly unknown[];
  readonly when: When;
  /** Shown beside it in the Temporal UI. */
  readonly note: string;
}

export interface ScheduleState {
  readonly id: string;
  readonly paused: boolean;
  /** ISO 8601, UTC; null: none is to come, or none was. */
  readonly next: string | null;
  readonly last: string | null;
}

export interface Schedules {
  /** Creates the Schedule, or makes the one of this id as told; a pause somebody set stays. Throws ASY-6502. */
  put(planned: Planned): Promise<'created' | 'updated'>;
  /** False where there was none. */
  remove(id: string): Promise<boolean>;
  /** Lets it fire now and returns the workflow run it started; that of the run under way where there is one. Throws ASY-6503. */
  trigger(id: string): Promise<{ workflowId: string; runId: string }>;
  /** Those whose ids begin with `prefix`, by id. A new one may take a second to be listed. */
  list(prefix: string): Promise<ScheduleState[]>;
}

/** Times missed for longer than this, while Temporal was away, are not made up for. */
const CATCH_UP_MS = 3_600_000;

/** How often, and how many times, a Schedule is asked what it started. */
const ASK_MS = 100;
const ASK_TIMES = 100;

const UNITS = { m: 'minutes', h: 'hours', d: 'days' } as const;

const specOf = (when: When): ScheduleOptions['spec'] => {
  if ('cron' in when) return { cronExpressions: [when.cron] };
  const unit = UNITS[when.every.at(-1) as keyof typeof UNITS];
  return { intervals: [{ every: `${Number(when.every.slice(0, -1))} ${unit}` }] };
};

const optionsOf = ({ workflow, workflowId, args, when, note }: Planned) => ({
  spec: specOf(when),
  action: {
    type: 'startWorkflow' as const,
    workflowType: workflow,
    workflowId,
    taskQueue: 'pipeline',
    args: [...args],
    staticSummary: note,
  },
  policies: { overlap: 'SKIP' as const, catchupWindow: CATCH_UP_MS },
});

const stateOf = ({ scheduleId, state, info }: ScheduleSummary): ScheduleState => ({
  id: scheduleId,
  paused: state.paused,
  next: info.nextActionTimes[0]?.toISOString() ?? null,
  last: info.recentActions.at(-1)?.takenAt.toISOString() ?? null,
});

/** Temporal's refusals as the catalogue has them. */
const translated = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) throw new AssayError('ASY-6503', { id }, { cause: error });
    throw asClientError(error);
  }
};

export const createSchedules = (client: Client): Schedules => {
  const { schedule } = client;
  return {
    put: (planned) =>
      translated(planned.id, async () => {
        const { id, note } = planned;
        const options = optionsOf(planned);
        try {
          await schedule.create({ scheduleId: id, ...options, state: { note } });
          return 'created';
        } catch (error) {
          // As the client throws what Temporal says of a spec.
          if (error instanceof TypeError)
            throw new AssayError('ASY-6502', { id, reason: error.message }, { cause: error });
          if (!(error instanceof ScheduleAlreadyRunning)) throw error;
        }
        await schedule.getHandle(id).update(({ state }) => ({ ...options, state: { ...state, note } }));
        return 'updated';
      }),
    remove: async (id) => {
      try {
        await translated(id, () => schedule.getHandle(id).delete());
        return true;
      } catch (error) {
        if (error instanceof AssayError && error.code === 'ASY-6503') return false;
        throw error;
      }
    },
    trigger: (id) =>
      translated(id, async () => {
        const handle = schedule.getHandle(id);
        const before = (await handle.describe()).info;
        await handle.trigger('SKIP');
        for (let asked = 0; asked < ASK_TIMES; asked++) {
          const { info } = await handle.describe();
          const skipped = info.numActionsSkippedOverlap > before.numActionsSkippedOverlap;
          if (skipped || info.numActionsTaken > before.numActionsTaken) {
            const started = info.runningActions.at(-1) ?? info.recentActions.at(-1)?.action;
            if (started !== undefined)
              return { workflowId: started.workflow.workflowId, runId: started.workflow.firstExecutionRunId };
          }
          await new Promise((resolve) => setTimeout(resolve, ASK_MS));
        }
        throw new AssayError('ASY-3005', { address: id, reason: 'the Schedule did not fire' });
      }),
    list: (prefix) =>
      translated(prefix, async () => {
        const found: ScheduleState[] = [];
        for await (const each of schedule.list()) if (each.scheduleId.startsWith(prefix)) found.push(stateOf(each));
        return found.sort((a, b) => (a.id < b.id ? -1 : 1));
      }),
  };
};
