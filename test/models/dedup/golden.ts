/** Golden values of test/peers/dedup.py, with the texts that they name. */
import { readFileSync } from 'node:fs';

type Planted = { readonly text: number; readonly replaced: readonly number[] };
type Pair = (
  | Planted
  | { readonly text: number; readonly other: number }
  | { readonly a: string; readonly b: string }
) & {
  readonly jaccard: number;
};

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The responses of examples/pairs, in order. */
export const documents: readonly string[] = read('examples/pairs/pairs.jsonl')
  .trim()
  .split('\n')
  .flatMap((line) => (JSON.parse(line) as { responses: { text: string }[] }).responses.map(({ text }) => text));

const golden = JSON.parse(read('test/fixtures/dedup/text.json')) as {
  readonly pairs: readonly Pair[];
  readonly clusters: { readonly planted: readonly Planted[]; readonly pairs: readonly [number, number, number][] };
};

const edited = ({ text, replaced }: Planted): string =>
  (documents[text] ?? '')
    .trim()
    .split(/\s+/)
    .map((word, i) => (replaced.includes(i) ? `w${i}` : word))
    .join(' ');

const textsOf = (pair: Pair): [string, string] => {
  if ('a' in pair) return [pair.a, pair.b];
  const text = documents[pair.text] ?? '';
  return [text, 'other' in pair ? (documents[pair.other] ?? '') : edited(pair)];
};

/** 200 pairs of texts with the similarity of their sets of word 5-grams. */
export const pairs = golden.pairs.map((pair) => ({ texts: textsOf(pair), jaccard: pair.jaccard }));

/** Real texts with near-duplicates planted after them, and every pair of 0.8 or above among them. */
export const planted = {
  texts: [...documents, ...golden.clusters.planted.map(edited)],
  pairs: golden.clusters.pairs,
};
