import { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { Message } from '../../schemas/item.ts';
import {
  completionFault,
  completionOf,
  type ExportContext,
  type Exporter,
  leftOut,
  promptFault,
  turnsOf,
} from './exporter.ts';

export const TrlSft = z.object({ prompt: z.array(Message), completion: z.array(Message) });
export type TrlSft = z.infer<typeof TrlSft>;

/** A rated response is imitated from this share of the scale on: 4 of 1 to 5. */
const HIGH = 0.75;

/** Index of the response worth imitating: preferred or demonstrated, called good, or rated highly; null where none is. */
const exemplary = ({ chosen, good, rating }: DatasetRow, { scale }: ExportContext): number | null => {
  if (chosen !== null) return chosen;
  if (good === true) return 0;
  if (rating === null || scale === null || scale.max <= scale.min) return null;
  return rating >= scale.min + HIGH * (scale.max - scale.min) ? 0 : null;
};

/** TRL's prompt-completion type, conversational: supervised fine-tuning on the responses people preferred, demonstrated or rated highly. */
export const trlSft: Exporter<TrlSft> = {
  format: 'trl-sft',
  encoding: 'jsonl',
  schema: TrlSft,
  needs: 'text items with a preferred, demonstrated, good or highly rated response',
  always: false,
  rowsOf(row, context) {
    const index = exemplary(row, context);
    if (index === null) return leftOut('no response worth imitating');
    const completion = completionOf(row, index);
    if (completion === null) return leftOut('a response without text');
    const prompt = turnsOf(row.prompt);
    const fault = promptFault(prompt);
    return fault === null ? { rows: [{ prompt, completion }] } : leftOut(fault);
  },
  check: ({ prompt, completion }) => promptFault(prompt) ?? completionFault('completion', completion),
};
