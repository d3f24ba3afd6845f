import { z } from 'zod';
import { Message } from '../../schemas/item.ts';
import { type Exporter, leftOut } from './exporter.ts';
import { PLACEHOLDERS_SAID, showsPlaceholder } from './placeholders.ts';
import { trlGrpo } from './trl-grpo.ts';

/** verl's five fields (docs/preparation/prepare_data.rst). */
const Verl = z.object({
  /** Names the reward function: `assay/<drop>` is none of verl's own, so one has to be given. */
  data_source: z.string(),
  prompt: z.array(Message),
  ability: z.string(),
  reward_model: z.object({ style: z.string(), ground_truth: z.string() }),
  extra_info: z.object({
    split: z.enum(['train', 'validation']),
    /** Line of the drop's file. */
    index: z.int(),
    item: z.string(),
    language: z.string().nullable(),
  }),
});
type Verl = z.infer<typeof Verl>;

/** Prompts with the answer people preferred as the ground truth, for verl's PPO and GRPO. */
export const verl: Exporter<Verl> = {
  format: 'verl',
  encoding: 'parquet',
  schema: Verl,
  needs: trlGrpo.needs,
  always: false,
  onDemand: true,
  rowsOf(row, context) {
    const known = trlGrpo.rowsOf(row, context);
    if ('leftOut' in known) return known;
    const { drop, row: index } = row.origin;
    const rows = known.rows.map(({ prompt, solution }) => ({
      data_source: `assay/${drop}`,
      prompt,
      ability: 'chat',
      reward_model: { style: 'rule', ground_truth: solution },
      extra_info: { split: row.split, index, item: row.item, language: row.language },
    }));
    return showsPlaceholder(rows[0]?.prompt ?? []) ? leftOut(PLACEHOLDERS_SAID) : { rows };
  },
  identityOf: ({ prompt, reward_model }) => JSON.stringify([prompt, reward_model.ground_truth]),
};
