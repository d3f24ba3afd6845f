import { z } from 'zod';
import { Message } from '../../schemas/item.ts';
import { exemplary } from './exemplary.ts';
import { type Exporter, reshaped } from './exporter.ts';
import { trlSft, visionSft } from './trl-sft.ts';
import { Images, VisionTurn } from './vision.ts';

/** What TRL hands to reward functions by column name, besides the prompt. */
const Known = z.object({
  /** The answer to come up to; TRL's own accuracy rewards read a column of this name. */
  solution: z.string(),
  /** The reward model's score of `solution`. */
  reward: z.number().nullable(),
  /** People's mean rating of `solution` by aspect. */
  aspects: z.array(z.object({ aspect: z.string(), value: z.number() })),
});

const TrlGrpo = z.object({ prompt: z.array(Message), ...Known.shape });
type TrlGrpo = z.infer<typeof TrlGrpo>;

/** TRL's prompt-only type with columns for reward functions: GRPO, RLOO. Each prompt with one answer once. */
export const trlGrpo: Exporter<TrlGrpo> = {
  format: 'trl-grpo',
  encoding: 'jsonl',
  schema: TrlGrpo,
  needs: trlSft.needs,
  always: false,
  onDemand: true,
  rowsOf: (row, context) =>
    reshaped(trlSft, ({ prompt, completion }) => {
      const index = exemplary(row, context);
      const ratings = index === 0 ? Object.entries(row.ratings ?? {}) : [];
      return {
        prompt,
        solution: completion[0]?.content ?? '',
        reward: index === null ? null : (row.scores?.[index] ?? null),
        aspects: ratings.map(([aspect, value]) => ({ aspect, value })),
      };
    })(row, { ...context, conditional: null }),
  identityOf: ({ prompt, solution }) => JSON.stringify([prompt, solution]),
};

const VisionGrpo = z.object({ images: Images, prompt: z.array(VisionTurn), solution: z.string() });
type VisionGrpo = z.infer<typeof VisionGrpo>;

/** The same with pictures: questions about what is shown, whose right answer is known. */
export const visionGrpo: Exporter<VisionGrpo> = {
  format: 'trl-grpo',
  encoding: 'jsonl',
  schema: VisionGrpo,
  needs: visionSft.needs,
  always: false,
  onDemand: true,
  rowsOf: (row, context) =>
    reshaped(visionSft, ({ images, prompt, completion }) => ({
      images,
      prompt,
      solution: (completion[0]?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('\n'),
    }))(row, { ...context, conditional: null }),
  identityOf: (row) => JSON.stringify(row),
};
