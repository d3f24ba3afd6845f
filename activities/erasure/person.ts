/** Who is erased, as they can be recognised: ids are hashed and compared, never written down. */
import { hashPerson } from '../item-builder.ts';

export interface Person {
  readonly subject: string;
  /** Whether a text or a number is their id, plain or hashed. */
  is(value: unknown): boolean;
}

/** Longer texts are no ids. */
const MOST_CHARACTERS = 300;
/** Values remembered: most rows repeat few of them. */
const KEPT = 100_000;

/** Recognises the person of a keyed hash. Throws ASY-9006 without the key. */
export const createPerson = (key: string, subject: string): Person => {
  const known = new Map<string, boolean>();
  return {
    subject,
    is(value) {
      if (typeof value !== 'string' && typeof value !== 'number') return false;
      const text = String(value);
      if (text === '' || text.length > MOST_CHARACTERS) return false;
      const before = known.get(text);
      if (before !== undefined) return before;
      const found = hashPerson(key, text) === subject;
      if (known.size >= KEPT) known.clear();
      known.set(text, found);
      return found;
    },
  };
};

/** JSON strings, and words between what separates cells and values. */
const WORDS = /"((?:[^"\\]|\\.)*)"|[^\s",;:{}[\]]+/g;

/** Whether bytes that nobody could read as a row name the person anywhere: as a string, a cell or a word. */
export const namedIn = (bytes: Buffer, person: Person): boolean => {
  for (const [word, quoted] of bytes.toString('utf8').matchAll(WORDS)) if (person.is(quoted ?? word)) return true;
  return false;
};
