import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Objective } from '../../../models/training/lbfgs.ts';
import { dot, lbfgs } from '../../../models/training/lbfgs.ts';

/** Σ 100(x_{i+1} − x_i²)² + (1 − x_i)²: a curved valley with its minimum at (1, …, 1). */
const rosenbrock: Objective = (x) => {
  let value = 0;
  const gradient = new Float64Array(x.length);
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i] ?? 0, x[i + 1] ?? 0];
    value += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
    gradient[i] = (gradient[i] ?? 0) - 400 * a * (b - a * a) - 2 * (1 - a);
    gradient[i + 1] = (gradient[i + 1] ?? 0) + 200 * (b - a * a);
  }
  return Promise.resolve({ value, gradient });
};

test('finds the bottom of a curved valley', async () => {
  const minimum = await lbfgs(rosenbrock, Float64Array.of(-1.2, 1, -1.2, 1), {
    gradientTolerance: 1e-8,
    valueTolerance: 0,
  });
  expect(minimum.converged).toBe(true);
  for (const value of minimum.x) expect(value).toBeCloseTo(1, 6);
  expect(minimum.iterations).toBeLessThan(100);
});

test('any convex quadratic is solved', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          scale: fc.double({ min: 0.01, max: 100, noNaN: true }),
          at: fc.double({ min: -10, max: 10, noNaN: true }),
        }),
        {
          minLength: 1,
          maxLength: 12,
        },
      ),
      async (axes) => {
        const scales = Float64Array.from(axes, ({ scale }) => scale);
        const minimum = await lbfgs(
          (x) => {
            const d = x.map((value, i) => value - (axes[i]?.at ?? 0));
            const gradient = d.map((value, i) => value * (scales[i] ?? 0));
            return Promise.resolve({ value: dot(d, gradient) / 2, gradient });
          },
          new Float64Array(axes.length),
          { valueTolerance: 0, gradientTolerance: 1e-7 },
        );
        expect(minimum.converged).toBe(true);
        axes.forEach(({ at }, i) => expect(minimum.x[i]).toBeCloseTo(at, 3));
      },
    ),
    { numRuns: 50 },
  );
});

test('says when it stopped early, and stops when told', async () => {
  expect(await lbfgs(rosenbrock, Float64Array.of(-1.2, 1), { maxIterations: 3 })).toMatchObject({
    converged: false,
    iterations: 3,
  });
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(lbfgs(rosenbrock, Float64Array.of(-1.2, 1), { signal })).rejects.toThrow('stopped');
});
