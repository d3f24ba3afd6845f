/** Records under a prefix, `<n>.json` in ten digits, that are only ever added: each is created only where its number is free. */
import type { z } from 'zod';
import { AssayError } from '../schemas/errors.ts';
import type { ObjectInfo, ObjectStore } from './ports.ts';

/** Writers that may come between reading and writing before this one gives up. */
const TRIES = 10;

export interface Numbered<T> {
  readonly records: readonly T[];
  /** When each was written, in milliseconds since 1970. */
  readonly at: readonly number[];
  /** Number of the next record. */
  readonly next: number;
}

/** The records' objects, oldest first. */
export const numberedObjects = async (objects: ObjectStore, prefix: string): Promise<ObjectInfo[]> => {
  const found = await Array.fromAsync(objects.list(prefix));
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
};

/** One record. Throws ASY-3002 where it is gone. */
export const readRecord = async <S extends z.ZodType>(
  objects: ObjectStore,
  { key }: ObjectInfo,
  schema: S,
): Promise<z.infer<S>> => schema.parse(JSON.parse((await objects.get(key)).toString('utf8')));

/** All records, oldest first. */
export const readNumbered = async <S extends z.ZodType>(
  objects: ObjectStore,
  prefix: string,
  schema: S,
): Promise<Numbered<z.infer<S>>> => {
  const found = await numberedObjects(objects, prefix);
  return {
    records: await Promise.all(found.map((each) => readRecord(objects, each, schema))),
    at: found.map(({ modified }) => modified),
    next: Number(/(\d+)\.json$/.exec(found.at(-1)?.key ?? '')?.[1] ?? 0) + 1,
  };
};

interface Sequence<R> {
  readonly read: () => Promise<R>;
  readonly keyOf: (number: number) => string;
  readonly prefix: string;
}

/**
 * Adds the record that `decide` makes of those there are, or none where it gives null; when another writer was faster, decides
 * again on the new ones. The number it has; null for none. Throws ASY-3004 where that does not end.
 */
export async function appendNumbered<R extends { readonly next: number }>(
  objects: ObjectStore,
  sequence: Sequence<R>,
  decide: (standing: R) => Promise<object>,
): Promise<number>;
export async function appendNumbered<R extends { readonly next: number }>(
  objects: ObjectStore,
  sequence: Sequence<R>,
  decide: (standing: R) => Promise<object | null>,
): Promise<number | null>;
export async function appendNumbered<R extends { readonly next: number }>(
  objects: ObjectStore,
  { read, keyOf, prefix }: Sequence<R>,
  decide: (standing: R) => Promise<object | null>,
): Promise<number | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const standing = await read();
    const made = await decide(standing);
    if (made === null) return null;
    const body = `${JSON.stringify(made, null, 2)}\n`;
    if (await objects.create(keyOf(standing.next), body, { contentType: 'application/json' })) return standing.next;
  }
  throw new AssayError('ASY-3004', { table: prefix.replace(/\/$/, ''), tries: TRIES });
}
