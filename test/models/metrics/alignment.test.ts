import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auroc } from '../../../models/metrics/auroc.ts';
import { klDivergence, klEstimate } from '../../../models/metrics/kl.ts';
import { perplexity } from '../../../models/metrics/perplexity.ts';
import { rewardSummary } from '../../../models/metrics/reward-summary.ts';
import { stability } from '../../../models/metrics/stability.ts';
import { trustFixture } from '../trust/fixture.ts';

test('AUROC is scikit-learn’s, ties one half', () => {
  const { positives, negatives, auroc: area } = trustFixture.separation;
  expect(auroc(positives, negatives)).toBeCloseTo(area, 12);
  expect(auroc([1, 1], [1])).toBe(0.5);
  expect(auroc([], [1])).toBeNull();
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.array(fc.integer(), { minLength: 1 }), (a, b) => {
      expect((auroc(a, b) ?? 0) + (auroc(b, a) ?? 0)).toBeCloseTo(1, 9);
    }),
  );
});

test('S198: perplexity of probabilities .5, .25, .125 is 4, of a uniform choice of V it is V', () => {
  expect(perplexity([0.5, 0.25, 0.125].map(Math.log))).toBeCloseTo(4, 12);
  expect(perplexity(Array.from({ length: 9 }, () => Math.log(1 / 50)))).toBeCloseTo(50, 9);
  expect(perplexity([])).toBeNull();
});

test('S200: the worked divergences are .0853 and .0975, and scipy’s entropy', () => {
  const [p, uniform] = [[0.36, 0.48, 0.16], Array.from({ length: 3 }, () => 1 / 3)];
  expect(klDivergence(p, uniform)).toBeCloseTo(0.0853, 4);
  expect(klDivergence(uniform, p)).toBeCloseTo(0.0975, 4);
  expect(klDivergence(trustFixture.divergence.p, trustFixture.divergence.q)).toBeCloseTo(
    trustFixture.divergence.kl,
    12,
  );
  expect(klDivergence([1, 0], [0, 1])).toBe(Infinity);
  expect(() => klDivergence([1], [0.5, 0.5])).toThrow(RangeError);
});

test('S200: at ρ = 2 the k3 estimate is .3069; it is never negative, and equal models give 0', () => {
  expect(klEstimate([0], [Math.log(2)])?.k3).toBeCloseTo(0.3069, 4);
  expect(klEstimate([-1, -2], [-1, -2])).toEqual({ k1: 0, k3: 0 });
  expect(klEstimate([], [])).toBeNull();
  expect(() => klEstimate([1], [])).toThrow(RangeError);
  const logs = fc.array(
    fc.tuple(fc.double({ min: -20, max: 0, noNaN: true }), fc.double({ min: -20, max: 0, noNaN: true })),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(logs, (rows) => {
      const { k3 } = klEstimate(
        rows.map(([a]) => a),
        rows.map(([, b]) => b),
      ) ?? { k3: -1 };
      expect(k3).toBeGreaterThanOrEqual(-1e-12);
    }),
  );
});

test('S216: stability of .9 .8 .85 .95 is .996875 with the population’s variance, .995833 with the sample’s', () => {
  expect(stability([0.9, 0.8, 0.85, 0.95])).toBeCloseTo(0.996875, 12);
  expect(stability([0.9, 0.8, 0.85, 0.95], 1)).toBeCloseTo(0.995833, 6);
  expect(stability([1], 1)).toBeNull();
});

test('S199: rewards are summarised over all rows and by slice, with a seeded interval over groups', () => {
  const rewards = [1, 2, 3, 4];
  const groups = ['a', 'a', 'b', 'c'];
  const summary = rewardSummary(rewards, ['en', 'en', 'fr', null], groups, 3);
  expect(summary.map(({ slice, n, mean }) => ({ slice, n, mean }))).toEqual([
    { slice: 'all', n: 4, mean: 2.5 },
    { slice: 'en', n: 2, mean: 1.5 },
    { slice: 'fr', n: 1, mean: 3 },
    { slice: 'unknown', n: 1, mean: 4 },
  ]);
  expect(summary[0]?.sd).toBeCloseTo(Math.sqrt(1.25), 12);
  expect(summary).toEqual(rewardSummary(rewards, ['en', 'en', 'fr', null], groups, 3));
  expect(rewardSummary([], [], [])).toEqual([]);
});
