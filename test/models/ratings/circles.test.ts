import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ratingsDocument } from '../../../models/ratings/document.ts';
import type { Comparison } from '../../../models/ratings/rows.ts';

type Row = readonly [winner: string, loser: string, tie?: 'tie'];
const circles = async (rows: readonly Row[], swap: (i: number) => boolean = () => false) => {
  const text = rows
    .map(
      ([a, b, tie], i): Omit<Comparison, 'line'> =>
        swap(i)
          ? { model_a: b, model_b: a, winner: tie ?? 'model_b' }
          : { model_a: a, model_b: b, winner: tie ?? 'model_a' },
    )
    .map((row) => JSON.stringify(row));
  return (await ratingsDocument(text.join('\n'), 'r.jsonl', 'bt', { bootstraps: 0 })).triads;
};
const CIRCLE: Row[] = [
  ['x', 'y'],
  ['y', 'z'],
  ['z', 'x'],
];

test('three models in a circle are the most that three allow', async () => {
  const found = { circular: 1, maximum: 1, zeta: 0, example: ['x', 'y', 'z'] };
  expect(await circles(CIRCLE)).toEqual(found);
  expect(await circles(CIRCLE, (i) => i % 2 === 0)).toEqual(found);
});

test('five models, each over the next two, are Kendall and Babington Smith’s most: five circles', async () => {
  const rows = [0, 1, 2, 3, 4].flatMap((i): Row[] => [
    [`m${i}`, `m${(i + 1) % 5}`],
    [`m${i}`, `m${(i + 2) % 5}`],
  ]);
  expect(await circles(rows)).toMatchObject({ circular: 5, maximum: 5, zeta: 0 });
});

test('the majority of decided comparisons counts: ties and a lone upset change nothing', async () => {
  const ranked: Row[] = [
    ['x', 'y'],
    ['y', 'z'],
    ['x', 'z'],
  ];
  const noise: Row[] = [...ranked, ['z', 'x'], ['x', 'y', 'tie'], ['y', 'x', 'tie'], ['x', 'z']];
  for (const rows of [ranked, noise])
    expect(await circles(rows)).toEqual({ circular: 0, maximum: 1, zeta: 1, example: null });
});

test('a pair that is even, tied or never compared leaves ζ unknown, and its circles are not counted', async () => {
  const unknown = { circular: 0, maximum: 1, zeta: null, example: null };
  expect(await circles([...CIRCLE, ['x', 'z']])).toEqual(unknown);
  expect(await circles(CIRCLE.slice(0, 2))).toEqual(unknown);
  expect(
    await circles([
      ['x', 'y'],
      ['y', 'z', 'tie'],
    ]),
  ).toEqual(unknown);
  expect(
    await circles([
      ['x', 'y', 'tie'],
      ['y', 'z', 'tie'],
    ]),
  ).toEqual(unknown);
  expect(await circles([...CIRCLE, ['x', 'w', 'tie']])).toEqual({
    circular: 1,
    maximum: 2,
    zeta: null,
    example: ['x', 'y', 'z'],
  });
  expect(
    await circles([
      ['x', 'y'],
      ['x', 'y'],
    ]),
  ).toEqual({ circular: 0, maximum: 0, zeta: null, example: null });
});

test('the count is that of Kendall’s formula from the wins of each, whatever the outcomes', async () => {
  const pairs = [0, 1, 2, 3, 4, 5].flatMap((a) => Array.from({ length: a }, (_, b) => [a, b] as const));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: pairs.length, maxLength: pairs.length }), async (turned) => {
      const rows = pairs.map(([a, b], i): Row => (turned[i] === true ? [`m${a}`, `m${b}`] : [`m${b}`, `m${a}`]));
      const wins = Array.from({ length: 6 }, (_, m) => rows.filter(([winner]) => winner === `m${m}`).length);
      const transitive = wins.reduce((sum, w) => sum + (w * (w - 1)) / 2, 0);
      expect((await circles(rows))?.circular).toBe(20 - transitive);
    }),
    { numRuns: 40 },
  );
});
