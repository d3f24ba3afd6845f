/**
 * One reward model of many languages (S244, S246): r_l(x) = (w + v_l)·x, every v_l shrunk towards 0. A bias b_l cancels in pairs
 * of one language, so pairs cannot teach it and there is none: rewards in two languages are not on one scale.
 */
import { assertFinite } from '../runtime.ts';
import type { BradleyTerryInput } from './bradley-terry.ts';
import { preferenceLoss } from './bradley-terry.ts';
import type { Objective } from './lbfgs.ts';
import { lbfgs } from './lbfgs.ts';
import { blockObjective, checkExamples, curvatureOf } from './objective.ts';

export interface MultilingualInput extends BradleyTerryInput {
  /** Language of each pair, 0 … count − 1; −1 where unknown: such a pair speaks only for what languages share. */
  readonly languages: Int32Array;
  readonly count: number;
  /** s > 0 of s·λ/2·Σ‖v_l‖², λ being `l2`; Infinity keeps every v_l at 0. `chooseShrinkage` finds one. */
  readonly shrinkage: number;
}

export interface MultilingualFit {
  readonly shared: Float32Array;
  /** v_l, count × dims, row-major; 0 for a language without pairs. */
  readonly offsets: Float32Array;
  /** Penalised mean loss. */
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** The pairs of one language, side by side. */
interface LanguagePairs {
  readonly language: number;
  readonly input: BradleyTerryInput;
  readonly weights: Float32Array;
}

const pick = (values: Float32Array | undefined, rows: readonly number[]): Float32Array | undefined =>
  values && Float32Array.from(rows, (row) => values[row] ?? 0);

const byLanguage = (input: MultilingualInput, weights: Float32Array): LanguagePairs[] => {
  const { differences, dims, languages, count, margins, targets } = input;
  const rows = Array.from({ length: count + 1 }, (): number[] => []);
  languages.forEach((language, row) => rows[language + 1]?.push(row));
  return rows.flatMap((own, at) => {
    if (own.length === 0) return [];
    const gathered = new Float32Array(own.length * dims);
    own.forEach((row, i) => gathered.set(differences.subarray(row * dims, (row + 1) * dims), i * dims));
    const facts = { n: own.length, margins: pick(margins, own), targets: pick(targets, own) };
    return {
      language: at - 1,
      input: { ...input, ...facts, differences: gathered },
      weights: pick(weights, own) ?? weights,
    };
  });
};

const check = ({ n, languages, count, l2, shrinkage }: MultilingualInput): void => {
  if (languages.length !== n) throw new RangeError(`${languages.length} languages for ${n} pairs`);
  if (!(count >= 1)) throw new RangeError(`${count} languages`);
  if (languages.some((language) => language < -1 || language >= count))
    throw new RangeError(`a language outside −1 … ${count - 1}`);
  if (!(shrinkage > 0)) throw new RangeError(`shrinkage must be above 0, not ${shrinkage}`);
  // Without a penalty, w and the v_l are not told apart.
  if (shrinkage < Infinity && !(l2 > 0)) throw new RangeError('language heads need l2 above 0');
};

/** w and u_l = √s·v_l in one vector, all under one λ/2·‖·‖²: a v_l that may hardly move has no steeper valley than w. */
const objectiveOf = async (
  input: MultilingualInput,
  parts: readonly LanguagePairs[],
  total: number,
): Promise<Objective> => {
  const { dims, l2, shrinkage } = input;
  const pull = 1 / Math.sqrt(shrinkage);
  const losses = await Promise.all(
    parts.map(async (part) => blockObjective({ ...(await preferenceLoss(part.input, part.weights, total)), l2: 0 })),
  );
  return async (x) => {
    const gradient = x.map((entry) => l2 * entry);
    let value = x.reduce((sum, entry) => sum + (l2 / 2) * entry * entry, 0);
    for (const [i, { language }] of parts.entries()) {
      const own = (language + 1) * dims;
      const at = x.slice(0, dims);
      if (language >= 0) for (let j = 0; j < dims; j++) at[j] = (at[j] ?? 0) + pull * (x[own + j] ?? 0);
      const found = await losses[i]?.(at);
      value += found?.value ?? 0;
      found?.gradient.forEach((slope, j) => {
        gradient[j] = (gradient[j] ?? 0) + slope;
        if (language >= 0) gradient[own + j] = (gradient[own + j] ?? 0) + pull * slope;
      });
    }
    return { value, gradient };
  };
};

/** A guess at the Hessian's diagonal: a language's pairs bend its u_l by their share of the weight, over s. */
const curvature = (
  input: MultilingualInput,
  parts: readonly LanguagePairs[],
  weights: Float32Array,
  total: number,
): Float64Array => {
  const { differences, dims, count, l2, shrinkage } = input;
  const out = new Float64Array((count + 1) * dims).fill(Math.max(l2, Number.MIN_VALUE));
  out.set(curvatureOf(differences, { ...input, weights }, 1 / 4));
  for (const { language, input: own, weights: given } of parts) {
    if (language < 0) continue;
    const share = given.reduce((sum, weight) => sum + weight, 0) / total / shrinkage;
    const bent = curvatureOf(own.differences, { ...own, weights: given, l2: 0 }, 1 / 4);
    bent.forEach((value, j) => (out[(language + 1) * dims + j] = Math.max(value * share + l2, Number.MIN_VALUE)));
  }
  return out;
};

/**
 * Minimises mean_i weight_i·loss((w + v_{l(i)})·d_i) + λ/2·‖w‖² + s·λ/2·Σ‖v_l‖² by L-BFGS from 0; the loss, with margins and
 * targets, is `fitBradleyTerry`'s, which this is for s = ∞. The data term of a language grows with its share of the pairs, its
 * penalty does not: a language with few pairs stays close to what is shared. Throws as `fitBradleyTerry` does.
 */
export const fitMultilingual = async (input: MultilingualInput): Promise<MultilingualFit> => {
  check(input);
  const { differences, dims, count, shrinkage, signal } = input;
  const { weights, total } = checkExamples(differences, input);
  const parts = byLanguage(input, weights);
  const { x, value, iterations, converged } = await lbfgs(
    await objectiveOf(input, parts, total),
    new Float64Array((count + 1) * dims),
    {
      gradientTolerance: 2e-6,
      valueTolerance: 1e-9,
      valueNoise: 1e-8,
      curvature: curvature(input, parts, weights, total),
      signal,
    },
  );
  assertFinite(x, 'fitted weights');
  const pull = 1 / Math.sqrt(shrinkage);
  return {
    shared: Float32Array.from(x.subarray(0, dims)),
    offsets: Float32Array.from(x.subarray(dims), (entry) => pull * entry),
    loss: value,
    iterations,
    converged,
  };
};
