/** Attacked twins of training pairs (S298): the rejected response rewritten so that it looks better, the label as it was. */
import type { Encoder } from '../../models/encoders/index.ts';
import { hashOf } from '../../models/hash.ts';
import { openHead } from '../../models/heads/head.ts';
import type { HeadConfig, RowFacts, TrainingSet } from '../../models/training/examples.ts';
import { type TrainedHead, trainHead } from '../../models/training/head.ts';
import { ATTACKS, type AttackName, attacksFor, REAL_ATTACKS } from '../../models/trust/attacks.ts';
import { type RobustnessBeside, robustnessBeside } from '../../models/trust/robustness.ts';
import type { Progress } from '../ports.ts';
import { characters, encodeBatches, type ResponseText } from './file-set.ts';
import { headJudge, lengthJudge, underAttack } from './under-attack.ts';

/** Twins of a pair: each costs an encoding and a row. */
const TWINS = 2;

/** The hyperparameter of a head with twins. */
export const AUGMENTED = `${TWINS} of ${REAL_ATTACKS.join(' ')}`;

/**
 * The set with two attacked rows for each loser of a training pair, the attacks chosen from `among` (all that change something
 * unless told) by hash of its text; validation pairs stay as they are.
 */
export const withTwins = async (
  set: TrainingSet,
  texts: readonly ResponseText[],
  encoder: Encoder,
  progress: Progress,
  among: readonly AttackName[] = REAL_ATTACKS,
): Promise<TrainingSet> => {
  const { dims } = set.encoder;
  const losers = [...new Set(set.pairs.flatMap(({ split, loser }) => (split === 'train' ? [loser] : [])))];
  const n = set.rows.length;
  const features = new Float32Array((n + TWINS * losers.length) * dims);
  features.set(set.features);
  const rows: RowFacts[] = [...set.rows];
  const attacked = new Map(losers.map((row, i) => [row, Array.from({ length: TWINS }, (_, k) => n + TWINS * i + k)]));
  const textOf = (i: number): ResponseText => {
    const { prompt, response } = texts[losers[Math.floor(i / TWINS)] ?? 0] as ResponseText;
    const [name = 'identity'] = attacksFor(hashOf([prompt, response]), TWINS, among).slice(i % TWINS);
    return { kind: 'text', prompt, response: ATTACKS[name](response, prompt) };
  };
  for await (const batch of encodeBatches(TWINS * losers.length, textOf, encoder, progress)) {
    features.set(batch.features, (n + batch.at) * dims);
    batch.texts.forEach(({ response }, i) => {
      const facts = set.rows[losers[Math.floor((batch.at + i) / TWINS)] ?? 0] as RowFacts;
      rows.push({ ...facts, length: characters(response) });
    });
  }
  const pairs = set.pairs.map((pair) =>
    pair.split === 'train' ? { ...pair, attacked: attacked.get(pair.loser) ?? [] } : pair,
  );
  return { ...set, features, rows, pairs };
};

/** The head with twins beside one fitted on the plain set, on its validation pairs; null where there is none of these. */
export const besidePlain = async (
  augmented: TrainedHead,
  set: TrainingSet,
  config: HeadConfig,
  texts: readonly ResponseText[],
  ...[encoder, progress]: [Encoder, Progress]
): Promise<RobustnessBeside | null> => {
  const pairs = set.pairs.filter(({ split }) => split === 'validation');
  if (pairs.length === 0) return null;
  const plain = await trainHead(set, config, { signal: progress.cancelled });
  const judges = [augmented, plain].map(async ({ onnx }) => headJudge(await openHead(onnx)));
  const judged = await underAttack(
    [...(await Promise.all(judges)), lengthJudge],
    { set, pairs, texts },
    encoder,
    progress,
  );
  const [first, second, lengthOnly] = judged;
  if (first === undefined || second === undefined || lengthOnly === undefined) return null;
  return robustnessBeside(
    { augmented: first, plain: second, lengthOnly },
    pairs.map(({ group }) => group),
    config.seed,
  );
};
