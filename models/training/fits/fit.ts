/** What every objective offers the rest of training. */
import { AssayError } from '../../../schemas/errors.ts';
import type { Member } from '../../heads/parameters.ts';

/** How often a group's examples count: 0 holds it out, 2 is a group drawn twice. */
export type Multiplicity = (group: string) => number;

export interface MemberFit {
  readonly member: Member;
  /** Penalised mean loss; with several aspects, their sum. */
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** An objective with its training examples gathered once, to be fitted as often as folds and members ask. */
export interface Fit {
  readonly fit: (multiplicity: Multiplicity) => Promise<MemberFit>;
  /** Groups of the training examples. */
  readonly groups: readonly string[];
  /** Training examples. */
  readonly examples: number;
  readonly aspects: readonly string[];
  readonly aspectWeights: readonly number[];
  /** Languages with a head of their own. */
  readonly languages: readonly string[];
  /** What was decided on the way, in plain sentences. */
  readonly notes: readonly string[];
}

/** Too few examples are left, or all of one class. */
const UNFIT = new Set(['ASY-5004', 'ASY-5008']);

/** A fit on what the multiplicities leave, or null where that cannot be fitted. */
export const fitOrNull = async ({ fit }: Fit, multiplicity: Multiplicity): Promise<MemberFit | null> => {
  try {
    return await fit(multiplicity);
  } catch (error) {
    if (error instanceof AssayError && UNFIT.has(error.code)) return null;
    throw error;
  }
};

/** Weight of an example that belongs to one group, or to two. */
export const weightIn = (
  { weight, group, loserGroup = group }: { weight: number; group: string; loserGroup?: string },
  multiplicity: Multiplicity,
): number => weight * multiplicity(group) * (loserGroup === group ? 1 : multiplicity(loserGroup));

/** A member with one column and no languages. */
export const singleColumn = (weights: Float32Array, bias = 0): Member => ({
  columns: [{ weights, bias, ordinal: null, centre: 0, spread: 1 }],
  offsets: null,
  gate: null,
});
