import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { connectedSets, mutualSets } from '../../../models/ratings/components.ts';
import type { LossOf } from '../../../models/ratings/likelihood.ts';
import { listLoss, pairLoss } from '../../../models/ratings/likelihood.ts';
import type { Ranking } from '../../../models/ratings/outcomes.ts';
import { fitStrengths } from '../../../models/ratings/strengths.ts';

interface Peer {
  readonly n: number;
  readonly choix: number[];
}
interface Fixture {
  readonly wikipedia: Peer & { readonly games: number[][] };
  readonly pairs: readonly (Peer & { readonly games: number[][] })[];
  readonly lists: readonly (Peer & { readonly rankings: number[][] })[];
}
const FIXTURE = JSON.parse(
  readFileSync(new URL('../../fixtures/models/ratings.json', import.meta.url), 'utf8'),
) as Fixture;

const once = (orders: readonly number[][]): Ranking[] => orders.map((order) => ({ order, weight: 1 }));
const bt: LossOf = (rankings) => pairLoss(rankings);
const gap = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from({ length: b.length }, (_, i) => Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN))));

test.each([
  ['Bradley–Terry', bt],
  ['Plackett–Luce', listLoss],
] as const)('%s: Wikipedia’s four teams', async (_name, lossOf) => {
  const { n, games, choix } = FIXTURE.wikipedia;
  const { values, groups } = await fitStrengths(n, once(games), lossOf);
  const odds = Array.from(values, Math.exp);
  const sum = odds.reduce((total, x) => total + x, 0);
  expect(odds.map((x) => Number((x / sum).toFixed(3)))).toEqual([0.139, 0.226, 0.143, 0.492]);
  expect(gap(values, choix)).toBeLessThan(1e-7);
  expect(groups).toEqual([[0, 1, 2, 3]]);
});

test.each(FIXTURE.pairs)('pairs of $n items as choix fits them, by both losses', async ({ n, games, choix }) => {
  for (const lossOf of [bt, listLoss])
    expect(gap((await fitStrengths(n, once(games), lossOf)).values, choix)).toBeLessThan(1e-7);
});

test.each(FIXTURE.lists)('partial rankings of $n items as choix fits them', async ({ n, rankings, choix }) => {
  expect(gap((await fitStrengths(n, once(rankings), listLoss)).values, choix)).toBeLessThan(1e-7);
});

test('losses of known strengths', () => {
  const list = listLoss(once([[0, 1, 2]]));
  expect(list(Float64Array.of(5, 5, 5)).value).toBeCloseTo(Math.log(6), 12);
  expect(list(Float64Array.of(2, 1, 0)).value).toBeCloseTo(0.7209, 4);
  for (const lossOf of [bt, listLoss]) {
    expect(lossOf(once([[0, 1]]))(Float64Array.of(1, 0)).value).toBeCloseTo(0.3133, 4);
    expect(lossOf(once([[0, 1]]))(Float64Array.of(800, -800)).value).toBe(0);
    expect(lossOf(once([[0, 1]]))(Float64Array.of(-800, 800)).value).toBe(1600);
  }
});

test.each([
  ['pairs', bt],
  ['lists', listLoss],
] as const)('the gradient of %s is that of differences', (_name, lossOf) => {
  const loss = lossOf([
    { order: [2, 0, 1], weight: 2 },
    { order: [1, 2], weight: 0.5 },
  ]);
  const at = Float64Array.of(0.3, -1.2, 0.7);
  const { gradient } = loss(at);
  at.forEach((_s, i) => {
    const moved = (by: number) => loss(at.map((s, j) => (j === i ? s + by : s))).value;
    expect(gradient[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 8);
  });
});

test('a model that won everything is placed by half a win; the others keep their maximum', async () => {
  const { n, games, choix } = FIXTURE.wikipedia;
  const unbeaten = [...games, [4, 0], [4, 0], [4, 2]];
  for (const lossOf of [bt, listLoss]) {
    const { values, groups } = await fitStrengths(n + 1, once(unbeaten), lossOf);
    expect(groups).toEqual([[0, 1, 2, 3], [4]]);
    const others = values.slice(0, 4);
    const mean = others.reduce((sum, x) => sum + x / 4, 0);
    expect(
      gap(
        others.map((x) => x - mean),
        choix,
      ),
    ).toBeLessThan(1e-7);
    expect(values[4]).toBeGreaterThan(Math.max(...others));
  }
});

test('two models and a record of 10 : 0 stand as 10 : ½', async () => {
  const { values } = await fitStrengths(2, [{ order: [0, 1], weight: 10 }], bt);
  expect((values[0] ?? 0) - (values[1] ?? 0)).toBeCloseTo(Math.log(20), 9);
});

test('a ladder of 40 with one upset per rung is fitted to its exact steps', async () => {
  const rungs = Array.from({ length: 39 }, (_, i): Ranking[] => [
    { order: [i, i + 1], weight: 3 },
    { order: [i + 1, i], weight: 1 },
  ]).flat();
  const { values } = await fitStrengths(40, rungs, bt);
  for (let i = 0; i < 39; i++) expect((values[i] ?? 0) - (values[i + 1] ?? 0)).toBeCloseTo(Math.log(3), 7);
});

test('sets that met, and sets in which each beat each', () => {
  const games = once([
    [0, 1],
    [1, 2],
    [2, 0],
    [2, 3],
    [4, 5],
    [5, 4],
  ]);
  expect(connectedSets(7, games)).toEqual([[0, 1, 2, 3], [4, 5], [6]]);
  expect(mutualSets(7, games)).toEqual([[0, 1, 2], [3], [4, 5], [6]]);
});
