/** What `assay monitor` prints for people, in 80 columns where names allow it. */
import type { ReadingsPage } from '../activities/monitor-catalog.ts';
import type { Acknowledgement, AlertState, Figure, MonitorState } from '../schemas/monitor.ts';
import { significant } from '../schemas/significant.ts';
import { type When, whenText } from '../schemas/when.ts';
import type { MonitorResult } from '../workflows/monitor.ts';
import { table, wrapped } from './output.ts';

/** To the minute, UTC. */
const minute = (at: string | null): string => (at === null ? '–' : at.slice(0, 16).replace('T', ' '));

const figuresTable = (figures: readonly Figure[]): string =>
  figures.length === 0
    ? ''
    : table([
        ['figure', 'value', 'interval', 'n', 'limit'],
        ...figures.map((f) => [
          f.name,
          significant(f.value),
          f.ci === null ? '–' : f.ci.map(significant).join(' … '),
          f.n,
          f.limit === null ? '–' : significant(f.limit),
        ]),
      ]);

const lines = (...parts: (string | false | null)[]): string =>
  parts.filter((part) => part !== false && part !== null && part !== '').join('\n');

/** What came of the monitors of a file. */
export const putText = ({
  monitors,
}: {
  monitors: readonly { name: string; done: string; kind: string; when: When }[];
}) =>
  table([
    ['name', 'done', 'watches', 'when'],
    ...monitors.map(({ name, done, kind, when }) => [name, done, kind, whenText(when)]),
  ]);

/** An alert in a word or two. */
const alertWord = (alert: AlertState | null): string =>
  alert === null ? '–' : `#${alert.n}${alert.acknowledged === null ? '' : ' noted'}`;

/** Monitors, a line each. */
export const listText = ({
  monitors,
}: {
  monitors: readonly (MonitorState & { next: string | null; paused: boolean })[];
}): string =>
  monitors.length === 0
    ? 'no monitors yet'
    : table([
        ['name', 'found', 'at', 'alert', 'next'],
        ...monitors.map(({ name, newest, alert, next, paused }) => [
          name,
          newest?.reading.state ?? '–',
          minute(newest?.at ?? null),
          alertWord(alert),
          paused ? 'paused' : minute(next),
        ]),
      ]);

const deliveryText = ({ delivery }: AlertState): string => {
  if (delivery === null) return '';
  return delivery.delivered ? `; posted ${minute(delivery.at)}` : `; not posted: ${delivery.reason}`;
};

const alertText = (name: string, alert: AlertState): string =>
  lines(
    wrapped(`alert ${name}/${alert.n} stands since ${minute(alert.since)}${deliveryText(alert)}`),
    alert.acknowledged !== null && wrapped(`noted ${notedText(alert.acknowledged)}`),
  );

const notedText = ({ by, at, note }: Acknowledgement): string => `by ${by}, ${minute(at)}: ${note}`;

/** A monitor with its last readings. */
export const showText = ({ monitor, records }: ReadingsPage): string => {
  const { name, watch, when, webhookHost, note, newest, alert } = monitor;
  return lines(
    `${name}: ${watch.kind}, ${whenText(when)}; ${webhookHost === null ? 'alerts nobody' : `alerts ${webhookHost}`}`,
    note !== undefined && wrapped(note),
    newest === null ? 'has not looked yet' : wrapped(`${newest.reading.state}: ${newest.reading.reason}`),
    newest !== null && figuresTable(newest.reading.figures),
    alert !== null && alertText(name, alert),
    records.length > 0 &&
      table([
        ['reading', 'at', 'found', 'alert'],
        ...records.map((r) => [r.number, minute(r.at), r.reading.state, r.alert === undefined ? '–' : `#${r.alert.n}`]),
      ]),
  );
};

/** What a look found, or that it began. */
export const lookText = ({ workflowId, look }: { workflowId: string; look: MonitorResult | null }): string => {
  if (look === null) return `${workflowId} started`;
  const { reading, alert, delivery } = look;
  return lines(
    wrapped(`${reading.state}: ${reading.reason}`),
    figuresTable(reading.figures),
    alert !== null && wrapped(`alert #${alert.n}${delivery === null ? '' : `; ${delivery}`}`),
  );
};

/** That an alert halts nothing any more. */
export const ackText = ({
  monitor,
  alert,
  acknowledged,
}: {
  monitor: string;
  alert: number;
  acknowledged: Acknowledgement;
}): string => wrapped(`alert ${monitor}/${alert} noted ${notedText(acknowledged)}`);
