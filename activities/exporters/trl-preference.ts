import { z } from 'zod';
import { Message } from '../../schemas/item.ts';
import { completionFault, completionOf, type Exporter, leftOut, promptFault, turnsOf } from './exporter.ts';

export const TrlPreference = z.object({
  prompt: z.array(Message),
  chosen: z.array(Message),
  rejected: z.array(Message),
});
export type TrlPreference = z.infer<typeof TrlPreference>;

/** TRL's preference type with explicit prompt, conversational: DPO, CPO, ORPO, reward training. */
export const trlPreference: Exporter<TrlPreference> = {
  format: 'trl-preference',
  encoding: 'jsonl',
  schema: TrlPreference,
  needs: 'text items with a preferred and a rejected response',
  always: false,
  rowsOf(row) {
    if (row.chosen === null || row.rejected === null) return leftOut('no preference');
    const [chosen, rejected] = [completionOf(row, row.chosen), completionOf(row, row.rejected)];
    if (chosen === null || rejected === null) return leftOut('a response without text');
    if (chosen[0]?.content === rejected[0]?.content) return leftOut('equal responses');
    const prompt = turnsOf(row.prompt);
    const fault = promptFault(prompt);
    return fault === null ? { rows: [{ prompt, chosen, rejected }] } : leftOut(fault);
  },
  check: ({ prompt, chosen, rejected }) =>
    promptFault(prompt) ??
    completionFault('chosen', chosen) ??
    completionFault('rejected', rejected) ??
    (chosen[0]?.content === rejected[0]?.content ? 'chosen and rejected are equal' : null),
};
