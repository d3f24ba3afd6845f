/** Fewer pairs that stand for all: what is tried out many times over is tried on these. */
import { unitHash } from '../hash.ts';
import type { LanguagesInput } from './multilingual.ts';

/** How many of each language are taken: the same of all, and all of those that have fewer; `most` together. */
export const quotasOf = (counts: readonly number[], most: number): number[] => {
  const quotas = counts.map(() => 0);
  let left = most;
  counts
    .map((n, language) => ({ n, language }))
    .toSorted((a, b) => a.n - b.n)
    .forEach(({ n, language }, i) => {
      const taken = Math.min(n, Math.floor(left / (counts.length - i)));
      quotas[language] = taken;
      left -= taken;
    });
  return quotas;
};

const sum = (values: ArrayLike<number>, rows: readonly number[]): number =>
  rows.reduce((total, row) => total + (values[row] ?? 0), 0);

/**
 * Places of at most `most` pairs, rising, and their weights: of every language (−1, unknown, is one too) those whose group has
 * the smallest hash, as equally many as there are. A language's weights are scaled so that they add up to what all of its pairs
 * weigh: the mean loss over the sample estimates that over all pairs. All of them, unchanged, where there are no more.
 */
export const sampleLanguages = (
  { n, languages, count, weights = new Float32Array(n).fill(1) }: LanguagesInput,
  groups: readonly string[],
  most: number,
  seed: number,
): { readonly rows: readonly number[]; readonly weights: Float32Array } => {
  if (n <= most) return { rows: Array.from({ length: n }, (_, i) => i), weights };
  const all = Array.from({ length: count + 1 }, (): number[] => []);
  languages.forEach((language, row) => all[language + 1]?.push(row));
  const places = new Map([...new Set(groups)].map((group) => [group, unitHash(seed, `language sample ${group}`)]));
  const placeOf = (row: number) => places.get(groups[row] ?? '') ?? 0;
  const quotas = quotasOf(
    all.map(({ length }) => length),
    most,
  );
  const scaled = new Map<number, number>();
  for (const [language, own] of all.entries()) {
    const taken = own.toSorted((a, b) => placeOf(a) - placeOf(b) || a - b).slice(0, quotas[language]);
    const kept = sum(weights, taken);
    const factor = sum(weights, own) / kept;
    for (const row of taken) scaled.set(row, kept > 0 ? (weights[row] ?? 0) * factor : 0);
  }
  const rows = [...scaled.keys()].sort((a, b) => a - b);
  return { rows, weights: Float32Array.from(rows, (row) => scaled.get(row) ?? 0) };
};
