import { expect, test } from 'vitest';
import { changeAlarm, cusum, pettitt } from '../../../models/drift/change-point.ts';
import { correlationOf, decouplingAlarm, lengthAlarm, rollingCorrelation } from '../../../models/drift/correlation.ts';
import { judgeGap, judgeGapAlarm } from '../../../models/drift/judge-gap.ts';
import { bestOfNCurve, overOptimisationAlarm } from '../../../models/drift/over-optimisation.ts';
import { normal, redShare } from '../../support/drawn.ts';
import { driftFixture } from './fixture.ts';

test('Pettitt’s statistic, place and p are those of counting every two values', () => {
  const { values, at, statistic, p } = driftFixture.pettitt;
  const found = pettitt(values);
  expect({ at: found.at, statistic: found.statistic }).toEqual({ at, statistic });
  expect(found.p).toBeCloseTo(p, 12);
  expect(() => pettitt([1])).toThrow(RangeError);
});

test('CUSUM by hand: z of 1, 2, 0 with slack ½; a shift passes the limit, its mirror below', () => {
  expect(cusum([1, 2, 0], 0, 1).upper).toEqual([0.5, 2, 1.5]);
  const shifted = [...normal(3, 50), ...normal(4, 30, 2)];
  expect(cusum(shifted, 0, 1).at).toBeGreaterThanOrEqual(50);
  expect(cusum(shifted, 0, 1).at).toBe(
    cusum(
      shifted.map((x) => -x),
      0,
      1,
    ).at,
  );
  expect(cusum(normal(5, 50), 0, 1).at).toBeNull();
  expect(() => cusum([1], 0, 0)).toThrow(RangeError);
});

test('CUSUM without a shift runs about 465 values to a false alarm', () => {
  const runs = Array.from({ length: 60 }, (_, seed) => cusum(normal(seed, 4000), 0, 1).at ?? 4000);
  const mean = runs.reduce((sum, run) => sum + run, 0) / runs.length;
  expect(mean).toBeGreaterThan(300);
  expect(mean).toBeLessThan(650);
});

test('a change of level is red, none is not: at most 2 % of 200', () => {
  expect(changeAlarm([...normal(1, 40), ...normal(2, 40, 1.5)]).state).toBe('red');
  expect(redShare(200, (seed) => changeAlarm(normal(seed, 60)))).toBeLessThanOrEqual(0.02);
});

test('S229: ρ is scipy’s, with Bonett and Wright’s interval', () => {
  const { x, y, rho, ci } = driftFixture.correlation;
  const found = correlationOf(x, y);
  expect(found?.rho).toBeCloseTo(rho, 12);
  expect(found?.ci[0]).toBeCloseTo(ci[0], 9);
  expect(found?.ci[1]).toBeCloseTo(ci[1], 9);
  expect(correlationOf([1, 1, 1, 1], [1, 2, 3, 4])).toBeNull();
  expect(rollingCorrelation(x, y, 20, 10).map(({ end }) => end)).toEqual([20, 30, 40, 50, 60]);
  expect(rollingCorrelation(x, y, 60)[0]?.rho).toBe(found?.rho);
});

/** A metric that follows people with so much noise. */
const followed = (seed: number, n: number, noise = 1) => {
  const human = normal(seed, n);
  const noises = normal(seed + 77_777, n);
  return { human, metric: human.map((value, i) => value + noise * (noises[i] ?? 0)) };
};

test('S229: a metric that stops following people is red; one that goes on following is not: at most 3 % of 200', () => {
  const { human, metric } = followed(1, 300);
  const decoupled = [...metric.slice(0, 200), ...normal(42, 100)];
  expect(decouplingAlarm(human, decoupled, 100).state).toBe('red');
  expect(
    redShare(200, (seed) => {
      const drawn = followed(seed, 200);
      return decouplingAlarm(drawn.human, drawn.metric, 80);
    }),
  ).toBeLessThanOrEqual(0.03);
  expect(decouplingAlarm([1, 2], [1, 2], 1).state).toBe('no-data');
});

test('S122: reward that goes with length is red, with either sign; reward without it is not: none of 200', () => {
  const { human: lengths, metric: rewards } = followed(6, 200);
  expect(lengthAlarm(rewards, lengths).state).toBe('red');
  expect(
    lengthAlarm(
      rewards,
      lengths.map((length) => -length),
    ).state,
  ).toBe('red');
  expect(redShare(200, (seed) => lengthAlarm(normal(seed, 100), normal(seed + 9999, 100)))).toBe(0);
});

/** Prompts with 16 samples: gold is quality, and the proxy sees quality and length, which past a point costs gold. */
const probed = (seed: number, hack: number) =>
  Array.from({ length: 80 }, (_, prompt) => {
    const [quality, length, noise] = [0, 1, 2].map((part) => normal(seed + 1000 * prompt + part, 16)) as [
      number[],
      number[],
      number[],
    ];
    return {
      id: `p${prompt}`,
      samples: quality.map((good, i) => {
        const long = length[i] ?? 0;
        return { proxy: good + hack * long + 0.5 * (noise[i] ?? 0), gold: good - hack * Math.max(0, long) };
      }),
    };
  });

test('S122: a planted length hack is over-optimisation; a noisy but honest proxy is not, in 40 seeds', () => {
  const curve = bestOfNCurve(probed(1, 3));
  expect(curve.map(({ n }) => n)).toEqual([1, 2, 4, 8, 16]);
  expect(curve.map(({ proxy }) => proxy)).toEqual(curve.map(({ proxy }) => proxy).toSorted((a, b) => a - b));
  expect(overOptimisationAlarm(probed(1, 3)).state).toBe('red');
  expect(redShare(40, (seed) => overOptimisationAlarm(probed(seed, 0)))).toBe(0);
  expect(bestOfNCurve([])).toEqual([]);
  expect(overOptimisationAlarm([]).state).toBe('no-data');
});

const judged = (seed: number, bias: number) => {
  const { human, metric } = followed(seed, 200, 0.5);
  return human.map((value, i) => ({ group: `g${i % 100}`, human: value, judge: (metric[i] ?? 0) + bias }));
};

test('a judge that is off by more than the tolerance is red, one that is not is not: at most 2 % of 100', () => {
  expect(judgeGap(judged(1, 0.3)).value).toBeCloseTo(0.3, 0);
  expect(judgeGapAlarm(judged(1, 0.4), 0.05).state).toBe('red');
  expect(judgeGapAlarm(judged(1, -0.4), 0.05).state).toBe('red');
  expect(redShare(100, (seed) => judgeGapAlarm(judged(seed, 0), 0.05))).toBeLessThanOrEqual(0.02);
});
