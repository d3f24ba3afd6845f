/** Removing what a plan names, with all its versions; every part can be taken again. */
import { z } from 'zod';
import { keys } from '../../schemas/keys.ts';
import { QuarantineRow } from '../../schemas/quarantine.ts';
import { newestPartitions } from '../erasure/tables.ts';
import { mapped } from '../pace.ts';
import type { ObjectStore } from '../ports.ts';
import type { Stores } from './known.ts';

/** `retention/runs/<id>/part-<n>.json`: what is to go. */
export const Part = z.array(
  z.object({ class: z.string(), rule: z.int(), key: z.string(), bytes: z.int(), modified: z.number() }),
);
export type Part = z.infer<typeof Part>;

/** `retention/runs/<id>/done-<n>.json` */
export const Done = z.object({ removed: z.int(), changed: z.int() });
export type Done = z.infer<typeof Done>;

/** Objects worked on at a time. */
const AT_ONCE = 16;

/** Takes shards out of the quarantine as it stands; a drop without any keeps one without rows, which gives queries their columns. */
const unlist = async ({ objects, tables }: Stores, going: ReadonlySet<string>): Promise<void> => {
  if (going.size === 0) return;
  for (const { partition, shards } of await newestPartitions(objects, 'quarantine')) {
    const left = shards.filter(({ key }) => !going.has(key));
    if (left.length === shards.length) continue;
    await tables.commit(
      'quarantine',
      partition,
      left.length > 0 ? left : [await tables.writeShard('quarantine', QuarantineRow, [])],
    );
  }
};

/**
 * Removes every version of one object, the one that is read last: an attempt that ended half-way finds the object as it was. False
 * where it was written again since it was planned.
 */
const remove = async (objects: ObjectStore, { key, modified }: Part[number]): Promise<boolean> => {
  const standing = await objects.head(key);
  if (standing !== null && standing.modified !== modified) return false;
  const versions = (await Array.fromAsync(objects.versions(key))).filter((version) => version.key === key);
  versions.sort((a, b) => Number(a.latest) - Number(b.latest));
  for (const { version } of versions) await objects.deleteVersion(key, version);
  return true;
};

/** Removes what a part names. */
export const removePart = async (stores: Stores, part: Part, beat: () => void): Promise<Done> => {
  await unlist(stores, new Set(part.filter((each) => each.class === 'quarantine').map(({ key }) => key)));
  const outcomes = await mapped(part, AT_ONCE, async (each) => {
    beat();
    return remove(stores.objects, each);
  });
  const removed = outcomes.filter((gone) => gone).length;
  return { removed, changed: outcomes.length - removed };
};

export const partKey = (id: string, part: number): string =>
  keys.retentionStep(id, `part-${String(part).padStart(6, '0')}`);
export const doneKey = (id: string, part: number): string =>
  keys.retentionStep(id, `done-${String(part).padStart(6, '0')}`);
