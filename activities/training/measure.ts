/** A stored head measured on the pairs of a file; writes nothing. */
import type { Encoder } from '../../models/encoders/index.ts';
import { checkRevision, type Head } from '../../models/heads/head.ts';
import { outcomesOf, shareRight } from '../../models/metrics/preference.ts';
import type { TrainingPair, TrainingSet } from '../../models/training/examples.ts';
import type { AttackResult } from '../../models/trust/attacks.ts';
import { pairBaseline } from '../../models/trust/baseline.ts';
import { bootstrapMean, type Estimate, pairedDifference } from '../../models/trust/bootstrap.ts';
import { type CalibrationFigures, pairCalibration } from '../../models/trust/calibration.ts';
import { attackResults } from '../../models/trust/robustness.ts';
import { type LengthSensitivity, lengthSensitivity } from '../../models/trust/sensitivity.ts';
import { type Slice, slicesOf } from '../../models/trust/slices.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Progress } from '../ports.ts';
import { drawPairs } from './draw-pairs.ts';
import { encodeFile, type ResponseText, type TrainingFile } from './file-set.ts';
import { trainingSet } from './set.ts';
import { headJudge, lengthJudge, underAttack } from './under-attack.ts';

export interface PairReport {
  readonly n: number;
  readonly accuracy: number;
  /** Wilson 95 %. */
  readonly accuracyCi: [number, number];
  /** "The longer response wins", on the same pairs. */
  readonly lengthOnlyAccuracy: number;
  /** Head less length only, with a 95 % bootstrap interval over groups. */
  readonly gain: Estimate;
  /** The same accuracy with an interval over groups. */
  readonly grouped: Estimate;
  readonly calibration: { readonly before: CalibrationFigures; readonly after: CalibrationFigures };
  readonly languages: readonly Slice[];
  readonly sources: readonly Slice[];
  readonly length: LengthSensitivity | null;
  /** Share of responses beyond the head's distance threshold; null where it measures none. */
  readonly oodShare: number | null;
  /** Responses in a language without a head of its own, where the head has languages. */
  readonly unknownLanguages: number;
  /** With the rejected response rewritten, per attack; null where nobody asked. */
  readonly attacks: readonly AttackedPairs[] | null;
}

export interface AttackedPairs extends AttackResult {
  /** "The longer response wins", under the same attack. */
  readonly lengthOnlyAccuracy: number;
}

const reportOf = async (head: Head, { features, rows, pairs }: TrainingSet): Promise<Omit<PairReport, 'attacks'>> => {
  const languages = rows.map(({ language }) => language);
  const { reward, ood, unknownLanguages } = await head.score(features, rows.length, { languages });
  const differences = Float64Array.from(pairs, ({ winner, loser }) => (reward[winner] ?? 0) - (reward[loser] ?? 0));
  const outcomes = outcomesOf(differences);
  const baseline = outcomesOf(pairBaseline(rows, [], pairs));
  const groups = pairs.map(({ group }) => group);
  const { accuracy, ci, n } = shareRight(outcomes);
  const { before, after } = pairCalibration(differences, head.temperature);
  const lengths = (of: (pair: TrainingPair) => number) =>
    Float64Array.from(pairs, (pair) => rows[of(pair)]?.length ?? 0);
  const threshold = head.oodThreshold;
  return {
    n,
    accuracy,
    accuracyCi: ci,
    lengthOnlyAccuracy: shareRight(baseline).accuracy,
    gain: pairedDifference(outcomes, baseline, groups),
    grouped: bootstrapMean(outcomes, groups),
    calibration: { before, after },
    languages: slicesOf(
      pairs.map(({ language }) => language),
      outcomes,
      baseline,
    ),
    sources: slicesOf(
      pairs.map(({ source }) => source),
      outcomes,
      baseline,
    ),
    length: lengthSensitivity(
      differences,
      lengths(({ winner }) => winner),
      lengths(({ loser }) => loser),
    ),
    oodShare: ood === null || threshold === null ? null : ood.filter((d) => d > threshold).length / ood.length,
    unknownLanguages,
  };
};

const attacksOn = async (head: Head, set: TrainingSet, texts: readonly ResponseText[], ...by: [Encoder, Progress]) => {
  const [judged, longer] = await underAttack([headJudge(head), lengthJudge], { set, pairs: set.pairs, texts }, ...by);
  if (judged === undefined || longer === undefined) return null;
  const lengthOnly = attackResults(longer);
  return attackResults(judged).map((result, i) => ({
    ...result,
    lengthOnlyAccuracy: lengthOnly[i]?.accuracy ?? 0,
  }));
};

/**
 * Every pair of the file by the head, and on request under attacks (S219), which encode the rejected responses once per attack.
 * Throws ASY-5004 where the file holds no pair, ASY-5006 where the encoder is another.
 */
export const measureOnFile = async (
  head: Head,
  name: string,
  file: TrainingFile,
  encoder: Encoder,
  progress: Progress,
  { attacks = false }: { readonly attacks?: boolean | undefined } = {},
): Promise<PairReport> => {
  checkRevision(head, encoder.manifest.revision, name);
  const { pairs } = drawPairs(file.labels, file.groupOf, { validation: 0, maxPairs: Number.POSITIVE_INFINITY });
  if (pairs.length === 0) throw new AssayError('ASY-5004', { pairs: 0, needed: 1 });
  const matrix = await encodeFile(file, encoder, progress);
  const set = trainingSet({ pairs, rows: [] }, matrix);
  const report = await reportOf(head, set);
  return { ...report, attacks: attacks ? await attacksOn(head, set, matrix.texts, encoder, progress) : null };
};
