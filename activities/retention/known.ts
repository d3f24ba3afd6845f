/** What decides beside an object's age: ended runs, published datasets, held people, and who names what. */

import { classOf } from '../../models/retention/classes.ts';
import type { Known } from '../../models/retention/verdict.ts';
import { keys } from '../../schemas/keys.ts';
import { Lineage } from '../../schemas/lineage.ts';
import type { Hold } from '../../schemas/retention.ts';
import { placedFiles } from '../dataset/export-files.ts';
import { among, newestPartitions, rowsIn } from '../erasure/tables.ts';
import type { ObjectStore, TableStore } from '../ports.ts';

export interface Stores {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
}

const endedRuns = async (objects: ObjectStore): Promise<Set<string>> => {
  const ended = new Set<string>();
  for await (const { key } of objects.list(keys.runs())) {
    const run = /^runs\/([^/]+)\/report\.json$/.exec(key)?.[1];
    if (run !== undefined) ended.add(run);
  }
  return ended;
};

/** What datasets say: which drops they were made from, what their exports name, which versions were finished. */
const ofDatasets = async (
  objects: ObjectStore,
  beat: () => void,
): Promise<Pick<Known, 'traced' | 'named' | 'finished' | 'written'>> => {
  const [traced, named, finished] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const written = new Map<string, number>();
  for await (const { key, modified } of objects.list(keys.datasetsPrefix())) {
    beat();
    const { dataset, version } = classOf(key) ?? {};
    if (dataset == null || version == null) continue;
    const of = `${dataset}/${version}`;
    written.set(of, Math.max(written.get(of) ?? 0, modified));
    const path = key.slice(keys.dataset(dataset, version).length);
    if (path === 'manifest.json' || path === 'withdrawn.json') finished.add(of);
    if (path === 'manifest.json') {
      const lineage = await objects.get(keys.datasetFile(dataset, version, 'lineage.json'));
      const { drops, tables } = Lineage.parse(JSON.parse(lineage.toString('utf8')));
      traced.add(tables.items.partition);
      for (const { drop } of drops) traced.add(drop);
    }
    if (/^exports\/[^/]+\/files\.jsonl$/.test(path))
      for await (const file of placedFiles(objects, key)) named.add(file.key);
  }
  return { traced, named, finished, written };
};

/** Drops with rows about, or votes of, somebody who is held; with rows in quarantine too, for nobody can say whom those name. */
const ofHeldSubjects = async ({ objects, tables }: Stores, holds: readonly Hold[]): Promise<Set<string>> => {
  const subjects = holds.flatMap((hold) => hold.subjects);
  const drops = new Set<string>();
  if (subjects.length === 0) return drops;
  const find = async (table: 'items' | 'annotations', condition: string) => {
    const shards = (await newestPartitions(objects, table)).flatMap((partition) => partition.shards);
    const sql = `SELECT DISTINCT origin."drop" AS "drop" FROM {rows} WHERE ${condition}`;
    for await (const { drop } of rowsIn<{ drop: string }>(tables, sql, shards)) drops.add(drop);
  };
  await find('items', among('origin.subject', subjects));
  await find('annotations', `${among('origin.subject', subjects)} OR ${among('source.id', subjects)}`);
  for (const { partition, rows } of await newestPartitions(objects, 'quarantine')) if (rows > 0) drops.add(partition);
  return drops;
};

/** Quarantine shards with the drops whose rows they hold. */
const quarantined = async (objects: ObjectStore): Promise<Map<string, string[]>> => {
  const found = new Map<string, string[]>();
  for (const { partition, shards } of await newestPartitions(objects, 'quarantine'))
    for (const { key, rows } of shards) if (rows > 0) found.set(key, [...(found.get(key) ?? []), partition]);
  return found;
};

/** Reads it all, as of `now` (milliseconds since epoch). */
export const readKnown = async (
  stores: Stores,
  holds: readonly Hold[],
  now: number,
  beat: () => void,
): Promise<Known> => ({
  now,
  ended: await endedRuns(stores.objects),
  ofHeldSubjects: await ofHeldSubjects(stores, holds),
  quarantined: await quarantined(stores.objects),
  ...(await ofDatasets(stores.objects, beat)),
});
