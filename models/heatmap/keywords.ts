/** Misaligned words of prompts: RichHF-18K's words, and how well they are found (S233, S235). */

export { promptWords } from '../../schemas/pieces.ts';

/** One prompt's words in order: which the image misses, and which a model says it misses. */
export interface KeywordPrompt {
  readonly misaligned: readonly boolean[];
  readonly predicted: readonly boolean[];
}

/**
 * Precision, recall and F1 of misaligned words, each the mean over prompts (macro; 0 where it would divide by 0). Prompts in
 * which neither people nor the model find any say nothing about finding them and are not counted; without others all are 0.
 */
export const keywordFigures = (
  prompts: readonly KeywordPrompt[],
): { n: number; precision: number; recall: number; f1: number } => {
  const each = prompts.flatMap(({ misaligned, predicted }) => {
    if (misaligned.length !== predicted.length)
      throw new RangeError(`${predicted.length} words predicted of ${misaligned.length}`);
    const [wanted, found] = [misaligned.filter(Boolean).length, predicted.filter(Boolean).length];
    if (wanted + found === 0) return [];
    const hits = misaligned.filter((is, i) => is && predicted[i]).length;
    const share = (of: number) => (of === 0 ? 0 : hits / of);
    return [{ precision: share(found), recall: share(wanted), f1: (2 * hits) / (wanted + found) }];
  });
  const mean = (name: 'precision' | 'recall' | 'f1') =>
    each.reduce((sum, figures) => sum + figures[name], 0) / Math.max(1, each.length);
  return { n: each.length, precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
};
