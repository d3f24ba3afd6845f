import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotasOf, sampleLanguages } from '../../../models/training/language-sample.ts';
import { planted } from './planted-languages.ts';

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

test('every language gives the same number, but no more than it has', () => {
  expect(quotasOf([10, 1000, 1000], 110)).toEqual([10, 50, 50]);
  expect(quotasOf([1000, 0, 3], 20)).toEqual([17, 0, 3]);
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 8 }), fc.nat(200), (counts, most) => {
      const quotas = quotasOf(counts, most);
      expect(sum(quotas)).toBeLessThanOrEqual(most);
      expect(sum(quotas)).toBeGreaterThan(Math.min(most, sum(counts)) - counts.length);
      for (const [i, quota] of quotas.entries()) expect(quota).toBeLessThanOrEqual(counts[i] ?? 0);
    }),
  );
});

test('a sample keeps what each language weighs, and whole groups but the last', () => {
  const data = planted({ counts: [30, 400, 200], dims: 2, seed: 3 });
  // Two in three pairs of the last language are of a language nobody named.
  const languages = data.languages.map((language, i) => (language === 2 && i % 3 > 0 ? -1 : language));
  const groups = Array.from({ length: data.n }, (_, i) => `g${i >> 1}`);
  const weights = Float32Array.from({ length: data.n }, (_, i) => 1 + (i % 5));
  const input = { ...data, languages, weights, count: 3, l2: 1 };
  const sample = sampleLanguages(input, groups, 160, 0);
  expect(sample.rows).toEqual([...sample.rows].sort((a, b) => a - b));
  const counts = [-1, 0, 1, 2].map((language) => sample.rows.filter((row) => languages[row] === language).length);
  expect(counts).toEqual([43, 30, 44, 43]);
  for (const language of [-1, 0, 1, 2]) {
    const all = weights.filter((_, row) => languages[row] === language);
    const kept = sample.weights.filter((_, i) => languages[sample.rows[i] ?? -1] === language);
    expect(sum(kept)).toBeCloseTo(sum(all), 2);
  }
  const kept = new Set(sample.rows);
  const torn = sample.rows.filter((row) => languages[row] === 1 && languages[row ^ 1] === 1 && !kept.has(row ^ 1));
  expect(torn.length).toBeLessThanOrEqual(1);
});

test('few pairs are all kept as they are, and the same pairs are drawn again', () => {
  const data = planted({ counts: [50, 50], dims: 2, seed: 4 });
  const groups = Array.from({ length: 100 }, (_, i) => `g${i}`);
  const input = { ...data, count: 2, l2: 1 };
  const all = sampleLanguages(input, groups, 100, 0);
  expect(all.rows).toEqual(groups.map((_, i) => i));
  expect(new Set(all.weights)).toEqual(new Set([1]));
  const drawn = sampleLanguages(input, groups, 40, 1);
  expect(sampleLanguages(input, groups, 40, 1)).toEqual(drawn);
  expect(sampleLanguages(input, groups, 40, 2).rows).not.toEqual(drawn.rows);
});

test('a language without weight stays without', () => {
  const data = planted({ counts: [50, 50], dims: 2, seed: 4 });
  const weights = Float32Array.from(data.languages);
  const { weights: kept } = sampleLanguages({ ...data, weights, count: 2, l2: 1 }, Array(100).fill('g'), 20, 0);
  expect(kept.every(Number.isFinite)).toBe(true);
  expect(sum(kept)).toBeCloseTo(50, 4);
});
