/** Which head of a name serves, as numbered records that are only ever added: the newest says. */
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { PromotionRecord } from '../../schemas/evaluation.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectInfo, ObjectStore } from '../ports.ts';

/** Writers that may come between reading and writing before this one gives up. */
const TRIES = 10;

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

/** The numbered records' objects, oldest first. */
const numberedOf = async (objects: ObjectStore, name: string): Promise<ObjectInfo[]> => {
  const found = await Array.fromAsync(objects.list(keys.modelPromotions(name)));
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
};

const read = async (objects: ObjectStore, { key }: ObjectInfo): Promise<PromotionRecord> =>
  PromotionRecord.parse(await readJson(objects, key));

/** Every promotion of a name, oldest first. */
export const promotionsOf = async (objects: ObjectStore, name: string): Promise<History> => {
  const found = await numberedOf(objects, name);
  const numbered = await Promise.all(found.map((each) => read(objects, each)));
  const before = await earlier(objects, name);
  return {
    records: [...before, ...numbered],
    at: [...before.map(() => null), ...found.map(({ modified }) => modified)],
    next: Number(/(\d+)\.json$/.exec(found.at(-1)?.key ?? '')?.[1] ?? 0) + 1,
  };
};

/**
 * Versions in the order in which they came to serve, the one that serves last. A rollback takes off what it goes back over, so
 * that the next one goes further back.
 */
export const servingStack = (records: readonly PromotionRecord[]): string[] =>
  records.reduce<string[]>((stack, { kind, version }) => {
    const at = stack.lastIndexOf(version);
    if (kind === 'rollback' && at >= 0) return stack.slice(0, at + 1);
    return stack.at(-1) === version ? stack : [...stack, version];
  }, []);

/** The version that serves under a name, or null. Reads the newest record alone: servers ask every few seconds. */
export const promotedVersion = async (objects: ObjectStore, name: string): Promise<string | null> => {
  const newest = (await numberedOf(objects, name)).at(-1);
  const record = newest === undefined ? (await earlier(objects, name))[0] : await read(objects, newest);
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
  for (let tries = 0; tries < TRIES; tries++) {
    const { records, next } = await promotionsOf(objects, name);
    const made = await decide(records);
    if (made === null) return;
    const body = `${JSON.stringify(made, null, 2)}\n`;
    if (await objects.create(keys.modelPromotion(name, next), body, { contentType: 'application/json' })) return;
  }
  throw new AssayError('ASY-3004', { table: `models/${name}/promotions`, tries: TRIES });
};
