/** Media that only certain items show, and the files of drops they came from. */
import type { Media } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { Shard } from '../../schemas/table.ts';
import { MEDIA } from '../drop-plan.ts';
import { REDACTED_FROM, REDACTED_TO } from '../redacted-link.ts';
import type { RowSource } from '../unit-rows.ts';
import { among, rowsIn } from './tables.ts';
import { hashAt } from './versions.ts';

type Stores = Pick<RowSource, 'objects' | 'tables'>;

/** Hashes of the media that some items show, and of maps that came with annotations on them. */
const mediaOf = async (
  { tables }: Stores,
  items: readonly Shard[],
  annotations: readonly Shard[],
  which: (column: string) => string,
): Promise<Set<string>> => {
  const found = new Set<string>();
  const shown = `SELECT responses, "promptMedia" AS prompt FROM {rows} WHERE ${which('id')}`;
  type Shown = { responses: { media: Media | null }[]; prompt: Media[] | null };
  for await (const { responses, prompt } of rowsIn<Shown>(tables, shown, items)) {
    for (const { media } of responses) if (media !== null) found.add(media.sha256);
    for (const { sha256 } of prompt ?? []) found.add(sha256);
  }
  const marked = `SELECT value->'$.maps' AS maps FROM {rows} WHERE task = 'regions' AND ${which('item')}`;
  for await (const { maps } of rowsIn<{ maps: { sha256: string }[] | null }>(tables, marked, annotations))
    for (const { sha256 } of maps ?? []) found.add(sha256);
  return found;
};

const namesUnder = async ({ objects }: Stores, hash: string): Promise<string[]> => {
  const prefix = keys.renditions(hash);
  return Array.fromAsync(objects.list(prefix), ({ key }) => key.slice(prefix.length));
};

/** Pictures made of the media without faces, unless they were made of others too that are still there. */
const redactedFrom = async (stores: Stores, hashes: ReadonlySet<string>): Promise<string[]> => {
  const found: string[] = [];
  for (const hash of hashes)
    for (const name of await namesUnder(stores, hash)) {
      const to = REDACTED_TO.hashIn(name);
      if (to === null) continue;
      const origins = (await namesUnder(stores, to)).flatMap((other) => REDACTED_FROM.hashIn(other) ?? []);
      let others = 0;
      for (const origin of origins)
        if (!hashes.has(origin) && (await stores.objects.head(keys.media(origin))) !== null) others++;
      if (others === 0) found.push(to);
    }
  return found;
};

/** Hashes of the media that the items show and no other item does, and of pictures made of them without faces. */
export const mediaOnlyOf = async (
  source: Stores,
  ids: readonly string[],
  items: readonly Shard[],
  annotations: readonly Shard[],
): Promise<Set<string>> => {
  const own = await mediaOf(source, items, annotations, (column) => among(column, ids));
  if (own.size === 0) return own;
  const others = await mediaOf(source, items, annotations, (column) => `NOT (${among(column, ids)})`);
  const alone = new Set([...own].filter((hash) => !others.has(hash)));
  return new Set([...alone, ...(await redactedFrom(source, alone))]);
};

/** Files of a drop whose bytes are among the media that go. */
export const mediaFiles = async (
  { objects }: RowSource,
  drop: string,
  media: ReadonlySet<string>,
): Promise<string[]> => {
  const found: string[] = [];
  if (media.size === 0) return found;
  for await (const { key } of objects.list(keys.dropPrefix(drop)))
    if (MEDIA.test(key) && media.has((await hashAt(objects, key)) ?? '')) found.push(key);
  return found;
};
