/** Retention as a workflow: run now and followed to its end, or by a Schedule. */
import type { Client } from '@temporalio/client';
import type { RetentionRecord } from '../schemas/retention.ts';
import type { When } from '../schemas/when.ts';
import { retainId } from '../workflows/ids.ts';
import type { RetainInput } from '../workflows/retain.ts';
import { asClientError } from './runs.ts';
import { createSchedules } from './schedules.ts';

export interface RetentionRuns {
  /** Removes what the policy lets go, or follows the run of this number that is under way. Throws ASY-6551. */
  run(number: number): Promise<RetentionRecord>;
  /** Lets it run by itself; null: no more. Throws ASY-6502. */
  schedule(when: When | null): Promise<void>;
}

const SCHEDULE = 'retention';
const SUMMARY = 'retention: plan → remove what has expired → record';

export const createRetentionRuns = (client: Client, input: RetainInput = {}): RetentionRuns => ({
  async run(number) {
    try {
      return (await client.workflow.execute('retain', {
        workflowId: retainId(String(number)),
        taskQueue: 'pipeline',
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: SUMMARY,
        args: [input],
      })) as RetentionRecord;
    } catch (error) {
      throw asClientError(error);
    }
  },

  async schedule(when) {
    const schedules = createSchedules(client);
    if (when === null) await schedules.remove(SCHEDULE);
    else
      await schedules.put({
        id: SCHEDULE,
        workflow: 'retain',
        workflowId: retainId('scheduled'),
        args: [input],
        when,
        note: SUMMARY,
      });
  },
});
