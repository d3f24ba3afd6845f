/** MAPO's rewards of answers: how well each agrees with the pivot language's rationales of its question. */
import { rationaleOf, repeatsLine } from './rationale.ts';
import type { Sample } from './references.ts';
import { isPivot } from './references.ts';
import type { AlignmentOptions, AlignmentPair, AlignmentScorer } from './scorer.ts';

/** An answer with its scores over all references of its question. */
export interface AlignedSample extends Sample {
  /** Mean score: what pairs are sorted by. */
  readonly mean: number;
  readonly max: number;
  /** For online training (PPO): −1 where a line repeats, else the mean. */
  readonly reward: number;
}

/** Scores every answer that is not in the pivot language, says something and has a reference; the others are left out. */
export const alignSamples = async (
  samples: readonly Sample[],
  references: ReadonlyMap<string, readonly string[]>,
  scorer: AlignmentScorer,
  { pivot, ...options }: AlignmentOptions & { readonly pivot: string },
): Promise<AlignedSample[]> => {
  const scored = samples.filter(
    ({ question, language, response }) =>
      !isPivot(language, pivot) && references.has(question) && rationaleOf(response) !== '',
  );
  const pairs = scored.flatMap(({ question, language, response }) => {
    const source = rationaleOf(response);
    return (references.get(question) ?? []).map(
      (target): AlignmentPair => ({ source, target, sourceLanguage: language, targetLanguage: pivot }),
    );
  });
  const scores = await scorer.score(pairs, options);
  let at = 0;
  return scored.map((sample) => {
    const own = scores.subarray(at, (at += references.get(sample.question)?.length ?? 0));
    const mean = own.reduce((sum, score) => sum + score, 0) / own.length;
    return { ...sample, mean, max: Math.max(...own), reward: repeatsLine(rationaleOf(sample.response)) ? -1 : mean };
  });
};
