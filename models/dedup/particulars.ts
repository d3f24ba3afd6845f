/**
 * What a sum of token vectors hardly shows and what yet makes another text of one: its numbers, and the words that turn its meaning
 * round. Near-duplicates in meaning have the same ones, as often, in whatever order.
 */
import { sha256 } from '../hash.ts';
import { NUMBER_WORDS, numbersOf } from './numbers.ts';

const words = (text: string): string[] => text.split(' ');

/** Words of one pole stand for each other: "costs more" and "at a higher price" agree. */
const POLES: readonly (readonly string[])[] = [
  words('not no never without cannot neither nor none nobody nothing nowhere'),
  words('more greater higher larger bigger increase increases increased increasing'),
  words('less fewer lower smaller decrease decreases decreased decreasing'),
  words('most greatest highest largest biggest maximum'),
  words('least fewest lowest smallest minimum'),
  words('above'),
  words('below'),
  words('before earlier'),
  words('after later'),
  words('always'),
];
const poleOf = new Map(POLES.flatMap((pole, i) => pole.map((word) => [word, i] as const)));

/** Words of other languages too ("ten" is "this" in Polish, "no" is "in the" in Portuguese). */
const SHARED = words('no more four ten six double triple million half');
const FUNCTION_WORDS = words(
  'the and are were what which how that this these those with from have has you your they their there does did would should could been when many much she his it',
);
/** Words that only English has: one of them, and the lists above are read. */
const ENGLISH = new Set([...FUNCTION_WORDS, ...poleOf.keys(), ...NUMBER_WORDS]);
for (const word of SHARED) ENGLISH.delete(word);

const WORD = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;
const isContracted = (word: string): boolean => /n['’]t$/.test(word);

/** The numbers and poles of a text, sorted, each as often as it occurs. */
export const particulars = (text: string): string[] => {
  const said = text.toLowerCase().match(WORD) ?? [];
  const english = said.some((word) => ENGLISH.has(word) || isContracted(word));
  const poles = english ? said.flatMap((word) => (isContracted(word) ? 0 : (poleOf.get(word) ?? []))) : [];
  return [...numbersOf(text, english), ...poles.map((pole) => `/${pole}`)].sort();
};

/** 48 bits that are equal for texts of equal particulars; 0 for a text without any. */
export const particularsHash = (text: string): number => {
  const all = particulars(text);
  return all.length === 0 ? 0 : Number.parseInt(sha256(all.join(' ')).slice(0, 12), 16);
};
