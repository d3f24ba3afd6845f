/** Bradley–Terry reward models (S104; Ouyang et al. 2022, eq. 1): logistic regression on feature differences, without a bias. */
import { openSession } from '../runtime.ts';
import type { LogisticPart } from './logistic.ts';
import { logisticGraph, slackOf } from './logistic.ts';
import type { BlockLoss, Column } from './objective.ts';
import { checkExamples, checkRange, curvatureOf, minimiseBlocks, rowBlocks } from './objective.ts';

export interface BradleyTerryInput {
  /** x_winner − x_loser, n × dims, row-major. */
  readonly differences: Float32Array;
  readonly n: number;
  readonly dims: number;
  /** Weight per pair; default 1. */
  readonly weights?: Float32Array | undefined;
  /** How much better the winner is, per pair; without it z = w·d. */
  readonly margins?: Float32Array | undefined;
  /** `subtract` (Llama 2; the default): z = w·d − m. `scale`: z = w·d / m, m > 0, where a larger m weakens the push (S113). */
  readonly marginKind?: 'subtract' | 'scale' | undefined;
  /** P(first is preferred) per pair, in [0, 1]; default 1. With 1 − P(flip), the label smoothing of conservative DPO. */
  readonly targets?: Float32Array | undefined;
  /** λ of λ/2·‖w‖². */
  readonly l2: number;
  readonly signal?: AbortSignal | undefined;
}

export interface BradleyTerryFit {
  readonly weights: Float32Array;
  /** Penalised mean loss at the weights. */
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** The columns of the parts that the pairs have. */
const partsOf = ({ n, margins, marginKind = 'subtract', targets }: BradleyTerryInput) => {
  const scales = marginKind === 'scale';
  if (margins !== undefined) checkRange(margins, n, 'margins', (margin) => !scales || margin > 0, '(0, ∞)');
  if (targets !== undefined) checkRange(targets, n, 'targets', (target) => target >= 0 && target <= 1, '[0, 1]');
  const parts: Partial<Record<LogisticPart, Column>> = {};
  if (margins !== undefined) parts[scales ? 'scale' : 'margin'] = { type: 'float64', data: new Float64Array(margins) };
  if (targets !== undefined) parts.slack = { type: 'float64', data: slackOf(targets) };
  return parts;
};

/** The mean loss of pairs whose weights sum to `total` when all such losses are added up; what `fitBradleyTerry` minimises. */
export const preferenceLoss = async (
  input: BradleyTerryInput,
  weights: Float32Array,
  total: number,
): Promise<BlockLoss> => {
  const { differences, n, dims, l2 } = input;
  const parts = partsOf(input);
  return {
    session: await openSession(logisticGraph(Object.keys(parts) as LogisticPart[]), { name: 'bradley-terry' }),
    blocks: rowBlocks(n, {
      features: { type: 'float32', data: differences, width: dims },
      weight: { type: 'float64', data: new Float64Array(weights) },
      ...parts,
    }),
    parameters: [{ name: 'w', dims: [1, dims], type: 'float32', penalised: true }],
    total,
    l2,
    data: { differences },
  };
};

/**
 * Minimises mean_i weight_i·(−t_i·log σ(z_i) − (1 − t_i)·log σ(−z_i)) + λ/2·‖w‖² by L-BFGS from w = 0 (the mean is over
 * Σ weight; t is the target, z = w·d with the margin). A feature that is 0 in every pair keeps weight 0. Throws ASY-5004 for
 * fewer than two pairs or no weight, ASY-5005 for NaN, ASY-5007 for a target outside [0, 1] or a scale that is not above 0.
 */
export const fitBradleyTerry = async (input: BradleyTerryInput): Promise<BradleyTerryFit> => {
  const { differences, dims, signal } = input;
  const { weights, total } = checkExamples(differences, input);
  const loss = await preferenceLoss(input, weights, total);
  const curvature = curvatureOf(differences, { ...input, weights }, 1 / 4);
  const minimum = await minimiseBlocks(loss, new Float64Array(dims), { signal, curvature });
  const { x, value, iterations, converged } = minimum;
  return { weights: Float32Array.from(x), loss: value, iterations, converged };
};
