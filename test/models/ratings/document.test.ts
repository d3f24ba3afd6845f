import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RATING_METHODS, ratingsDocument } from '../../../models/ratings/document.ts';
import type { Comparison } from '../../../models/ratings/rows.ts';

type Row = readonly [a: string, b: string, winner: Comparison['winner']];
const lines = (...rows: readonly Row[]): string =>
  rows.map(([model_a, model_b, winner]) => JSON.stringify({ model_a, model_b, winner })).join('\n');
const A = 'model_a';
const B = 'model_b';
const QUICK = { bootstraps: 10 };

test.each(RATING_METHODS)('%s: all ties leave everyone at 1000', async (method) => {
  const { ratings } = await ratingsDocument(lines(['x', 'y', 'tie'], ['y', 'z', 'tie']), 'r.jsonl', method);
  expect(ratings).toEqual(['x', 'y', 'z'].map((model) => ({ model, rating: 1000, ci: [1000, 1000] })));
});

test('three wins of four are 400·log₁₀ 3 apart; a tie is half a win each', async () => {
  for (const method of ['bt', 'pl'] as const) {
    const decided = await ratingsDocument(
      lines(['x', 'y', A], ['x', 'y', A], ['y', 'x', B], ['x', 'y', B]),
      'r',
      method,
    );
    const tied = await ratingsDocument(lines(['x', 'y', A], ['x', 'y', 'tie']), 'r', method);
    for (const { ratings } of [decided, tied])
      expect((ratings[0]?.rating ?? 0) - (ratings[1]?.rating ?? 0)).toBeCloseTo(400 * Math.log10(3), 6);
    expect(decided).toMatchObject({ method, comparisons: 4, groups: [['x', 'y']] });
  }
});

test('elo depends on the order and on k, which it states', async () => {
  const rows: Row[] = [
    ['x', 'y', A],
    ['x', 'y', B],
    ['x', 'y', B],
  ];
  const rating = async (text: string, k?: number) => {
    const d = await ratingsDocument(text, 'r', 'elo', { ...QUICK, ...(k === undefined ? {} : { k }) });
    expect(d.k).toBe(k ?? 4);
    return d.ratings.find(({ model }) => model === 'x')?.rating;
  };
  expect(await rating(lines(...rows))).not.toBe(await rating(lines(...rows.toReversed())));
  expect(await rating(lines(['x', 'y', A], ['x', 'y', A]), 32)).toBeCloseTo(1016 + 32 / (1 + 10 ** (32 / 400)), 9);
});

test('intervals: a seed makes them again, none are made of no resamples, more games narrow them', async () => {
  const few = lines(['x', 'y', A], ['x', 'y', A], ['x', 'y', B]);
  const many = Array.from({ length: 30 }, () => few).join('\n');
  for (const method of RATING_METHODS) {
    const twice = [await ratingsDocument(few, 'r', method), await ratingsDocument(few, 'r', method)];
    expect(twice[0]).toEqual(twice[1]);
    expect((await ratingsDocument(few, 'r', method, { seed: 1 })).ratings).not.toEqual(twice[0]?.ratings);
    expect((await ratingsDocument(few, 'r', method, { bootstraps: 0 })).ratings[0]?.ci).toBeNull();
  }
  const width = async (text: string) => {
    const [low, high] = (await ratingsDocument(text, 'r', 'bt')).ratings[0]?.ci ?? [0, 0];
    return high - low;
  };
  expect(await width(many)).toBeLessThan((await width(few)) / 3);
});

test('the interval of two models is that of a binomial share', async () => {
  const rows = Array.from({ length: 400 }, (_, i): Row => ['x', 'y', i % 4 === 0 ? B : A]);
  const { ratings } = await ratingsDocument(lines(...rows), 'r', 'bt', { bootstraps: 1000 });
  const half = ((ratings[0]?.ci?.[1] ?? 0) - (ratings[0]?.ci?.[0] ?? 0)) / 2;
  // The logit's error is 1/√(n·p·q); each of the two ratings takes half of the difference.
  const theory = (1.96 / Math.sqrt(400 * 0.75 * 0.25)) * 200 * Math.LOG10E;
  expect(Math.abs(half / theory - 1)).toBeLessThan(0.1);
});

test('a model that won everything has a finite rating and stands alone in its group', async () => {
  const rows: Row[] = [
    ['x', 'y', A],
    ['x', 'z', A],
    ['y', 'z', A],
    ['y', 'z', B],
  ];
  const document = await ratingsDocument(lines(...rows), 'r', 'bt');
  expect(document.groups).toEqual([['x'], ['y', 'z']]);
  expect(document.ratings[0]?.model).toBe('x');
  expect(JSON.stringify([document.ratings, document.groups])).not.toContain('null');
});

test.each([
  ['empty', '', 'ASY-7002', '0 rows'],
  ['one row', lines(['x', 'y', A]), 'ASY-7002', '1 rows'],
  ['sets that never met', lines(['x', 'y', A], ['v', 'w', A]), 'ASY-7002', 'v, w | x, y'],
  ['against itself', lines(['x', 'y', A], ['x', 'x', 'tie']), 'ASY-7001', 'r.jsonl:2: x is compared'],
  ['no JSON', `${lines(['x', 'y', A])}\n\n{`, 'ASY-7001', 'r.jsonl:3: '],
  ['a list', `[]\n${lines(['x', 'y', A])}`, 'ASY-7001', 'r.jsonl:1: row: '],
  ['a field missing', `{"model_a":"x","winner":"tie"}\n${lines(['x', 'y', A])}`, 'ASY-7001', 'r.jsonl:1: model_b: '],
  ['an empty name', `${lines(['x', 'y', A], ['', 'y', A])}`, 'ASY-7001', 'r.jsonl:2: model_a: '],
  ['another winner', lines(['x', 'y', A], ['x', 'y', 'x' as 'tie']), 'ASY-7001', 'r.jsonl:2: winner: '],
] as const)('refused: %s', async (_name, text, code, place) => {
  for (const method of RATING_METHODS)
    await expect(ratingsDocument(text, 'r.jsonl', method)).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(place) as string }),
    );
});

test('a BOM, CRLF, blank lines and other fields are read over', async () => {
  const text = `\ufeff{"model_a":"x","model_b":"y","winner":"tie","turn":1}\r\n\r\n${lines(['y', 'x', 'tie'])}\r\n`;
  expect((await ratingsDocument(text, 'r', 'bt', QUICK)).comparisons).toBe(2);
});

const name = fc.constantFrom('p', 'q', 'r', 's');
const row = fc.tuple(name, name, fc.constantFrom<Comparison['winner'][]>(A, B, 'tie')).filter(([a, b]) => a !== b);
// A spine of games joins all four, whatever else is drawn.
const SPINE: Row[] = [
  ['p', 'q', A],
  ['q', 'r', A],
  ['r', 's', A],
];
const some = fc.array(row, { maxLength: 12 }).map((rows): Row[] => [...SPINE, ...rows]);
const swapped = ([a, b, w]: Row): Row => [b, a, w === 'tie' ? w : w === A ? B : A];

test.each(['bt', 'pl'] as const)('%s: neither order nor sides change a digit; the mean is 1000', async (method) => {
  await fc.assert(
    fc.asyncProperty(some, async (rows) => {
      const document = await ratingsDocument(lines(...rows), 'r', method, QUICK);
      expect(await ratingsDocument(lines(...rows.toReversed()), 'r', method, QUICK)).toEqual(document);
      expect(await ratingsDocument(lines(...rows.map(swapped)), 'r', method, QUICK)).toEqual(document);
      const { ratings } = document;
      expect(ratings.reduce((sum, { rating }) => sum + rating, 0) / ratings.length).toBeCloseTo(1000, 9);
      for (const { rating, ci } of ratings) for (const x of [rating, ...(ci ?? [])]) expect(x).not.toBeNaN();
    }),
    { numRuns: 30 },
  );
});

test('pairs have one maximum, whichever likelihood finds it', async () => {
  await fc.assert(
    fc.asyncProperty(some, async (rows) => {
      const [bt, pl] = await Promise.all(
        (['bt', 'pl'] as const).map((method) => ratingsDocument(lines(...rows), 'r', method, { bootstraps: 0 })),
      );
      for (const { model, rating } of bt?.ratings ?? [])
        expect(pl?.ratings.find((r) => r.model === model)?.rating).toBeCloseTo(rating, 5);
    }),
    { numRuns: 50 },
  );
});
