/** How far attacks on rejected responses turn reward models round (S219), and what fitting on attacked twins does about it (S298). */
import { type Accuracy, outcomesOf, shareRight } from '../metrics/preference.ts';
import { ATTACK_NAMES, type AttackName, type AttackResult, attackResult, REAL_ATTACKS } from './attacks.ts';
import { bootstrapMean, type Estimate, pairedDifference } from './bootstrap.ts';

/** Reward differences (chosen − rejected) of pairs, as they are and under each attack. */
export interface UnderAttack {
  readonly before: Float64Array;
  readonly after: Readonly<Record<AttackName, Float64Array>>;
}

/** One line per attack, `identity` first. */
export const attackResults = ({ before, after }: UnderAttack): AttackResult[] =>
  ATTACK_NAMES.map((name) => attackResult(name, before, after[name]));

/** Share of `among` (all that change something unless told) under which each pair is ranked right, ties one half. */
export const attackedOutcomes = (
  { before, after }: UnderAttack,
  among: readonly AttackName[] = REAL_ATTACKS,
): Float64Array => {
  const outcomes = among.map((name) => outcomesOf(after[name]));
  return before.map((_, i) => outcomes.reduce((sum, each) => sum + (each[i] ?? 0), 0) / among.length);
};

export interface Robustness {
  /** On the pairs as they are. */
  readonly clean: Accuracy;
  /** Mean over the attacks but `identity`, with a 95 % bootstrap interval over groups. */
  readonly attacked: Estimate;
  readonly attacks: readonly AttackResult[];
}

export interface RobustnessBeside {
  /** Of the head that was fitted on attacked twins. */
  readonly augmented: Robustness;
  /** Of one fitted on the same pairs without twins. */
  readonly plain: Robustness;
  /** Of "the longer wins". */
  readonly lengthOnly: Robustness;
  /** Augmented less plain on the same pairs, with 95 % bootstrap intervals over groups. */
  readonly gain: { readonly clean: Estimate; readonly attacked: Estimate };
}

interface Judged<T> {
  readonly augmented: T;
  readonly plain: T;
  readonly lengthOnly: T;
}

/** The figures of a head with twins beside those of one without, and of length. */
export const robustnessBeside = (
  judged: Judged<UnderAttack>,
  groups: readonly string[],
  seed: number,
): RobustnessBeside => {
  const figures = (under: UnderAttack): Robustness => ({
    clean: shareRight(outcomesOf(under.before)),
    attacked: bootstrapMean(attackedOutcomes(under), groups, { seed }),
    attacks: attackResults(under),
  });
  const gain = (of: (under: UnderAttack) => Float64Array): Estimate =>
    pairedDifference(of(judged.augmented), of(judged.plain), groups, { seed });
  return {
    augmented: figures(judged.augmented),
    plain: figures(judged.plain),
    lengthOnly: figures(judged.lengthOnly),
    gain: { clean: gain(({ before }) => outcomesOf(before)), attacked: gain((under) => attackedOutcomes(under)) },
  };
};
