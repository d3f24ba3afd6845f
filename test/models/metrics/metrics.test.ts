import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  brier,
  calibrationReport,
  ece,
  fitPlatt,
  fitTemperature,
  nll,
  reliability,
  sigmoid,
  TEMPERATURES,
} from '../../../models/metrics/calibration.ts';
import { pearson, spearman } from '../../../models/metrics/correlation.ts';
import { bothSides, pairAccuracy } from '../../../models/metrics/preference.ts';
import { wilson } from '../../../models/metrics/wilson.ts';
import { createRandom } from '../../../models/random.ts';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../fixtures/models/${name}.json`, import.meta.url), 'utf8')) as T;
const golden = read<{
  logits: number[];
  labels: number[];
  ece: number;
  brier: number;
  nll: number;
  temperature: number;
  platt: { a: number; b: number };
}>('calibration');
const logit = (p: number) => Math.log(p / (1 - p));

test('S117: 60 of 100 has the Wilson interval [.5020, .6906]; ties count half', () => {
  const [low, high] = wilson(60, 100);
  expect(low).toBeCloseTo(0.502, 4);
  expect(high).toBeCloseTo(0.6906, 4);
  expect(wilson(0, 0)).toEqual([0, 1]);
  expect(wilson(0, 10)[0]).toBe(0);
  expect(pairAccuracy([1, 0, -1, 2])).toMatchObject({ accuracy: 0.625, n: 4 });
});

test('S120: the worked example has ECE .37 in ten bins and Brier .2025', () => {
  const logits = [0.95, 0.85, 0.75, 0.65, 0.55].map(logit);
  const labels = [1, 1, 0, 1, 0];
  expect(ece(logits, labels, 10)).toBeCloseTo(0.37, 9);
  expect(brier(logits, labels)).toBeCloseTo(0.2025, 9);
  expect(reliability(logits, labels, 10).reduce((sum, { count }) => sum + count, 0)).toBe(5);
});

test('ECE, Brier, NLL, temperature and Platt are numpy’s, scipy’s and scikit-learn’s', () => {
  const { logits, labels } = golden;
  expect(nll(logits, labels)).toBeCloseTo(golden.nll, 9);
  const report = calibrationReport(logits, labels);
  expect(report.ece).toBeCloseTo(golden.ece, 9);
  expect(report.brier).toBeCloseTo(golden.brier, 9);
  expect(report.temperature).toBeCloseTo(golden.temperature, 5);
  expect(report.platt.a).toBeCloseTo(golden.platt.a, 3);
  expect(report.platt.b).toBeCloseTo(golden.platt.b, 3);
});

test('S106: a planted temperature is recovered, and NLL is never worse than before', () => {
  const random = createRandom(3);
  for (const planted of [0.5, 1, 3]) {
    const logits = Array.from({ length: 20_000 }, () => 8 * (random() - 0.5));
    const labels = logits.map((z) => (random() < sigmoid(z / planted) ? 1 : 0));
    const found = fitTemperature(logits, labels);
    expect(Math.abs(found / planted - 1)).toBeLessThan(0.05);
    expect(nll(logits, labels, found)).toBeLessThanOrEqual(nll(logits, labels) + 1e-12);
  }
});

test('temperature stays within its bounds where the data has no minimum', () => {
  expect(fitTemperature([2, -2], [1, 0])).toBe(TEMPERATURES.least);
  expect(fitTemperature([2, -2], [0, 1])).toBe(TEMPERATURES.most);
  expect(fitTemperature([0, 0], [0, 1])).toBe(1);
});

test('every figure is finite and in range, whatever the logits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: -700, max: 700, noNaN: true }), fc.integer({ min: 0, max: 1 })), {
        minLength: 2,
        maxLength: 40,
      }),
      (rows) => {
        const [logits, labels] = [rows.map(([z]) => z), rows.map(([, y]) => y)];
        const report = calibrationReport(logits, labels);
        expect(Object.values({ ...report, ...report.platt, platt: 0 }).every(Number.isFinite)).toBe(true);
        expect(report.ece).toBeGreaterThanOrEqual(0);
        expect(report.ece).toBeLessThanOrEqual(1);
        expect(report.brier).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('Platt keeps the order of separable scores and does not diverge', () => {
  const { a, b } = fitPlatt([-2, -1, 1, 2], [0, 0, 1, 1]);
  expect(a).toBeGreaterThan(0);
  expect(sigmoid(2 * a + b)).toBeLessThan(1);
});

test('both sides of a pair make calibration say something', () => {
  expect(bothSides([2])).toEqual({ logits: Float64Array.of(2, -2), labels: Uint8Array.of(1, 0) });
  const { logits, labels } = bothSides([2, 2, 2, -2]);
  expect(ece(logits, labels)).toBeCloseTo(Math.abs(sigmoid(2) - 0.75), 9);
});

test('S118: the worked example has a Spearman correlation of .82078', () => {
  expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.82078, 5);
});

test('correlations are scipy’s, ties included, and null where a side is constant', () => {
  const { x, y, ...found } = read<{ x: number[]; y: number[]; spearman: number; pearson: number }>('correlation');
  expect(pearson(x, y)).toBeCloseTo(found.pearson, 9);
  expect(spearman(x, y)).toBeCloseTo(found.spearman, 9);
  expect(spearman([1, 2, 3], [10, 100, 1000])).toBe(1);
  expect(pearson([1, 1], [1, 2])).toBeNull();
  expect(() => pearson([1], [1, 2])).toThrow(RangeError);
});

test('a NaN has no rank: it is refused, and does not hang', () => {
  expect(() => spearman([1, Number.NaN, 3], [1, 2, 3])).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
});
