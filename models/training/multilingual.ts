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

export interface LanguagesInput extends BradleyTerryInput {
  /** Language of each pair, 0 … count − 1; −1 where unknown: such a pair speaks only for what languages share. */
  readonly languages: Int32Array;
  readonly count: number;
}

export interface MultilingualInput extends LanguagesInput {
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

/** The pairs at these places. */
export const pairsAt = (input: LanguagesInput, rows: readonly number[]): LanguagesInput => {
  const { differences, dims, languages } = input;
  const gathered = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => gathered.set(differences.subarray(row * dims, (row + 1) * dims), i * dims));
  return {
    ...input,
    differences: gathered,
    n: rows.length,
    languages: Int32Array.from(rows, (row) => languages[row] ?? -1),
    weights: pick(input.weights, rows),
    margins: pick(input.margins, rows),
    targets: pick(input.targets, rows),
  };
};

const byLanguage = (input: LanguagesInput, weights: Float32Array): LanguagePairs[] => {
  const rows = Array.from({ length: input.count + 1 }, (): number[] => []);
  input.languages.forEach((language, row) => rows[language + 1]?.push(row));
  return rows.flatMap((own, at) =>
    own.length === 0 ? [] : [{ language: at - 1, input: pairsAt(input, own), weights: pick(weights, own) ?? weights }],
  );
};

const checkLanguages = ({ n, languages, count }: LanguagesInput): void => {
  if (languages.length !== n) throw new RangeError(`${languages.length} languages for ${n} pairs`);
  if (!(count >= 1)) throw new RangeError(`${count} languages`);
  if (languages.some((language) => language < -1 || language >= count))
    throw new RangeError(`a language outside −1 … ${count - 1}`);
};

const checkShrinkage = (shrinkage: number, l2: number): void => {
  if (!(shrinkage > 0)) throw new RangeError(`shrinkage must be above 0, not ${shrinkage}`);
  // Without a penalty, w and the v_l are not told apart.
  if (shrinkage < Infinity && !(l2 > 0)) throw new RangeError('language heads need l2 above 0');
};

/** w and u_l = √s·v_l in one vector, all under one λ/2·‖·‖²: a v_l that may hardly move has no steeper valley than w. */
const objectiveOf = (
  { dims, l2 }: LanguagesInput,
  parts: readonly LanguagePairs[],
  losses: readonly Objective[],
  shrinkage: number,
): Objective => {
  const pull = 1 / Math.sqrt(shrinkage);
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
  input: LanguagesInput,
  parts: readonly LanguagePairs[],
  { weights, total, shrinkage }: { weights: Float32Array; total: number; shrinkage: number },
): Float64Array => {
  const { differences, dims, count, l2 } = input;
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

/** Tolerances that float32 products can reach, and ones for comparing losses whose standard errors are 1e-4 or more. */
const TOLERANCES = {
  exact: { gradientTolerance: 2e-6, valueTolerance: 1e-9, valueNoise: 1e-8 },
  rough: { gradientTolerance: 2e-4, valueTolerance: 1e-6, valueNoise: 1e-8 },
} as const;

export interface MultilingualOptions {
  readonly shrinkage: number;
  /** Where to start; default 0. The minimum of another shrinkage is near. */
  readonly start?: Pick<MultilingualFit, 'shared' | 'offsets'> | undefined;
  readonly tolerance?: keyof typeof TOLERANCES;
}

/** The pairs gathered by language once, to be fitted with one shrinkage after another. Throws as `fitMultilingual` does. */
export const multilingualProblem = async (
  input: LanguagesInput,
): Promise<(options: MultilingualOptions) => Promise<MultilingualFit>> => {
  checkLanguages(input);
  const { differences, dims, count, l2, signal } = input;
  const { weights, total } = checkExamples(differences, input);
  const parts = byLanguage(input, weights);
  const losses = await Promise.all(
    parts.map(async (part) => blockObjective({ ...(await preferenceLoss(part.input, part.weights, total)), l2: 0 })),
  );
  return async ({ shrinkage, start, tolerance = 'exact' }) => {
    checkShrinkage(shrinkage, l2);
    const x0 = new Float64Array((count + 1) * dims);
    if (start !== undefined) {
      x0.set(start.shared);
      if (shrinkage < Infinity)
        x0.set(
          start.offsets.map((entry) => Math.sqrt(shrinkage) * entry),
          dims,
        );
    }
    const { x, value, iterations, converged } = await lbfgs(objectiveOf(input, parts, losses, shrinkage), x0, {
      ...TOLERANCES[tolerance],
      curvature: curvature(input, parts, { weights, total, shrinkage }),
      signal,
    });
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
};

/**
 * Minimises mean_i weight_i·loss((w + v_{l(i)})·d_i) + λ/2·‖w‖² + s·λ/2·Σ‖v_l‖² by L-BFGS from 0; the loss, with margins and
 * targets, is `fitBradleyTerry`'s, which this is for s = ∞. The data term of a language grows with its share of the pairs, its
 * penalty does not: a language with few pairs stays close to what is shared. Throws as `fitBradleyTerry` does.
 */
export const fitMultilingual = async (input: MultilingualInput): Promise<MultilingualFit> =>
  (await multilingualProblem(input))({ shrinkage: input.shrinkage });
