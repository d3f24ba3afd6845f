import { z } from 'zod';
import { Message } from '../../schemas/item.ts';
import { type Exporter, leftOut, promptFault, turnsOf } from './exporter.ts';
import { Images, judgesMedia, pathsOf, promptShown, VisionTurn, visionTurns } from './vision.ts';

const TrlPrompt = z.object({ prompt: z.array(Message) });
type TrlPrompt = z.infer<typeof TrlPrompt>;

/** TRL's prompt-only type, each prompt once: online trainers write their own answers. */
export const trlPromptOnly: Exporter<TrlPrompt> = {
  format: 'trl-prompt-only',
  encoding: 'jsonl',
  schema: TrlPrompt,
  needs: 'items whose prompt ends with a turn of the user',
  always: false,
  onDemand: true,
  rowsOf(row) {
    const prompt = turnsOf(row.prompt);
    const fault = promptFault(prompt);
    return fault === null ? { rows: [{ prompt }] } : leftOut(fault);
  },
  identityOf: (row) => JSON.stringify(row),
};

const VisionPrompt = z.object({ images: Images, prompt: z.array(VisionTurn) });
type VisionPrompt = z.infer<typeof VisionPrompt>;

/** The same with what prompts show; prompts that ask for pictures are not for a trainer of texts. */
export const visionPromptOnly: Exporter<VisionPrompt> = {
  format: 'trl-prompt-only',
  encoding: 'jsonl',
  schema: VisionPrompt,
  needs: trlPromptOnly.needs,
  always: false,
  onDemand: true,
  rowsOf(row, context) {
    if (judgesMedia(row)) return leftOut('the answer is no text');
    const plain = trlPromptOnly.rowsOf(row, context);
    if ('leftOut' in plain) return plain;
    const shown = promptShown(row);
    const rows = plain.rows.map(({ prompt }) => ({ images: pathsOf(shown), prompt: visionTurns(prompt, shown) }));
    return { rows, files: shown.files };
  },
  identityOf: (row) => JSON.stringify(row),
};
