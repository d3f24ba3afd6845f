import { z } from 'zod';
import { groupAdvantages, leaveOneOutAdvantages } from '../../models/group-advantage.ts';
import { Message } from '../../schemas/item.ts';
import { completionOf, type Exporter, leftOut, promptFault, turnsOf } from './exporter.ts';

const GrpoGroup = z.object({
  prompt: z.array(Message),
  /** In the item's order, as are the figures. */
  completions: z.array(z.array(Message)),
  /** The reward model's scores. */
  rewards: z.array(z.number()),
  /** Group-relative (GRPO), by the sample standard deviation. */
  advantages: z.array(z.number()),
  /** Leave-one-out (RLOO). */
  advantages_rloo: z.array(z.number()),
});
type GrpoGroup = z.infer<typeof GrpoGroup>;

/** The responses to a prompt with their rewards and advantages (S167): for trainers that take responses made before, and to check those that make their own. */
export const grpoGroups: Exporter<GrpoGroup> = {
  format: 'grpo-groups',
  encoding: 'jsonl',
  schema: GrpoGroup,
  needs: 'text items of several responses that were all scored',
  always: false,
  onDemand: true,
  rowsOf(row) {
    const { scores, responses } = row;
    if (responses.length < 2) return leftOut('one response');
    if (scores === null || scores.length !== responses.length) return leftOut('not all responses were scored');
    const completions = responses.flatMap((_, index) => {
      const completion = completionOf(row, index);
      return completion === null ? [] : [completion];
    });
    if (completions.length < responses.length) return leftOut('a response without text');
    const prompt = turnsOf(row.prompt);
    const fault = promptFault(prompt);
    if (fault !== null) return leftOut(fault);
    const group = {
      prompt,
      completions,
      rewards: [...scores],
      advantages: groupAdvantages(scores),
      advantages_rloo: leaveOneOutAdvantages(scores),
    };
    return { rows: [group] };
  },
};
