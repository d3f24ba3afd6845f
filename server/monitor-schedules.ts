/** Monitors as Schedules of Temporal: each fires the workflow `monitor`, one look at a time. */
import type { Client } from '@temporalio/client';
import type { Monitor } from '../schemas/monitor.ts';
import { whenText } from '../schemas/when.ts';
import { monitorId } from '../workflows/ids.ts';
import type { MonitorInput, MonitorResult } from '../workflows/monitor.ts';
import { asClientError } from './runs.ts';
import { createSchedules, type ScheduleState } from './schedules.ts';

export interface MonitorSchedules {
  /** Throws ASY-6502 where Temporal refuses its times. */
  put(monitor: Monitor): Promise<'created' | 'updated'>;
  /** False where there was none. */
  remove(name: string): Promise<boolean>;
  /** Lets it look now; the workflow run that does. Throws ASY-6503. */
  look(name: string): Promise<{ workflowId: string; runId: string }>;
  /** Waits for a look to end. Throws the fault it ended with. */
  result(look: { workflowId: string; runId: string }): Promise<MonitorResult>;
  /** When each looks next, by name. */
  list(): Promise<ReadonlyMap<string, ScheduleState>>;
}

export const createMonitorSchedules = (client: Client, input: Omit<MonitorInput, 'monitor'> = {}): MonitorSchedules => {
  const schedules = createSchedules(client);
  const prefix = monitorId('');
  return {
    put: ({ name, when, watch }) =>
      schedules.put({
        id: monitorId(name),
        workflow: 'monitor',
        workflowId: monitorId(name),
        args: [{ monitor: name, ...input } satisfies MonitorInput],
        when,
        note: `${watch.kind}, ${whenText(when)}`,
      }),
    remove: (name) => schedules.remove(monitorId(name)),
    look: (name) => schedules.trigger(monitorId(name)),
    result: async ({ workflowId, runId }) => {
      try {
        return (await client.workflow.getHandle(workflowId, runId).result()) as MonitorResult;
      } catch (error) {
        throw asClientError(error);
      }
    },
    list: async () => new Map((await schedules.list(prefix)).map((state) => [state.id.slice(prefix.length), state])),
  };
};
