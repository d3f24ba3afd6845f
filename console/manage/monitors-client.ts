/** What the server says of monitors. */
import { z } from 'zod';
import { Acknowledgement, AlertState, MonitorRecord, MonitorState } from '../../schemas/monitor.ts';

export const MonitorsAnswer = z.object({ monitors: z.array(MonitorState) });

export const MonitorAnswer = z.object({
  monitor: MonitorState,
  records: z.array(MonitorRecord.omit({ monitor: true })),
  before: z.int().nullable(),
});
export type LookRecord = z.infer<typeof MonitorAnswer>['records'][number];

export const Acknowledged = z.object({ alert: z.int(), acknowledged: Acknowledgement });

export const AlertsAnswer = z.object({
  alerts: z.array(AlertState.extend({ monitor: z.string(), reason: z.string() })),
});
