import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ratingsDocument } from '../../../models/ratings/document.ts';
import { readComparisons } from '../../../models/ratings/rows.ts';
import { styleDifferences } from '../../../models/ratings/style.ts';
import { countStyle, STYLE_FEATURES, type StyleCounts } from '../../../models/ratings/style-counts.ts';

interface Row {
  readonly model_a: string;
  readonly model_b: string;
  readonly winner: 'model_a' | 'model_b' | 'tie';
  readonly style_a?: StyleCounts;
  readonly style_b?: StyleCounts;
  readonly response_a?: string;
  readonly response_b?: string;
}
interface Styled {
  readonly n: number;
  readonly rows: readonly Row[];
  readonly strengths: number[];
  readonly coefficients: number[];
}
const FIXTURE = JSON.parse(readFileSync(new URL('../../fixtures/models/ratings.json', import.meta.url), 'utf8')) as {
  styled: Styled[];
};
const lines = (rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const looks = (tokens: number, headers = 0, lists = 0, bold = 0): StyleCounts => ({ tokens, headers, lists, bold });
const game = (
  winner: Row['winner'],
  style_a: StyleCounts,
  style_b: StyleCounts,
  model_a = 'x',
  model_b = 'y',
): Row => ({ model_a, model_b, winner, style_a, style_b });
const NONE = { style: true, bootstraps: 0 };

describe('countStyle', () => {
  test.each([
    ['', looks(0)],
    ['One two, three!', looks(0)],
    ['# A\n###### B\n####### C\n#D\n', looks(0, 2)],
    ['- a\n* b\n  + c\n12. d\n1) e\n-f', looks(0, 0, 4)],
    ['**a** __b c__ **d\ne**', looks(0, 0, 0, 2)],
    ['日本語 text', looks(0)],
  ])('marks of %j', (text, counts) => {
    expect({ ...countStyle(text), tokens: 0 }).toEqual(counts);
  });

  test.each([
    ['', 0],
    ['One two, three!', 5],
    ["don't", 3],
    ['日本語 text', 4],
    ['a\u0301b 1.5', 4],
  ])('tokens of %j are words and marks: %i', (text, tokens) => expect(countStyle(text).tokens).toBe(tokens));

  test('marks inside code are no style', () => {
    expect(countStyle('```\n# not\n- not\n**not**\n```\nuse `**x**`')).toMatchObject({ headers: 0, lists: 0, bold: 0 });
  });

  test.each([
    ['empty lines', '\n'.repeat(500_000)],
    ['spaces', ' '.repeat(500_000)],
    ['open bold', '**a'.repeat(200_000)],
    ['open code', '```'.repeat(200_000)],
    ['ticks', '`a'.repeat(200_000)],
    ['digits', '1'.repeat(500_000)],
  ])('half a megabyte of %s takes no quadratic time', (_, text) => {
    const began = performance.now();
    countStyle(text);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('styleDifferences', () => {
  test('are (a − b) / (a + b + 1) over the root of the mean square; what never differs is 0', () => {
    const rows = [
      game('tie', looks(9, 1), looks(0, 1)),
      game('tie', looks(0), looks(9)),
      game('tie', looks(4, 2), looks(4, 2)),
    ];
    const z = styleDifferences(readComparisons(lines(rows), 'f'), 'f');
    const deviation = Math.sqrt((2 * 0.9 ** 2) / 3);
    expect([z[0], z[4], z[8]].map((x) => x?.toFixed(9))).toEqual([0.9, -0.9, 0].map((x) => (x / deviation).toFixed(9)));
    for (let i = 0; i < 3; i++) expect([...z.subarray(4 * i + 1, 4 * i + 4)]).toEqual([0, 0, 0]);
  });

  test('counts are taken as stated, else from the texts', () => {
    const stated = [game('tie', looks(2, 1), looks(1)), game('tie', looks(3), looks(1, 0, 1))];
    const counted: Row[] = [
      { model_a: 'x', model_b: 'y', winner: 'tie', response_a: '# a', response_b: 'b' },
      { model_a: 'x', model_b: 'y', winner: 'tie', response_a: 'a b c', response_b: '- ' },
    ];
    const z = (rows: readonly Row[]) => [...styleDifferences(readComparisons(lines(rows), 'f'), 'f')];
    expect(z(counted)).toEqual(z(stated));
  });
});

describe('stats ratings --style', () => {
  test.each(FIXTURE.styled)(
    '$n models as FastChat’s use of scikit-learn fits them',
    async ({ rows, strengths, coefficients }) => {
      const { ratings, style, groups } = await ratingsDocument(lines(rows), 'r', 'bt', NONE);
      for (const { model, rating, ci } of ratings) {
        expect(rating).toBeCloseTo(1000 + 400 * Math.LOG10E * (strengths[Number(model.slice(1))] ?? Number.NaN), 4);
        expect(ci).toBeNull();
      }
      expect(style?.map(({ feature }) => feature)).toEqual([...STYLE_FEATURES]);
      style?.forEach(({ coefficient }, j) => expect(coefficient).toBeCloseTo(coefficients[j] ?? Number.NaN, 6));
      expect(groups).toBeUndefined();
    },
  );

  test('a model that wins by length alone loses its lead; the effect of length is found and surely above 0', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => {
      const verbose = i % 4 !== 0;
      // x writes more in three games of four, and whoever writes more wins.
      return game(verbose ? 'model_a' : 'model_b', looks(verbose ? 300 : 100), looks(verbose ? 100 : 300));
    });
    const lead = async (style: boolean) => {
      const { ratings } = await ratingsDocument(lines(rows), 'r', 'bt', { style, bootstraps: 0 });
      const of = (model: string) => ratings.find((r) => r.model === model)?.rating ?? 0;
      return of('x') - of('y');
    };
    expect(await lead(false)).toBeGreaterThan(180);
    expect(await lead(true)).toBeLessThan((await lead(false)) / 2);
    const { style, ratings } = await ratingsDocument(lines(rows), 'r', 'bt', { style: true, bootstraps: 20 });
    expect(style?.[0]?.ci?.[0]).toBeGreaterThan(1);
    expect(style?.[1]).toEqual({ feature: 'headers', coefficient: 0, ci: [0, 0] });
    expect(ratings[0]?.ci).toHaveLength(2);
  });

  test('a model that won everything, with looks that decide everything, still gets finite figures; a seed makes them again', async () => {
    const rows = Array.from({ length: 12 }, () => game('model_a', looks(50, 3), looks(5)));
    rows.push(game('model_a', looks(50), looks(4)));
    const options = { style: true, bootstraps: 5 };
    const once = await ratingsDocument(lines(rows), 'r', 'bt', options);
    expect(JSON.stringify([once.ratings, once.style])).not.toContain('null');
    expect(await ratingsDocument(lines(rows), 'r', 'bt', options)).toEqual(once);
  });

  test.each([
    ['without looks', { model_a: 'x', model_b: 'y', winner: 'tie' }, 'style_a or response_a'],
    ['with half of them', { ...game('tie', looks(1), looks(1)), style_b: undefined }, 'style_b or response_b'],
    ['with a count below 0', { ...game('tie', looks(1), looks(1)), style_b: looks(-1) }, 'style_b.tokens'],
    [
      'with a count that is no number',
      { ...game('tie', looks(1), looks(1)), style_a: { ...looks(1), bold: 'x' } },
      'style_a.bold',
    ],
  ])('a row %s is named with its line', async (_, row, reason) => {
    const text = `\n${lines([game('tie', looks(1), looks(1)), row])}`;
    const fault = await ratingsDocument(text, 'r.jsonl', 'bt', NONE).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'ASY-7001', details: { line: 3 } });
    expect((fault as Error).message).toContain(reason);
  });

  test('which side a model stood on changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.nat(400), fc.nat(400), fc.boolean()), { minLength: 2, maxLength: 20 }),
        async (games) => {
          const sides = ['model_a', 'model_b', 'tie'] as const;
          const rows = games.map(([w, a, b]) => game(sides[w] ?? 'tie', looks(a), looks(b)));
          const turned = rows.map((row, i): Row => {
            if (games[i]?.[3] !== true) return row;
            const winner = row.winner === 'tie' ? 'tie' : row.winner === 'model_a' ? 'model_b' : 'model_a';
            return game(winner, row.style_b ?? looks(0), row.style_a ?? looks(0), 'y', 'x');
          });
          const rated = async (given: readonly Row[]) => {
            const { ratings, style } = await ratingsDocument(lines(given), 'r', 'bt', NONE);
            return [...ratings.map(({ rating }) => rating), ...(style ?? []).map(({ coefficient }) => coefficient)];
          };
          const after = await rated(turned);
          (await rated(rows)).forEach((value, i) => expect(after[i]).toBeCloseTo(value, 5));
        },
      ),
      { numRuns: 30 },
    );
  });
});
