import { expect, test } from 'vitest';
import { logGamma, SHAPES, shapeTables } from '../../../models/encoders/gamma.ts';

test('ln Γ at whole and half numbers', () => {
  let factorial = 1;
  for (let n = 1; n <= 20; n++) {
    expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 10);
    factorial *= n;
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  expect(logGamma(0.25)).toBeCloseTo(1.2880225246980774, 10);
  expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 10);
});

test('the ratio grows with the shape, and is that of Laplace and Gauss at 1 and 2', () => {
  const { alpha, ratio } = shapeTables();
  const at = (shape: number) => ratio[Math.round((shape - SHAPES.from) / SHAPES.step)];
  expect(at(1)).toBeCloseTo(0.5, 6);
  expect(at(2)).toBeCloseTo(2 / Math.PI, 6);
  expect(alpha.at(-1)).toBeCloseTo(10, 5);
  for (let i = 1; i < ratio.length; i++) expect(ratio[i]).toBeGreaterThanOrEqual(ratio[i - 1] ?? 1);
});
