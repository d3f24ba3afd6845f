/** Negative log likelihoods of rankings, per unit of weight, and their minimum. Strengths are natural logarithms. */
import { lbfgs } from '../training/lbfgs.ts';
import type { Ranking } from './outcomes.ts';

export type Loss = (strengths: Float64Array) => { readonly value: number; readonly gradient: Float64Array };
export type LossOf = (rankings: readonly Ranking[]) => Loss;

const total = (rankings: readonly Ranking[]): number => rankings.reduce((sum, { weight }) => sum + weight, 0);

/** Bradley–Terry: P(i over j) = σ(sᵢ − sⱼ); rankings of more than two count as all their pairs. `fixed` is added to the strengths. */
export const pairLoss = (rankings: readonly Ranking[], fixed?: Float64Array, group?: Int32Array): Loss => {
  const sum = total(rankings);
  return (strengths) => {
    const gradient = new Float64Array(strengths.length);
    let value = 0;
    for (const { order, weight } of rankings)
      for (let i = 0; i < order.length; i++)
        for (let j = i + 1; j < order.length; j++) {
          const [a, b] = [order[i] ?? 0, order[j] ?? 0];
          const [x, y] = [group?.[a] ?? a, group?.[b] ?? b];
          const lead = (strengths[x] ?? 0) + (fixed?.[a] ?? 0) - (strengths[y] ?? 0) - (fixed?.[b] ?? 0);
          const share = weight / sum;
          value += share * (Math.max(0, -lead) + Math.log1p(Math.exp(-Math.abs(lead))));
          const pull = share / (1 + Math.exp(lead));
          gradient[x] = (gradient[x] ?? 0) - pull;
          gradient[y] = (gradient[y] ?? 0) + pull;
        }
    return { value, gradient };
  };
};

/** Plackett–Luce: P(σ) = Πᵢ e^{s_σi} / Σ_{j ≥ i} e^{s_σj}, the choice of each place among those left (Plackett 1975). */
export const listLoss: LossOf = (rankings) => {
  const sum = total(rankings);
  return (strengths) => {
    const gradient = new Float64Array(strengths.length);
    let value = 0;
    for (const { order, weight } of rankings)
      for (let i = 0; i + 1 < order.length; i++) {
        const left = order.slice(i).map((item) => strengths[item] ?? 0);
        const most = Math.max(...left);
        const mass = left.reduce((m, s) => m + Math.exp(s - most), 0);
        const share = weight / sum;
        value += share * (most + Math.log(mass) - (left[0] ?? 0));
        left.forEach((s, k) => {
          const item = order[i + k] ?? 0;
          gradient[item] = (gradient[item] ?? 0) + share * (Math.exp(s - most) / mass - (k === 0 ? 1 : 0));
        });
      }
    return { value, gradient };
  };
};

/** The minimum of a loss of `start.length` strengths: no entry of its gradient is above `tolerance`, or rounding hides the rest. */
export const minimise = async (loss: Loss, start: Float64Array, tolerance: number): Promise<Float64Array> => {
  // The value's rounding hides the last steps; the gradient still sees them.
  const options = { gradientTolerance: tolerance, valueTolerance: -1, valueNoise: 1e-15, maxIterations: 2000 };
  return (await lbfgs((x) => Promise.resolve(loss(x)), start, { ...options, memory: 20 })).x;
};
