/** Step sizes as functions of the step (S015): factors in [0, 1] by which a learning rate is multiplied; steps count from 0. */
export type Schedule = (step: number) => number;

/** The full learning rate at every step. */
export const constantSchedule: Schedule = () => 1;

/**
 * Rises in a straight line over `warmup` steps, reaching 1 at the last of them, then falls along half a cosine that would reach
 * 0 at step `steps` (Loshchilov & Hutter 2017, eq. 5, one cycle).
 */
export const cosineSchedule =
  (steps: number, warmup = 0): Schedule =>
  (step) =>
    step < warmup
      ? (step + 1) / warmup
      : (1 + Math.cos(Math.PI * Math.min(1, (step - warmup) / Math.max(1, steps - warmup)))) / 2;
