/** One look of a monitor: read, write down, and post the alert where one stands that nobody was told of. */
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { type Alert, MonitorRecord, type Reading } from '../schemas/monitor.ts';
import type { MonitorKind } from '../schemas/monitor-kinds.ts';
import type { Look, MonitorActivities } from './contract.ts';
import { alertState, newestReading, noteDelivery, readingOf, readMonitorOf } from './monitor-catalog.ts';
import { appendNumbered } from './numbered.ts';
import type { AlertPoster, ObjectStore } from './ports.ts';

/** Figures and characters of a reason that are kept: a reading goes through a workflow's history and an alert's body. */
const MOST_FIGURES = 60;
const MOST_TEXT = 1000;

const bounded = ({ state, reason, figures }: Reading): Reading => ({
  state,
  reason: reason.slice(0, MOST_TEXT),
  figures: figures.slice(0, MOST_FIGURES),
});

/**
 * The alert that stands after a reading: a red one raises it where none stood, a green one ends it, and where nothing could be
 * computed nothing changes. One that somebody took note of stands on, so that what stays red does not alert again.
 */
export const alertAfter = (
  before: Alert | null,
  state: Reading['state'],
  { number, at }: Pick<MonitorRecord, 'number' | 'at'>,
): Alert | null => {
  if (state === 'green') return null;
  if (before !== null || state === 'no-data') return before;
  return { n: number, since: at, acknowledged: null };
};

export const createMonitorActivities = ({
  objects,
  read,
  alerts,
  origin,
  now = Date.now,
}: {
  readonly objects: ObjectStore;
  /** What a kind of monitor finds at a time, in milliseconds since epoch. */
  readonly read: (watch: MonitorKind, now: number) => Promise<Reading>;
  readonly alerts: AlertPoster;
  /** Where people look into an alert. */
  readonly origin: string;
  readonly now?: () => number;
}): MonitorActivities => {
  /** Of the newest record; null where there is none. */
  const standing = async (name: string, record: MonitorRecord | null) =>
    record?.alert === undefined ? null : alertState(objects, name, record.alert);

  return {
    async takeReading({ monitor: name, look }): Promise<Look> {
      const monitor = await readMonitorOf(objects, name);
      let { newest } = await newestReading(objects, name);
      // Looks of one monitor come one after the other: an attempt that is taken again finds its own record as the newest.
      if (newest?.look !== look) {
        const began = now();
        const reading = bounded(await read(monitor.watch, began));
        await appendNumbered(
          objects,
          {
            read: () => newestReading(objects, name),
            keyOf: (number) => keys.reading(name, number),
            prefix: keys.readings(name),
          },
          async ({ newest: before, next: number }) => {
            if (before?.look === look) return null;
            const at = new Date(began).toISOString();
            const alert = alertAfter(await standing(name, before), reading.state, { number, at });
            return MonitorRecord.parse({ number, look, at, monitor, reading, ...(alert === null ? {} : { alert }) });
          },
        );
        ({ newest } = await newestReading(objects, name));
      }
      if (newest === null) throw new AssayError('ASY-3002', { key: keys.readings(name) });
      const { number, at, reading } = newest;
      const alert = await standing(name, newest);
      const toSend =
        alert !== null && alert.delivery === null && alert.acknowledged === null && monitor.webhook !== null;
      return { number, at, reading, alert: newest.alert ?? null, toSend };
    },

    async sendAlert({ monitor: name, alert }) {
      const { webhook } = await readMonitorOf(objects, name);
      if (webhook === null) return;
      // What raised it, whichever look posts it: the same alert says the same.
      const { at: since, reading } = await readingOf(objects, name, alert);
      const id = `${name}/${alert}`;
      const page = `${origin}/console/manage/monitors/${name}`;
      await alerts.post(webhook, id, { alert: id, monitor: name, since, ...reading, page });
    },

    noteDelivery: ({ monitor, alert, reason }) =>
      noteDelivery(objects, monitor, alert, {
        at: new Date(now()).toISOString(),
        delivered: reason === null,
        reason: reason?.slice(0, MOST_TEXT) ?? null,
      }),
  };
};
