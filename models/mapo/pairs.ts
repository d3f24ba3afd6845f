/** MAPO's preference pairs: of a question's answers in one language, the right one that agrees better with the pivot wins. */
import { isCorrect, rationaleOf } from './rationale.ts';
import type { AlignedSample } from './rewards.ts';

/** A row of TRL's preference type; `group` keeps a question's pairs of all languages on one side of a split. */
export interface AlignmentPreference {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  readonly language: string;
  readonly group: string;
  /** Difference of the mean scores, above 0. */
  readonly score_diff: number;
  readonly split: 'train' | 'dev';
}

/** Every tenth question, the first among them, is for development. */
const DEV = 10;

/** Answers that ask the same: one question, language and prompt. */
const askedAlike = (samples: readonly AlignedSample[]): AlignedSample[][] => {
  const asked = new Map<string, AlignedSample[]>();
  for (const sample of samples) {
    const key = JSON.stringify([sample.question, sample.language, sample.prompt]);
    const known = asked.get(key);
    if (known === undefined) asked.set(key, [sample]);
    else known.push(sample);
  }
  return [...asked.values()];
};

/** Whether an answer can be chosen: its question's number is known and it ends in it. */
export const canWin = ({ response, answer }: AlignedSample): boolean => answer !== null && isCorrect(response, answer);

const pairsOf = (alike: readonly AlignedSample[], split: 'train' | 'dev'): AlignmentPreference[] => {
  const sorted = alike.toSorted((a, b) => b.mean - a.mean);
  return sorted.flatMap((accept, i) => {
    if (!canWin(accept)) return [];
    const text = rationaleOf(accept.response);
    return sorted
      .slice(i + 1)
      .filter((reject) => reject.mean < accept.mean && rationaleOf(reject.response) !== text)
      .map((reject) => ({
        prompt: accept.prompt,
        chosen: accept.response,
        rejected: reject.response,
        language: accept.language,
        group: accept.question,
        score_diff: accept.mean - reject.mean,
        split,
      }));
  });
};

/**
 * All pairs (Preprocess/extract_dpo_data.py): sorted by mean score, the chosen answer ends in the right number and the rejected
 * one is any with a lower score and another rationale, right or wrong. Questions are counted in the order they first appear.
 */
export const alignmentPairs = (samples: readonly AlignedSample[]): AlignmentPreference[] => {
  const questions = new Map([...new Set(samples.map(({ question }) => question))].map((question, i) => [question, i]));
  return askedAlike(samples).flatMap((alike) => {
    const index = questions.get(alike[0]?.question ?? '') ?? 0;
    return pairsOf(alike, index % DEV === 0 ? 'dev' : 'train');
  });
};
