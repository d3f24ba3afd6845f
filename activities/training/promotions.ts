/** Which head of a name serves, as numbered records that are only ever added: the newest says. */
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore } from '../ports.ts';

/** `models/<name>/promotions/<n>.json` */
export const PromotionRecord = z.object({
  version: z.string(),
  kind: z.enum(['promote', 'rollback']),
  /** What served before; null where nothing did. */
  previous: z.string().nullable(),
  /** What the gate said, or why it was passed over. */
  reason: z.string(),
  by: z.string(),
  note: z.string(),
});
export type PromotionRecord = z.infer<typeof PromotionRecord>;

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
  /** Number of the next record. */
  readonly next: number;
}

/** Every promotion of a name, oldest first. */
export const promotionsOf = async (objects: ObjectStore, name: string): Promise<History> => {
  const found: string[] = [];
  for await (const { key } of objects.list(keys.modelPromotions(name))) found.push(key);
  const numbered = await Promise.all(
    found.sort().map(async (key) => PromotionRecord.parse(await readJson(objects, key))),
  );
  return { records: [...(await earlier(objects, name)), ...numbered], next: numbered.length + 1 };
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

/** The version that serves under a name, or null. */
export const promotedVersion = async (objects: ObjectStore, name: string): Promise<string | null> =>
  (await promotionsOf(objects, name)).records.at(-1)?.version ?? null;

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
