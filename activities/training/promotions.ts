/** Which head of a name serves, as numbered records that are only ever added: the newest says. */
import { z } from 'zod';
import { PromotionRecord } from '../../schemas/evaluation.ts';
import { keys } from '../../schemas/keys.ts';
import { appendNumbered, numberedObjects, readNumbered, readRecord } from '../numbered.ts';
import type { ObjectStore } from '../ports.ts';

const readJson = async (objects: ObjectStore, key: string): Promise<unknown> =>
  JSON.parse((await objects.get(key)).toString('utf8'));

/** What served before promotions were numbered. */
const earlier = async (objects: ObjectStore, name: string): Promise<PromotionRecord[]> => {
  const key = keys.modelPromoted(name);
  if ((await objects.head(key)) === null) return [];
  const { version } = z.object({ version: z.string() }).parse(await readJson(objects, key));
  return [{ version, kind: 'promote', previous: null, reason: 'promoted.json', by: '', note: '' }];
};

interface History {
  readonly records: readonly PromotionRecord[];
  /** When each was written, in milliseconds since 1970; null for what was written before promotions were numbered. */
  readonly at: readonly (number | null)[];
  /** Number of the next record. */
  readonly next: number;
}

/** Every promotion of a name, oldest first. */
export const promotionsOf = async (objects: ObjectStore, name: string): Promise<History> => {
  const { records, at, next } = await readNumbered(objects, keys.modelPromotions(name), PromotionRecord);
  const before = await earlier(objects, name);
  return { records: [...before, ...records], at: [...before.map(() => null), ...at], next };
};

/**
 * Versions in the order in which they came to serve, the one that serves last. A rollback takes off what it goes back over, so
 * that the next one goes further back.
 */
export const servingStack = (records: readonly { readonly kind: string; readonly version: string }[]): string[] =>
  records.reduce<string[]>((stack, { kind, version }) => {
    const at = stack.lastIndexOf(version);
    if (kind === 'rollback' && at >= 0) return stack.slice(0, at + 1);
    return stack.at(-1) === version ? stack : [...stack, version];
  }, []);

/** The version that serves under a name, or null. Reads the newest record alone: servers ask every few seconds. */
export const promotedVersion = async (objects: ObjectStore, name: string): Promise<string | null> => {
  const newest = (await numberedObjects(objects, keys.modelPromotions(name))).at(-1);
  const record =
    newest === undefined ? (await earlier(objects, name))[0] : await readRecord(objects, newest, PromotionRecord);
  return record?.version ?? null;
};

/** Whether a person took the version back, and nobody has promoted it since. */
export const rolledBack = (records: readonly PromotionRecord[], version: string): PromotionRecord | null => {
  const last = records.findLast((record) => record.version === version || record.previous === version);
  return last?.kind === 'rollback' && last.previous === version ? last : null;
};

/**
 * Adds the record that `decide` makes of the history, or none where it gives null; when another writer was faster, decides again
 * on the new history. Throws ASY-3004 where that does not end.
 */
export const record = async (
  objects: ObjectStore,
  name: string,
  decide: (records: readonly PromotionRecord[]) => Promise<PromotionRecord | null>,
): Promise<void> => {
  await appendNumbered(
    objects,
    {
      read: () => promotionsOf(objects, name),
      keyOf: (number) => keys.modelPromotion(name, number),
      prefix: keys.modelPromotions(name),
    },
    ({ records }) => decide(records),
  );
};
