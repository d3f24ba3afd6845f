import { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { Message } from '../../schemas/item.ts';
import { completionOf, type ExportContext, type Exporter, leftOut, promptFault, turnsOf } from './exporter.ts';
import { answer, approval } from './judge.ts';
import { Images, judgesMedia, pathsOf, promptShown, VisionTurn, visionTurns } from './vision.ts';

export const TrlKto = z.object({ prompt: z.array(Message), completion: z.array(Message), label: z.boolean() });
export type TrlKto = z.infer<typeof TrlKto>;

interface Judged {
  readonly response: number;
  readonly label: boolean;
}

/** Which responses are desirable: both sides of a pair, a binary label, a rating on either side of the scale's middle. */
const judged = ({ chosen, rejected, good, rating }: DatasetRow, { scale }: ExportContext): Judged[] => {
  if (chosen !== null && rejected !== null)
    return [
      { response: chosen, label: true },
      { response: rejected, label: false },
    ];
  if (good !== null) return [{ response: 0, label: good }];
  if (rating === null || scale === null) return [];
  const middle = (scale.min + scale.max) / 2;
  return rating === middle ? [] : [{ response: 0, label: rating > middle }];
};

/** The KL term of KTO takes each prompt with the answer of the row before: two rows of one prompt must not be neighbours. */
const promptKey = ({ images, prompt }: { readonly images?: readonly string[]; readonly prompt: unknown }): string =>
  JSON.stringify([images, prompt]);

/** TRL's unpaired preference type, conversational: KTO and BCO. */
export const trlKto: Exporter<TrlKto> = {
  format: 'trl-kto',
  encoding: 'jsonl',
  schema: TrlKto,
  needs:
    'text items with a preference, a binary label or a rating off the middle of its scale, some desirable and some not',
  always: false,
  rowsOf(row, context) {
    const sides = judged(row, context);
    if (sides.length === 0) return leftOut('neither desirable nor undesirable');
    const prompt = turnsOf(row.prompt);
    const fault = promptFault(prompt);
    if (fault !== null) return leftOut(fault);
    const rows = sides.flatMap(({ response, label }) => {
      const completion = completionOf(row, response);
      return completion === null ? [] : [{ prompt, completion, label }];
    });
    return rows.length === 0 ? leftOut('a response without text') : { rows };
  },
  apartBy: promptKey,
};

const VisionKto = z.object({
  images: Images,
  prompt: z.array(VisionTurn),
  completion: z.array(VisionTurn),
  label: z.boolean(),
});
type VisionKto = z.infer<typeof VisionKto>;

/**
 * The same with pictures, unpaired as KTO's vision data must be (protocols.md §1.3): what the prompt shows, or one generated medium
 * with the right verdict on it as desirable and the wrong one as undesirable.
 */
export const visionKto: Exporter<VisionKto> = {
  format: 'trl-kto',
  encoding: 'jsonl',
  always: false,
  schema: VisionKto,
  needs: 'a preference, a binary label or a rating off the middle of its scale, some desirable and some not',
  rowsOf(row, context) {
    if (judgesMedia(row)) {
      const sides = judged(row, context);
      if (sides.length === 0) return leftOut('neither desirable nor undesirable');
      const asked = sides.flatMap(({ response, label }) => {
        const media = row.responses[response]?.media ?? null;
        return media === null ? [] : [{ good: label, question: approval({ row, response, media, score: null }) }];
      });
      if (asked.length === 0) return leftOut('a response without a medium');
      const rows = asked.flatMap(({ good, question: { prompt, shown } }) =>
        [true, false].map((says) => ({
          images: pathsOf(shown),
          prompt,
          completion: answer(says ? 'Yes' : 'No'),
          label: says === good,
        })),
      );
      return { rows, files: asked.flatMap(({ question }) => question.shown.files) };
    }
    const plain = trlKto.rowsOf(row, context);
    if ('leftOut' in plain) return plain;
    const shown = promptShown(row);
    const rows = plain.rows.map(({ prompt, completion, label }) => ({
      images: pathsOf(shown),
      prompt: visionTurns(prompt, shown),
      completion: visionTurns(completion),
      label,
    }));
    return { rows, files: shown.files };
  },
  apartBy: promptKey,
};

/** Where w_D·n_D / (w_U·n_U) should lie (Ethayarajh et al. 2024). */
const BALANCE = { least: 1, most: 4 / 3, aim: 7 / 6 };

/** KTO's weights for `desirable` and `undesirable` rows: 1 and 1 where they balance, else the smaller side's is raised. */
export const ktoWeights = (
  desirable: number,
  undesirable: number,
): { desirable: number; undesirable: number } | null => {
  if (desirable === 0 || undesirable === 0) return null;
  const ratio = desirable / undesirable;
  const rounded = (weight: number) => Number(weight.toPrecision(3));
  if (ratio < BALANCE.least) return { desirable: rounded(BALANCE.aim / ratio), undesirable: 1 };
  if (ratio > BALANCE.most) return { desirable: 1, undesirable: rounded(ratio / BALANCE.aim) };
  return { desirable: 1, undesirable: 1 };
};
