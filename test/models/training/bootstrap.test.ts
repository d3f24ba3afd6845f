import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootstrapWeights } from '../../../models/training/bootstrap.ts';

const groups = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 30 });

test('one member is no bootstrap', () => {
  expect(bootstrapWeights(['a', 'b', 'a'], 1, 7)).toEqual([Float32Array.of(1, 1, 1)]);
});

test('rows of a group are drawn together, and as many groups are drawn as there are', () => {
  fc.assert(
    fc.property(groups, fc.integer({ min: 2, max: 6 }), fc.nat(), (names, members, seed) => {
      for (const weights of bootstrapWeights(names, members, seed)) {
        const counts = new Map<string, number>();
        names.forEach((name, i) => {
          expect(counts.get(name) ?? weights[i]).toBe(weights[i]);
          counts.set(name, weights[i] ?? 0);
        });
        expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(counts.size);
      }
    }),
  );
});

test('a member depends on the seed and its number, not on how many there are', () => {
  const names = Array.from({ length: 40 }, (_, i) => `g${i}`);
  const five = bootstrapWeights(names, 5, 3);
  expect(bootstrapWeights(names, 9, 3).slice(0, 5)).toEqual(five);
  expect(new Set(five.map(String)).size).toBe(5);
  expect(bootstrapWeights(names, 5, 4)[0]).not.toEqual(five[0]);
});

test('a group is left out as often as chance says: about (1 − 1/n)ⁿ', () => {
  const names = Array.from({ length: 50 }, (_, i) => `g${i}`);
  const weights = bootstrapWeights(names, 400, 1).flatMap((member) => [...member]);
  const absent = weights.filter((weight) => weight === 0).length / weights.length;
  expect(Math.abs(absent - (1 - 1 / 50) ** 50)).toBeLessThan(0.01);
});

test('no members are refused', () => {
  expect(() => bootstrapWeights(['a'], 0, 1)).toThrow(RangeError);
});
