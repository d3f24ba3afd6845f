import { figure, found, noData } from '../../models/drift/reading.ts';
import { type PartCount, volumeAlarm } from '../../models/drift/volume.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Side, Watch } from '../../schemas/monitor-kinds.ts';
import { significant } from '../../schemas/significant.ts';
import { createAnnotatorCatalog } from '../annotator-catalog.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { type Arrival, bothSides, shardsOfDrops } from './drops.ts';
import { queryDrops, shareRead, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

interface Counted {
  readonly part: string;
  readonly n: number;
}

const PART: Readonly<Record<Watch<'feedback-volume'>['by'], string>> = {
  language: `coalesce(i.language, 'und')`,
  source: 'a.source.kind',
  group: 'a.source.id',
};

/** Groups of people by their keyed hash; who is in none counts for `none`. */
const groupsOf = async (objects: ObjectStore): Promise<(subject: string) => readonly string[]> => {
  const profiles = await createAnnotatorCatalog(objects).list();
  const groups = new Map(profiles.map((profile) => [profile.subject, profile.groups]));
  return (subject) => {
    const own = groups.get(subject) ?? [];
    return own.length === 0 ? ['none'] : own;
  };
};

/** Annotations of the drops by part; somebody of two groups counts in both. */
const volumes = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  drops: readonly Arrival[],
  by: Watch<'feedback-volume'>['by'],
): Promise<Map<string, number>> => {
  const only = by === 'group' ? `WHERE a.source.kind = 'human'` : '';
  const sql = `SELECT ${PART[by]} AS part, count(*) AS n FROM {annotations} a JOIN {items} i ON a.item = i.id ${only} GROUP BY ALL`;
  const partsOf = by === 'group' ? await groupsOf(objects) : (part: string) => [part];
  const counts = new Map<string, number>();
  for await (const { part, n } of queryDrops<Counted>(tables, drops, ['annotations', 'items'], sql))
    for (const name of partsOf(part)) counts.set(name, (counts.get(name) ?? 0) + n);
  return counts;
};

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, n) => all + n, 0);

/** Annotations a day, where the side is one of days; `n` are those read. */
const rate = async (tables: TableStore, name: string, drops: readonly Arrival[], side: Side, n: number) => {
  if (!('days' in side)) return [];
  const share = shareRead(await shardsOfDrops(tables, 'items', drops));
  return [figure(name, n / share / side.days, n)];
};

/** Feedback by language, kind of source or group of annotators, then and now (S044): who stopped giving it. */
export const feedbackVolume = async (
  deps: MonitorSources,
  watch: Watch<'feedback-volume'>,
  now: number,
): Promise<Reading> => {
  const { reference, current } = await bothSides(deps.objects, watch, now);
  const [before, after] = [await volumes(deps, reference, watch.by), await volumes(deps, current, watch.by)];
  const [n, m] = [sum(before), sum(after)];
  const { least, alpha, fall, limit } = watch;
  if (n < least) return noData(tooFew('annotations in the reference', n, least));
  const rates = [
    ...(await rate(deps.tables, 'annotations a day before', reference, watch.reference, n)),
    ...(await rate(deps.tables, 'annotations a day now', current, watch.current, m)),
  ];
  // Silence is what this monitor is there to hear.
  if (m === 0) return found(true, `no feedback in the current drops, ${n} annotations in the reference`, rates);
  if (m < least) return noData(tooFew('current annotations', m, least), rates);
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const parts = names.map((part): PartCount => ({ part, before: before.get(part) ?? 0, after: after.get(part) ?? 0 }));
  const reading = volumeAlarm(parts, { alpha, fall, limit });
  return {
    ...reading,
    reason: `${reading.reason} (${significant(m)} annotations after ${significant(n)})`,
    figures: [...reading.figures, ...rates],
  };
};
