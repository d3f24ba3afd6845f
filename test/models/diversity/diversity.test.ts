import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinctN } from '../../../models/diversity/distinct.ts';
import { symmetricEigenvalues } from '../../../models/diversity/eigenvalues.ts';
import { labelEntropy, softLabelLoss } from '../../../models/diversity/label-entropy.ts';
import { selfBleu } from '../../../models/diversity/self-bleu.ts';
import { vendiScore } from '../../../models/diversity/vendi.ts';
import { driftFixture } from '../drift/fixture.ts';

const { texts, bleu, vectors, vendi, few, vendiFew, matrix, eigenvalues } = driftFixture.diversity;

test('S230: distinct-1 and distinct-2 by hand', () => {
  const words = [
    ['a', 'b', 'a'],
    ['a', 'b'],
  ];
  expect(distinctN(words, 1)).toBe(2 / 5);
  expect(distinctN(words, 2)).toBe(2 / 3);
  expect(distinctN(words, 4)).toBeNull();
});

test('S230: self-BLEU is the mean of nltk’s sentence BLEU', () => {
  expect(selfBleu(texts)).toBeCloseTo(bleu, 9);
  expect(selfBleu([texts[0] ?? [], texts[0] ?? []])).toBeCloseTo(1, 12);
  expect(
    selfBleu([
      ['a', 'b', 'c', 'd'],
      ['e', 'f', 'g', 'h'],
    ]),
  ).toBe(0);
  expect(selfBleu([['a']])).toBeNull();
});

test('S230: the Vendi score is vendi-score’s, with more rows than dimensions and with fewer', () => {
  expect(vendiScore(vectors)).toBeCloseTo(vendi, 9);
  expect(vendiScore(few)).toBeCloseTo(vendiFew, 9);
  expect(vendiScore([])).toBeNull();
});

test('S230: n identical texts are worth 1, n orthogonal ones n', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), (n) => {
      const axis = (i: number) => Array.from({ length: n }, (_, k) => (k === i ? 2 : 0));
      expect(vendiScore(Array.from({ length: n }, () => axis(0)))).toBeCloseTo(1, 9);
      expect(vendiScore(Array.from({ length: n }, (_, i) => axis(i)))).toBeCloseTo(n, 9);
    }),
  );
});

test('eigenvalues are LAPACK’s', () => {
  const found = symmetricEigenvalues(matrix, 9);
  for (const [i, value] of eigenvalues.entries()) expect(found[i]).toBeCloseTo(value, 9);
});

test('eigenvalues keep trace and norm, also where the matrix falls apart or holds no number', () => {
  const entry = fc.constantFrom(0, 0, 1, -2, 1e-9, 3e5);
  fc.assert(
    fc.property(fc.array(fc.array(entry, { minLength: 7, maxLength: 7 }), { minLength: 7, maxLength: 7 }), (rows) => {
      const symmetric = rows.flatMap((row, i) => row.map((value, j) => (i < j ? (rows[j]?.[i] ?? 0) : value)));
      const found = symmetricEigenvalues(symmetric, 7);
      const size = Math.hypot(...symmetric, 1);
      const trace = rows.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
      expect(Math.abs(found.reduce((sum, value) => sum + value, 0) - trace) / size).toBeLessThan(1e-12);
      expect(Math.abs(Math.hypot(...found) - Math.hypot(...symmetric)) / size).toBeLessThan(1e-12);
    }),
  );
  expect(symmetricEigenvalues([0, Number.NaN, Number.NaN, 0], 2)).toHaveLength(2);
});

test('S124: a 50/50 split has ln 2 of entropy, and the soft-label loss is the cross-entropy', () => {
  expect(labelEntropy([5, 5])).toBeCloseTo(Math.LN2, 12);
  expect([labelEntropy([7, 0]), labelEntropy([])]).toEqual([0, 0]);
  const [margin, winning] = [0.7, 0.8];
  const p = 1 / (1 + Math.exp(-margin));
  expect(softLabelLoss(margin, winning)).toBeCloseTo(-winning * Math.log(p) - (1 - winning) * Math.log(1 - p), 12);
});
