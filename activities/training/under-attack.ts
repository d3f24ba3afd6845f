/** Rejected responses of pairs rewritten by every attack, encoded and rewarded again (S219). */
import type { Encoder } from '../../models/encoders/index.ts';
import type { Head } from '../../models/heads/head.ts';
import type { TrainingPair, TrainingSet } from '../../models/training/examples.ts';
import { ATTACK_NAMES, ATTACKS, type AttackName } from '../../models/trust/attacks.ts';
import type { UnderAttack } from '../../models/trust/robustness.ts';
import type { Progress } from '../ports.ts';
import { characters, encodeBatches, type ResponseText } from './file-set.ts';

/** What gives texts a figure, higher better: a head from their features, "the longer wins" from the texts themselves. */
export type Judge = (
  features: Float32Array,
  texts: readonly ResponseText[],
  languages: readonly (string | null)[],
) => Promise<ArrayLike<number>>;

export const headJudge =
  (head: Head): Judge =>
  async (features, texts, languages) =>
    (await head.score(features, texts.length, { languages })).reward;

export const lengthJudge: Judge = async (_, texts) => texts.map(({ response }) => characters(response));

export interface Attackable {
  readonly set: TrainingSet;
  /** Those of its pairs that are attacked. */
  readonly pairs: readonly TrainingPair[];
  /** Of each row of the set. */
  readonly texts: readonly ResponseText[];
}

/** Per judge, the figures of the losers' rows under one attack. */
const attacked = async (
  judges: readonly Judge[],
  name: AttackName,
  losers: readonly number[],
  { set, texts }: Attackable,
  ...[encoder, progress]: [Encoder, Progress]
): Promise<ReadonlyMap<number, number>[]> => {
  const figures = judges.map(() => new Map<number, number>());
  const textOf = (i: number): ResponseText => {
    const { prompt, response } = texts[losers[i] ?? 0] as ResponseText;
    return { kind: 'text', prompt, response: ATTACKS[name](response, prompt) };
  };
  for await (const { at, texts: batch, features } of encodeBatches(losers.length, textOf, encoder, progress)) {
    const rows = losers.slice(at, at + batch.length);
    const languages = rows.map((row) => set.rows[row]?.language ?? null);
    for (const [k, judge] of judges.entries()) {
      const rewards = await judge(features, batch, languages);
      rows.forEach((row, i) => figures[k]?.set(row, rewards[i] ?? 0));
    }
  }
  return figures;
};

/**
 * Reward differences of the pairs by each judge, as they are and under each attack. A loser is encoded once per attack, `identity`
 * included, which shows that encoding it in another batch changes nothing.
 */
export const underAttack = async (
  judges: readonly Judge[],
  given: Attackable,
  encoder: Encoder,
  progress: Progress,
): Promise<UnderAttack[]> => {
  const { set, pairs, texts } = given;
  const languages = set.rows.map(({ language }) => language);
  const rewards = await Promise.all(judges.map((judge) => judge(set.features, texts, languages)));
  const losers = [...new Set(pairs.map(({ loser }) => loser))];
  const after = judges.map((): Partial<Record<AttackName, Float64Array>> => ({}));
  for (const name of ATTACK_NAMES) {
    const figures = await attacked(judges, name, losers, given, encoder, progress);
    for (const [k, of] of figures.entries())
      (after[k] ?? {})[name] = Float64Array.from(
        pairs,
        ({ winner, loser }) => (rewards[k]?.[winner] ?? 0) - (of.get(loser) ?? 0),
      );
  }
  return judges.map((_, k) => ({
    before: Float64Array.from(pairs, ({ winner, loser }) => (rewards[k]?.[winner] ?? 0) - (rewards[k]?.[loser] ?? 0)),
    after: after[k] as UnderAttack['after'],
  }));
};
