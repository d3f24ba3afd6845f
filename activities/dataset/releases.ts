/** Which version of a dataset its name stands for, as numbered records that are only ever added: the newest says. */
import { ReleaseRecord } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { withdrawal } from '../erasure/replaced.ts';
import { appendNumbered, type Numbered, numberedObjects, readNumbered, readRecord } from '../numbered.ts';
import type { ObjectStore } from '../ports.ts';
import { servingStack } from '../training/promotions.ts';
import { readManifest } from './manifest.ts';

/** Every release of a name, oldest first. */
export const releasesOf = (objects: ObjectStore, name: string): Promise<Numbered<ReleaseRecord>> =>
  readNumbered(objects, keys.datasetReleases(name), ReleaseRecord);

/** The version a name stands for, or null where nothing was released since releases are recorded. */
export const releasedVersion = async (objects: ObjectStore, name: string): Promise<string | null> => {
  const newest = (await numberedObjects(objects, keys.datasetReleases(name))).at(-1);
  return newest === undefined ? null : (await readRecord(objects, newest, ReleaseRecord)).version;
};

const append = async (
  objects: ObjectStore,
  name: string,
  decide: (records: readonly ReleaseRecord[]) => Promise<ReleaseRecord | null>,
): Promise<void> => {
  await appendNumbered(
    objects,
    {
      read: () => releasesOf(objects, name),
      keyOf: (number) => keys.datasetRelease(name, number),
      prefix: keys.datasetReleases(name),
    },
    ({ records }) => decide(records),
  );
};

/**
 * Lets a version that was just published stand for its name. One that was released before stays where it is: running an old
 * curation again must not undo what came after it.
 */
export const release = (objects: ObjectStore, name: string, version: string): Promise<void> =>
  append(objects, name, async (records) => {
    if (records.some((record) => record.version === version)) return null;
    return { version, kind: 'publish', previous: records.at(-1)?.version ?? null, by: '', note: '' };
  });

export interface Return {
  readonly name: string;
  /** The version to go to; by default the one that stood before. */
  readonly to: string | null;
  readonly by: string;
  readonly note: string;
}

/** The version a rollback leads to. Throws ASY-6302 where there is none. */
const target = (records: readonly ReleaseRecord[], { name, to }: Return): string => {
  const stack = servingStack(records);
  const current = stack.at(-1);
  if (current === undefined) throw new AssayError('ASY-6302', { dataset: name, reason: 'no version was released' });
  const wanted = to ?? stack.at(-2);
  if (wanted === undefined)
    throw new AssayError('ASY-6302', { dataset: name, reason: `no version stood before ${current}` });
  if (wanted === current) throw new AssayError('ASY-6302', { dataset: name, reason: `${current} stands already` });
  return wanted;
};

/**
 * Lets another version, earlier or later, stand for the name: its files are as they were, a new record says so. Where a record of
 * somebody else comes between, the aim stays: two do not go back twice. Throws ASY-6001, ASY-6302, ASY-6404.
 */
export const rollback = async (
  objects: ObjectStore,
  wanted: Return,
): Promise<{ readonly version: string; readonly previous: string }> => {
  const { name, by, note } = wanted;
  let done = { version: '', previous: '' };
  await append(objects, name, async (records) => {
    const previous = records.at(-1)?.version ?? '';
    const version = done.version === '' ? target(records, wanted) : done.version;
    if (version === previous) return null;
    if ((await readManifest(objects, name, version)) === null)
      throw (await withdrawal(objects, name, version)) ?? new AssayError('ASY-6001', { dataset: `${name} ${version}` });
    done = { version, previous };
    return { version, kind: 'rollback', previous, by, note };
  });
  return done;
};
