/** Monitors: what is watched, what a look at it found, and the alerts that come of it. */
import { z } from 'zod';
import { MonitorKind } from './monitor-kinds.ts';
import { Name, WebUrl } from './primitives.ts';
import { When } from './when.ts';

/** One number of a reading. `limit`: what it may not pass; null: it is told, and decides nothing. */
export const Figure = z.object({
  name: z.string(),
  value: z.number(),
  ci: z.tuple([z.number(), z.number()]).nullable(),
  n: z.int().min(0),
  limit: z.number().nullable(),
});
export type Figure = z.infer<typeof Figure>;

/** What one look found. `no-data`: nothing could be computed, for the reason given; that is neither green nor red. */
export const Reading = z.object({
  state: z.enum(['green', 'red', 'no-data']),
  reason: z.string(),
  figures: z.array(Figure),
});
export type Reading = z.infer<typeof Reading>;

/** One monitor of monitors.yaml. */
export const Monitor = z.strictObject({
  name: Name,
  when: When,
  /** Where alerts are posted; null: they are shown, and sent nowhere. Its host must be one that the operator allows. */
  webhook: WebUrl.nullable().default(null),
  note: z.string().max(500).optional(),
  watch: MonitorKind,
});
export type Monitor = z.infer<typeof Monitor>;

/** `monitors.yaml`: a list, names unique. */
export const Monitors = z
  .array(Monitor)
  .min(1)
  .max(200)
  .superRefine((monitors, context) => {
    const names = new Set<string>();
    for (const [i, { name }] of monitors.entries())
      if (names.size === names.add(name).size)
        context.addIssue({ code: 'custom', path: [i, 'name'], message: `${name} is named twice` });
  });
export type Monitors = z.infer<typeof Monitors>;

/** Who took note of an alert; what they wrote stands here and not in the audit log. */
export const Acknowledgement = z.strictObject({
  by: z.string().min(1).max(200),
  /** ISO 8601, UTC. */
  at: z.string(),
  note: z.string().min(1).max(2000),
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/**
 * An alert stands from the reading that turned red until one is green. `n` is the number of that first reading: with the monitor's
 * name it is the alert's id.
 */
export const Alert = z.object({
  n: z.int().min(1),
  /** ISO 8601, UTC. */
  since: z.string(),
  acknowledged: Acknowledgement.nullable(),
});
export type Alert = z.infer<typeof Alert>;

/** `readings/<name>/<n>.json`: one look. */
export const MonitorRecord = z.object({
  number: z.int().min(1),
  /** The workflow run that looked: the same one never leaves two records. */
  look: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
  /** As it was then. */
  monitor: Monitor,
  reading: Reading,
  /** The alert that stood after this look, acknowledged or not by then. */
  alert: Alert.optional(),
});
export type MonitorRecord = z.infer<typeof MonitorRecord>;

/** `alerts/<name>/<n>-delivery.json`: what came of posting an alert to the monitor's webhook. */
export const Delivery = z.object({
  /** ISO 8601, UTC. */
  at: z.string(),
  delivered: z.boolean(),
  /** Why it was not; null where it was. */
  reason: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** An alert as it stands now, with what came of posting it; null: it was not posted, or not yet. */
export const AlertState = Alert.extend({ delivery: Delivery.nullable() });
export type AlertState = z.infer<typeof AlertState>;

/** A monitor as it stands now. Of its webhook only the host is told: paths of webhooks are often secrets. */
export const MonitorState = Monitor.omit({ webhook: true }).extend({
  webhookHost: z.string().nullable(),
  /** Null: it has not looked yet. */
  newest: MonitorRecord.pick({ number: true, at: true, reading: true }).nullable(),
  alert: AlertState.nullable(),
});
export type MonitorState = z.infer<typeof MonitorState>;
