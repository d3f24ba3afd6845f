/** AdamW: Adam's moments with decoupled weight decay (Kingma & Ba 2015; Loshchilov & Hutter 2019, algorithm 2; S014–S016). */
import { assertFinite } from '../runtime.ts';
import { dot } from './lbfgs.ts';
import type { Schedule } from './schedule.ts';
import { constantSchedule } from './schedule.ts';

/** A function's value and gradient at `x`; what it depends on beside `x`, a minibatch say, depends on `step` alone. */
export type StepObjective = (
  x: Float64Array,
  step: number,
) => Promise<{ readonly value: number; readonly gradient: Float64Array }>;

export interface AdamWOptions {
  readonly learningRate: number;
  readonly steps: number;
  /** Decay of the mean of gradients and of their squares. */
  readonly betas?: readonly [number, number];
  readonly epsilon?: number;
  /** Share of each value taken off per step, times the learning rate (PyTorch's convention). */
  readonly weightDecay?: number;
  readonly schedule?: Schedule;
  /** Largest norm of a gradient; a longer one is shortened to it. */
  readonly clip?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Descent {
  readonly x: Float64Array;
  /** The objective's value at the start of the last step; NaN with no steps. */
  readonly value: number;
}

/** g·min(1, c/‖g‖) (Pascanu et al. 2013; S016). */
export const clipNorm = (gradient: Float64Array, most: number): Float64Array => {
  const norm = Math.sqrt(dot(gradient, gradient));
  return norm <= most ? gradient : gradient.map((value) => (value * most) / norm);
};

/** `steps` steps from `x0`. Deterministic; throws ASY-5005 where a gradient is not finite, else what the objective or the signal throws. */
export const adamw = async (objective: StepObjective, x0: Float64Array, options: AdamWOptions): Promise<Descent> => {
  const { learningRate, steps, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, signal } = options;
  const { schedule = constantSchedule, clip = Number.POSITIVE_INFINITY } = options;
  const [beta1, beta2] = betas;
  const x = x0.slice();
  const mean = new Float64Array(x.length);
  const square = new Float64Array(x.length);
  let last = Number.NaN;
  for (let step = 0; step < steps; step++) {
    signal?.throwIfAborted();
    const { value, gradient } = await objective(x, step);
    assertFinite(gradient, `gradient of step ${step}`);
    const g = clipNorm(gradient, clip);
    const rate = learningRate * schedule(step);
    const [whole1, whole2] = [1 - beta1 ** (step + 1), 1 - beta2 ** (step + 1)];
    for (let j = 0; j < x.length; j++) {
      const slope = g[j] ?? 0;
      const m = beta1 * (mean[j] ?? 0) + (1 - beta1) * slope;
      const v = beta2 * (square[j] ?? 0) + (1 - beta2) * slope * slope;
      mean[j] = m;
      square[j] = v;
      const decayed = (x[j] ?? 0) * (1 - rate * weightDecay);
      x[j] = decayed - (rate * (m / whole1)) / (Math.sqrt(v / whole2) + epsilon);
    }
    last = value;
  }
  return { x, value: last };
};
