/** An erasure as its workflow takes the steps, without Temporal; and what a store still holds, however it is packed. */
import { gunzipSync } from 'node:zlib';
import { createTableStore } from '../../activities/adapters/tables.ts';
import { createErasureActivities, nextErasure } from '../../activities/erase.ts';
import { hashFile } from '../../activities/file-hash.ts';
import type { ObjectStore } from '../../activities/ports.ts';
import { subjectHash } from '../../models/hash.ts';
import type { ErasureReport } from '../../schemas/erasure.ts';
import { keys } from '../../schemas/keys.ts';
import { idle, runCuration, stageOn } from './curation.ts';
import { rerun, SUBJECT_KEY, tempDir } from './ingest-drop.ts';
import { createMemoryObjects, type MemoryObjects } from './memory-objects.ts';

/** A run from raw files to dataset and head, with the report that it ends with. */
export const runDrop = async (objects: ObjectStore, drop: string, config: unknown = {}) => {
  const { result } = await rerun(objects, drop);
  const { dataset, head } = await runCuration(stageOn(objects, tempDir), drop, result, config);
  const report = { status: 'completed', datasets: [dataset], models: head === null ? [] : [head] };
  await objects.put(keys.report(drop), JSON.stringify(report));
  return { ...result, dataset, head };
};

/** Erases a person. `step` is told each step before it is taken. */
export const erase = async (
  objects: ObjectStore,
  person: string,
  {
    step = () => undefined,
    running = [],
    config = {},
  }: { step?: (name: string) => void; running?: readonly string[]; config?: object } = {},
): Promise<ErasureReport> => {
  const subject = subjectHash(SUBJECT_KEY, person);
  const tables = createTableStore({ objects, tempDir });
  const activities = createErasureActivities({
    objects,
    tables,
    progress: idle,
    subjectKey: SUBJECT_KEY,
    tempDir,
    now: () => 1_700_000_000_000,
  });
  const id = await nextErasure(objects, subject);
  step('plan');
  const { drops } = await activities.planErasure({ id, subject, running });
  step('heads');
  await activities.withdrawHeads({ id });
  for (const { drop, again } of drops) {
    step(`rewrite ${drop}`);
    await activities.rewriteDrop({ id, drop });
    step(`again ${drop}`);
    if (again === 'ingest') await rerun(objects, drop);
    if (again === 'run') await runDrop(objects, drop, config);
  }
  step('sweep');
  await activities.sweepErased({ id });
  step('prove');
  const report = await activities.proveErasure({ id, failed: [] });
  step('end');
  return report;
};

/** The same objects in a store of their own; older versions are left behind. */
export const copyOf = async (objects: MemoryObjects): Promise<MemoryObjects> => {
  const copy = createMemoryObjects();
  for (const [key, { body }] of objects.entries) await copy.put(key, body);
  return copy;
};

/** Everything readable in stored bytes, told by how they begin: themselves, expanded, or the rows of a table. */
export const readable = async (body: Buffer): Promise<string> => {
  if (body.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return gunzipSync(body).toString('utf8');
  if (body.subarray(0, 4).toString('latin1') !== 'PAR1') return body.toString('latin1');
  const one = createMemoryObjects();
  await one.put('rows', body);
  const tables = createTableStore({ objects: one, tempDir });
  const shard = { key: 'rows', sha256: await hashFile(await one.local('rows')), rows: 0, bytes: body.length };
  return JSON.stringify(await Array.fromAsync(tables.query('SELECT * FROM {rows}', { rows: [shard] })));
};

/** Keys of which a version, the newest or an older one, holds the word. */
export const holding = async (objects: MemoryObjects, word: string): Promise<string[]> => {
  const found = new Set<string>();
  const all = [
    ...[...objects.entries].map(([key, { body }]) => ({ key, body })),
    ...objects.older().map(({ key, body }) => ({ key, body })),
  ];
  for (const { key, body } of all) if ((await readable(body)).includes(word)) found.add(key);
  return [...found].sort();
};
