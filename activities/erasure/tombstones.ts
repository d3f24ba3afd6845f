/** What must not come back: subjects that were erased, and the contents of their rows, by keyed hashes. */
import { subjectHash } from '../../models/hash.ts';
import type { Annotation } from '../../schemas/annotation.ts';
import { Tombstone } from '../../schemas/erasure.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Item } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';

/** Keyed hash of an item's content: nobody without the key can try texts against it. */
export const keyedContent = (key: string, contentHash: string): string => subjectHash(key, `content ${contentHash}`);

/** Adds to a subject's tombstone what an erasure found. */
export const raise = async (objects: ObjectStore, subject: string, contents: readonly string[]): Promise<void> => {
  const key = keys.tombstone(subject);
  const standing = Tombstone.nullable().parse(await readReceipt(objects, key));
  const all = [...new Set([...(standing?.contents ?? []), ...contents])].sort();
  await objects.put(key, JSON.stringify({ subject, contents: all } satisfies Tombstone), {
    contentType: 'application/json',
  });
};

export interface Graves {
  /** Throws ASY-6403 for a row about, or with a word of, somebody who was erased. */
  check(subject: string | null, annotations: readonly Annotation[]): void;
  /** The same for an item whose row says of nobody that it is theirs, and that has an erased content. */
  checkContent(item: Item): void;
}

/** Every tombstone there is. */
export const readGraves = async (objects: ObjectStore, key: string): Promise<Graves> => {
  const subjects = new Set<string>();
  const contents = new Set<string>();
  for await (const { key: at } of objects.list(keys.tombstones())) {
    const tombstone = Tombstone.parse(await readReceipt(objects, at));
    subjects.add(tombstone.subject);
    for (const content of tombstone.contents) contents.add(content);
  }
  return {
    check(subject, annotations) {
      if (subjects.size === 0) return;
      const human = annotations.some(({ source }) => source.kind === 'human' && subjects.has(source.id));
      if (human || (subject !== null && subjects.has(subject))) throw new AssayError('ASY-6403');
    },
    checkContent({ contentHash, origin }) {
      // Equal words of somebody else are theirs.
      if (contents.size > 0 && origin.subject === null && contents.has(keyedContent(key, contentHash)))
        throw new AssayError('ASY-6403');
    },
  };
};
