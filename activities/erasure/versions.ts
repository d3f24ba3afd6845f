/** Removing objects for good: every stored version, not only the one that is read. */
import { createHash } from 'node:crypto';
import { sha256 } from '../../models/hash.ts';
import type { ErasedPlace } from '../../schemas/erasure.ts';
import { keys } from '../../schemas/keys.ts';
import { mapped } from '../pace.ts';
import type { ObjectStore, ObjectVersion } from '../ports.ts';
import { once } from '../receipts.ts';

/** Objects hashed, and versions removed, at a time. */
const AT_ONCE = 16;

/** SHA-256 of the bytes at a key; null where nothing stands. */
export const hashAt = async (objects: ObjectStore, key: string): Promise<string | null> => {
  if ((await objects.head(key)) === null) return null;
  const hash = createHash('sha256');
  for await (const chunk of await objects.stream(key)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

const versionsOf = async (objects: ObjectStore, key: string): Promise<ObjectVersion[]> => {
  const found: ObjectVersion[] = [];
  // A key may be the beginning of others.
  for await (const version of objects.versions(key)) if (version.key === key) found.push(version);
  return found;
};

const removeVersions = async (
  objects: ObjectStore,
  key: string,
  wanted: (version: ObjectVersion) => boolean,
): Promise<void> => {
  for (const version of await versionsOf(objects, key))
    if (wanted(version)) await objects.deleteVersion(key, version.version);
};

/** Removes what a key held before, and leaves what it holds. */
const removeOlder = (objects: ObjectStore, key: string): Promise<void> =>
  removeVersions(objects, key, ({ latest, marker }) => !latest || marker);

/** Removes all that is not read any more under a prefix: older versions, and what was deleted. */
export const removeOlderUnder = async (objects: ObjectStore, prefix: string): Promise<void> => {
  const older: ObjectVersion[] = [];
  for await (const version of objects.versions(prefix)) if (!version.latest || version.marker) older.push(version);
  for (const { key, version } of older) await objects.deleteVersion(key, version);
};

/**
 * Writes an object again and removes what it held before. Its old hash is noted first: an attempt that ends half-way is taken up by
 * the next, and the proof has both.
 */
export const rewrite = async (
  objects: ObjectStore,
  id: string,
  key: string,
  write: () => Promise<void>,
): Promise<void> => {
  await once(objects, keys.erasureStep(id, `rewritten-${sha256(key)}`), async (): Promise<ErasedPlace> => {
    const versions = (await versionsOf(objects, key)).filter(({ marker }) => !marker).length;
    return { key, before: await hashAt(objects, key), after: null, versions };
  });
  await write();
  await removeOlder(objects, key);
};

/** Every key under a prefix that has any version, also of what was deleted. */
export const keysUnder = async (objects: ObjectStore, prefix: string): Promise<string[]> => {
  const found = new Set<string>();
  for await (const { key } of objects.versions(prefix)) found.add(key);
  return [...found].sort();
};

/**
 * Removes every version of the keys that `list` names. What is to go is noted under `receipt` with its hash before anything goes:
 * an attempt that ends half-way is taken up by the next, and nothing is missing from the proof.
 */
export const removeAll = async (
  objects: ObjectStore,
  receipt: string,
  list: () => Promise<Iterable<string>>,
  beat: () => void,
): Promise<ErasedPlace[]> => {
  const places = await once(objects, receipt, async () =>
    mapped(new Set(await list()), AT_ONCE, async (key): Promise<ErasedPlace> => {
      beat();
      const versions = (await versionsOf(objects, key)).filter(({ marker }) => !marker).length;
      return { key, before: await hashAt(objects, key), after: null, versions };
    }),
  );
  await mapped(places, AT_ONCE, async ({ key }) => {
    beat();
    await removeVersions(objects, key, () => true);
  });
  return places;
};
