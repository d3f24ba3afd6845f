import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstWrongStep, logProcessReward, mistakeAccuracy, stepTexts } from '../../models/process-reward.ts';

const steps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

test('the reward is the log of the product, or of the smallest, of the steps’ probabilities', () => {
  expect(Math.exp(logProcessReward([0.9, 0.8, 0.5], 'product'))).toBeCloseTo(0.36, 12);
  expect(Math.exp(logProcessReward([0.9, 0.5, 0.8], 'min'))).toBeCloseTo(0.5, 12);
  expect(logProcessReward([1, 1], 'product')).toBe(0);
});

test('a thousand doubtful steps and an impossible one keep a finite reward, in order', () => {
  const long = new Float64Array(2000).fill(0.4);
  const longer = new Float64Array(2001).fill(0.4);
  expect(logProcessReward(long, 'product')).toBeCloseTo(2000 * Math.log(0.4), 6);
  expect(logProcessReward(longer, 'product')).toBeLessThan(logProcessReward(long, 'product'));
  expect(logProcessReward([1, 0], 'min')).toBe(Math.log(Number.MIN_VALUE));
  expect(Number.isFinite(logProcessReward([0, 0, 0], 'product'))).toBe(true);
});

test('the product is never above the minimum, the order of steps does not matter, and no step helps', () => {
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), (probabilities, another) => {
      const product = logProcessReward(probabilities, 'product');
      const least = logProcessReward(probabilities, 'min');
      expect(product).toBeLessThanOrEqual(least);
      expect(logProcessReward(probabilities.toReversed(), 'min')).toBe(least);
      expect(logProcessReward([...probabilities, another], 'product')).toBeLessThanOrEqual(product);
      expect(logProcessReward([...probabilities, another], 'min')).toBeLessThanOrEqual(least);
    }),
  );
});

test('the first step below the threshold is the first wrong one', () => {
  expect(firstWrongStep([0.9, 0.4, 0.1])).toBe(1);
  expect(firstWrongStep([0.9, 0.5])).toBeNull();
  expect(firstWrongStep([0.9, 0.5], 0.6)).toBe(1);
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), (probabilities, threshold) => {
      const at = firstWrongStep(probabilities, threshold);
      const before = probabilities.slice(0, at ?? probabilities.length);
      expect(before.every((value) => value >= threshold)).toBe(true);
      expect(at === null || (probabilities[at] ?? 1) < threshold).toBe(true);
    }),
  );
});

test('mistakes are counted as found where the very step is named, apart from responses without one', () => {
  expect(mistakeAccuracy([1, 2, null, 0, null], [1, 3, null, null, 4])).toEqual({
    n: 5,
    accuracy: 2 / 5,
    withMistake: 1 / 3,
    withoutMistake: 1 / 2,
    f1: 0.4,
  });
  expect(mistakeAccuracy([1], [1])).toEqual({ n: 1, accuracy: 1, withMistake: 1, withoutMistake: null, f1: null });
  expect(mistakeAccuracy([0, 1], [1, null]).f1).toBe(0);
  expect(mistakeAccuracy([], [])).toMatchObject({ n: 0, accuracy: null });
});

test('bad input is refused', () => {
  const refused = (probabilities: number[]) => () => logProcessReward(probabilities, 'min');
  expect(refused([])).toThrow(RangeError);
  expect(refused([0.5, Number.NaN])).toThrow(expect.objectContaining({ code: 'ASY-5005' }));
  expect(refused([0.5, 1.2])).toThrow(expect.objectContaining({ code: 'ASY-5007' }));
  expect(() => firstWrongStep([-0.1])).toThrow(expect.objectContaining({ code: 'ASY-5007' }));
  expect(() => mistakeAccuracy([1], [])).toThrow(RangeError);
});

test('steps of a long solution keep a bounded prompt, its beginning and its end', () => {
  const steps = Array.from({ length: 2_000 }, (_, i) => `step ${i} ${'x'.repeat(100)}`);
  const prompts = Array.from(stepTexts('What is 2 + 2?', steps), ({ prompt }) => prompt);
  expect(prompts.every(({ length }) => length <= 32_769)).toBe(true);
  expect(prompts.at(-1)).toMatch(/^What is 2 \+ 2\?\n\nstep 0 /);
  expect(prompts.at(-1)).toContain('step 1998 ');
});
