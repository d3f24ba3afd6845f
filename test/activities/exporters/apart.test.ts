import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apart } from '../../../activities/exporters/apart.ts';
import { streamed } from '../../support/exporting.ts';

interface Keyed {
  readonly key: string;
  readonly n: number;
}

const order = async (keys: readonly string[]): Promise<string[]> => {
  const rows = keys.map((key, n): Keyed => ({ key, n }));
  return (await Array.fromAsync(apart(streamed(rows), ({ key }) => key))).map(({ key, n }) => `${key}${n}`);
};

const neighbours = (rows: readonly string[]): number => rows.filter((row, at) => row[0] === rows[at - 1]?.[0]).length;

it('puts another prompt between the two sides of a pair', async () => {
  expect(await order(['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'])).toEqual([
    'a0',
    'b2',
    'a1',
    'b3',
    'c4',
    'd6',
    'c5',
    'd7',
  ]);
});

it('keeps pairs of any order apart, but for the last, whose sides may have nothing between them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 26 }), async (pairs) => {
      const keys = Array.from({ length: pairs }, (_, i) => String.fromCharCode(97 + i)).flatMap((key) => [key, key]);
      expect(neighbours(await order(keys))).toBe(pairs % 2);
    }),
  );
});

it('loses nothing, and is never worse than the order that came', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c')), async (keys) => {
      const found = await order(keys);
      expect([...found].sort()).toEqual(keys.map((key, n) => `${key}${n}`).sort());
      expect(neighbours(found)).toBeLessThanOrEqual(neighbours(keys));
    }),
  );
});

it('holds no more than a thousand rows of one prompt', async () => {
  const found = await order([...Array.from({ length: 1200 }, () => 'a'), 'b']);
  expect(found.indexOf('b1200')).toBeGreaterThan(190);
  expect(found).toHaveLength(1201);
});
