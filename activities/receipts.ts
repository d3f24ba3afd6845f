import type { ObjectStore } from './ports.ts';

/**
 * Does `work` once per key: its result is stored as JSON when it ends, and a later attempt (after a crash, a retry, a replayed
 * drop) returns that instead. `work` must be deterministic and leave only content-addressed objects, so that two attempts
 * racing each other store the same bytes.
 */
export const once = async <T>(objects: ObjectStore, key: string, work: () => Promise<T>): Promise<T> => {
  const done = await readReceipt<T>(objects, key);
  if (done !== null) return done;
  const result = await work();
  await objects.put(key, JSON.stringify(result), { contentType: 'application/json' });
  return result;
};

/** The receipt at `key`, or null. */
export const readReceipt = async <T>(objects: ObjectStore, key: string): Promise<T | null> =>
  (await objects.head(key)) === null ? null : (JSON.parse((await objects.get(key)).toString('utf8')) as T);
