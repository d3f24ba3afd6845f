/** How different texts are (S230). */
import { distinctN } from '../../diversity/distinct.ts';
import { selfBleu } from '../../diversity/self-bleu.ts';
import { vendiScore } from '../../diversity/vendi.ts';
import { unitHash } from '../../hash.ts';
import { having, type Metric } from './metric.ts';

/** Drawn by hash: more texts cost time and memory, and move these figures little. Vectors cost their cube. */
const MOST = { texts: 2_000, vectors: 128 } as const;

const drawn = <R>(rows: readonly R[], most: number, keyOf: (row: R) => string, seed: number): readonly R[] =>
  rows.length <= most
    ? rows
    : rows
        .map((row) => ({ row, key: unitHash(seed, keyOf(row)) }))
        .sort((a, b) => a.key - b.key)
        .slice(0, most)
        .map(({ row }) => row);

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

const behaviour: Metric = {
  id: 'S230',
  metric: 'behavioural diversity: distinct-n, self-BLEU, Vendi score',
  needs: 'text or vector',
  compute: (rows, { seed }) => {
    const texts = drawn(having(rows, 'text'), MOST.texts, ({ text }) => text, seed).map(({ text }) => wordsOf(text));
    const vectors = drawn(having(rows, 'vector'), MOST.vectors, ({ vector }) => vector.join(), seed).map(
      ({ vector }) => vector,
    );
    const figure = (name: string, value: number | null, n: number) =>
      value === null ? [] : [{ name, of: null, value, ci: null, n }];
    return [
      ...figure('distinct-1', distinctN(texts, 1), texts.length),
      ...figure('distinct-2', distinctN(texts, 2), texts.length),
      ...figure('self-BLEU', selfBleu(texts), texts.length),
      ...figure('Vendi score', vendiScore(vectors), vectors.length),
    ];
  },
};

export const DIVERSITY: readonly Metric[] = [behaviour];
