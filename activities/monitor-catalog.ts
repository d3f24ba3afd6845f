/** What is stored of monitors: what they watch, their readings, and what came of their alerts. */
import type { z } from 'zod';
import { byText } from '../models/order.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import {
  Acknowledgement,
  type Alert,
  type AlertState,
  Delivery,
  Monitor,
  MonitorRecord,
  type MonitorState,
} from '../schemas/monitor.ts';
import { numberedObjects, readRecord } from './numbered.ts';
import type { ObjectInfo, ObjectStore } from './ports.ts';

/** The object at `key`, or null. */
const readIfThere = async <S extends z.ZodType>(
  objects: ObjectStore,
  key: string,
  schema: S,
): Promise<z.infer<S> | null> => {
  const info = await objects.head(key);
  return info === null ? null : readRecord(objects, info, schema);
};

/** Creates the object, or leaves the one that is there; either way, what stands. */
const createOnce = async <S extends z.ZodType>(
  objects: ObjectStore,
  key: string,
  schema: S,
  value: z.infer<S>,
): Promise<{ readonly created: boolean; readonly stands: z.infer<S> }> => {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  const created = await objects.create(key, body, { contentType: 'application/json' });
  return { created, stands: created ? value : schema.parse(JSON.parse((await objects.get(key)).toString('utf8'))) };
};

/** What the monitor watches. Throws ASY-6504 where there is none of that name. */
export const readMonitorOf = async (objects: ObjectStore, name: string): Promise<Monitor> => {
  const found = await readIfThere(objects, keys.monitor(name), Monitor);
  if (found === null) throw new AssayError('ASY-6504', { monitor: name });
  return found;
};

/** Writes what a monitor watches over what it watched before. */
export const putMonitor = (objects: ObjectStore, monitor: Monitor): Promise<void> =>
  objects.put(keys.monitor(monitor.name), `${JSON.stringify(monitor, null, 2)}\n`, { contentType: 'application/json' });

/** Forgets a monitor; its readings and alerts stay. */
export const removeMonitor = (objects: ObjectStore, name: string): Promise<void> => objects.delete(keys.monitor(name));

/** The newest record, null before the first, and the number of the next one. */
export const newestReading = async (
  objects: ObjectStore,
  name: string,
): Promise<{ readonly newest: MonitorRecord | null; readonly next: number }> => {
  const last = (await numberedObjects(objects, keys.readings(name))).at(-1);
  if (last === undefined) return { newest: null, next: 1 };
  const newest = await readRecord(objects, last, MonitorRecord);
  return { newest, next: newest.number + 1 };
};

/** One record of a monitor. Throws ASY-3002 where there is none. */
export const readingOf = async (objects: ObjectStore, name: string, number: number): Promise<MonitorRecord> =>
  MonitorRecord.parse(JSON.parse((await objects.get(keys.reading(name, number))).toString('utf8')));

/** The alert as it stands now: acknowledged since, posted since. */
export const alertState = async (objects: ObjectStore, name: string, alert: Alert): Promise<AlertState> => {
  const { n } = alert;
  return {
    ...alert,
    acknowledged: await readIfThere(objects, keys.alertAcknowledged(name, n), Acknowledgement),
    delivery: await readIfThere(objects, keys.alertDelivery(name, n), Delivery),
  };
};

/** Notes what came of posting an alert; the first note stands. */
export const noteDelivery = async (
  objects: ObjectStore,
  name: string,
  alert: number,
  delivery: Delivery,
): Promise<void> => {
  await createOnce(objects, keys.alertDelivery(name, alert), Delivery, delivery);
};

/** The host of an address; null for null. */
const hostOf = (url: string | null): string | null => (url === null ? null : new URL(url).host);

const stateOf = async (objects: ObjectStore, { webhook, ...monitor }: Monitor): Promise<MonitorState> => {
  const { newest } = await newestReading(objects, monitor.name);
  return {
    ...monitor,
    webhookHost: hostOf(webhook),
    newest: newest === null ? null : { number: newest.number, at: newest.at, reading: newest.reading },
    alert: newest?.alert === undefined ? null : await alertState(objects, monitor.name, newest.alert),
  };
};

/** Every monitor as it stands, by name. */
export const listMonitors = async (objects: ObjectStore): Promise<MonitorState[]> => {
  const found = await numberedObjects(objects, keys.monitorsPrefix());
  const monitors = await Promise.all(found.map((each) => readRecord(objects, each, Monitor)));
  return Promise.all(monitors.map((monitor) => stateOf(objects, monitor)));
};

/** A record as it is shown: what was watched then names its webhook. */
const Shown = MonitorRecord.omit({ monitor: true });

/** A page of a monitor's readings, newest first. */
export interface ReadingsPage {
  readonly monitor: MonitorState;
  readonly records: readonly z.infer<typeof Shown>[];
  /** Ask for those before this number to go on; null: there are no more. */
  readonly before: number | null;
}

const numberOf = ({ key }: ObjectInfo): number => Number(/(\d+)\.json$/.exec(key)?.[1]);

/** A monitor and its readings with numbers below `before`, at most `limit`. Throws ASY-6504. */
export const showMonitor = async (
  objects: ObjectStore,
  name: string,
  { before = Number.POSITIVE_INFINITY, limit = 50 }: { readonly before?: number; readonly limit?: number } = {},
): Promise<ReadingsPage> => {
  const monitor = await stateOf(objects, await readMonitorOf(objects, name));
  const earlier = (await numberedObjects(objects, keys.readings(name))).filter((each) => numberOf(each) < before);
  const shown = earlier.slice(-limit).toReversed();
  const records = await Promise.all(shown.map((each) => readRecord(objects, each, Shown)));
  return {
    monitor,
    records,
    before: earlier.length > shown.length ? (records.at(-1)?.number ?? null) : null,
  };
};

/** Takes note of the alert that stands: by whom and why, once. Throws ASY-6504, ASY-6505. */
export const acknowledge = async (
  objects: ObjectStore,
  name: string,
  note: Acknowledgement,
): Promise<{ readonly alert: number; readonly acknowledged: Acknowledgement }> => {
  const { newest } = await newestReading(objects, name);
  // The alert of a monitor that was removed still halts what names it.
  if (newest === null) await readMonitorOf(objects, name);
  const alert = newest?.alert;
  if (alert === undefined) throw new AssayError('ASY-6505', { monitor: name, reason: 'it found nothing' });
  const { created, stands } = await createOnce(
    objects,
    keys.alertAcknowledged(name, alert.n),
    Acknowledgement,
    Acknowledgement.parse(note),
  );
  if (!created)
    throw new AssayError('ASY-6505', {
      monitor: name,
      reason: `${stands.by} took note of ${name}/${alert.n} at ${stands.at}`,
    });
  return { alert: alert.n, acknowledged: stands };
};

/** An alert that stands, with what raised it. */
type Standing = AlertState & { readonly monitor: string; readonly reason: string };

/** Alerts that stand, the newest first. */
const standingAlerts = async (objects: ObjectStore): Promise<Standing[]> => {
  const found = (await listMonitors(objects)).flatMap(({ name, alert }) => (alert === null ? [] : [{ name, alert }]));
  const alerts = await Promise.all(
    found.map(async ({ name, alert }) => {
      const { reading } = await readingOf(objects, name, alert.n);
      return { monitor: name, ...alert, reason: reading.reason };
    }),
  );
  return alerts.sort((a, b) => byText(b.since, a.since) || byText(a.monitor, b.monitor));
};

/** The catalogue as the server's routes ask it. */
export const createMonitorCatalog = (objects: ObjectStore) => ({
  list: () => listMonitors(objects),
  show: (name: string, page: Parameters<typeof showMonitor>[2]) => showMonitor(objects, name, page),
  alerts: () => standingAlerts(objects),
  acknowledge: (name: string, note: Acknowledgement) => acknowledge(objects, name, note),
});
