/** Whose tokens a length is counted in: the bundled encoder's, a pulled encoder's, or those of a tokenizer.json that the drop brings. */
import { readFile } from 'node:fs/promises';
import { openStaticE5Counter, staticE5Revision } from '../../models/encoders/static-e5.ts';
import { sha256 } from '../../models/hash.ts';
import type { ContentFilter } from '../../schemas/curation.ts';
import { AssayError } from '../../schemas/errors.ts';
import { startTokenCounter, type TokenCounter } from '../adapters/tokenizer/counter.ts';
import { readDropFile } from '../drop-lines.ts';
import { pulledTokenizer } from '../encoder-catalog.ts';
import type { ObjectStore } from '../ports.ts';

const BUNDLED = 'static-e5';
/** The largest in use (Gemma's, of 262,144 pieces) have 33 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

interface NamedTokenizer {
  /** Hash of what decides its counts. */
  readonly hash: string;
  open(alive: () => void): Promise<TokenCounter>;
}

const findTokenizer = async (objects: ObjectStore, drop: string, name: string): Promise<NamedTokenizer> => {
  const fault = (reason: string) => new AssayError('ASY-6210', { tokenizer: name, reason });
  if (name === BUNDLED)
    return {
      hash: staticE5Revision(),
      async open() {
        const count = await openStaticE5Counter();
        return { count: async (text) => count(text), close: async () => undefined };
      },
    };
  if (name.endsWith('.json')) {
    const bytes = await readDropFile(objects, { drop, file: name, most: MOST_BYTES }, (_, reason) => fault(reason));
    return { hash: sha256(bytes), open: (alive) => startTokenCounter(bytes, fault, { alive }) };
  }
  const pulled = await pulledTokenizer(objects, name);
  if (pulled === null) throw fault('the encoder reads no text');
  return {
    hash: pulled.sha256,
    open: async (alive) => startTokenCounter(await readFile(await pulled.local()), fault, { alive }),
  };
};

const namedBy = (filters: readonly ContentFilter[]): string[] => [
  ...new Set(
    filters.flatMap((filter) => (filter.kind === 'length' && filter.tokenizer !== undefined ? [filter.tokenizer] : [])),
  ),
];

/**
 * What the counts of the filters' tokenizers depend on, in order. Throws ASY-6210 for a tokenizer that cannot be used, ASY-5001 and
 * ASY-5020 for an encoder that is not known or not pulled.
 */
export const tokenizerHashes = async (
  objects: ObjectStore,
  drop: string,
  filters: readonly ContentFilter[],
): Promise<string[]> => {
  const hashes: string[] = [];
  for (const name of namedBy(filters)) hashes.push((await findTokenizer(objects, drop, name)).hash);
  return hashes;
};

/** Tokens of a text by the tokenizer that a filter names. */
export type CountTokens = (tokenizer: string, text: string) => Promise<number>;

/** Opens the filters' tokenizers; `alive` is called now and then while a text is counted. `count` throws ASY-6210 where one fails or takes too long. */
export const openTokenizers = async (
  objects: ObjectStore,
  drop: string,
  filters: readonly ContentFilter[],
  alive: () => void,
): Promise<{ readonly count: CountTokens; readonly close: () => Promise<void> }> => {
  const opened = new Map<string, TokenCounter>();
  const close = async (): Promise<void> => {
    for (const counter of opened.values()) await counter.close();
  };
  try {
    for (const name of namedBy(filters)) opened.set(name, await (await findTokenizer(objects, drop, name)).open(alive));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async count(name, text) {
      const counter = opened.get(name);
      if (counter === undefined) throw new TypeError(`tokenizer ${name} was not opened`);
      return counter.count(text);
    },
    close,
  };
};
