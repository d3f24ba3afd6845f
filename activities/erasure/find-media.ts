/** Media that only certain items show, and the files of drops they came from. */
import type { Media } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { Shard } from '../../schemas/table.ts';
import { MEDIA } from '../drop-plan.ts';
import type { RowSource } from '../unit-rows.ts';
import { among, rowsIn } from './tables.ts';
import { hashAt } from './versions.ts';

/** Hashes of the media that some items show, and of maps that came with annotations on them. */
const mediaOf = async (
  { tables }: RowSource,
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

/** Hashes of the media that the items show and no other item does. */
export const mediaOnlyOf = async (
  source: RowSource,
  ids: readonly string[],
  items: readonly Shard[],
  annotations: readonly Shard[],
): Promise<Set<string>> => {
  const own = await mediaOf(source, items, annotations, (column) => among(column, ids));
  if (own.size === 0) return own;
  const others = await mediaOf(source, items, annotations, (column) => `NOT (${among(column, ids)})`);
  return new Set([...own].filter((hash) => !others.has(hash)));
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
