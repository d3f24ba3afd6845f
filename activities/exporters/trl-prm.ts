import { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { stepsOf } from '../../schemas/pieces.ts';
import { captionOf, type Exporter, leftOut, promptFault, turnsOf } from './exporter.ts';

const TrlPrm = z.object({ prompt: z.string(), completions: z.array(z.string()), labels: z.array(z.boolean()) });
type TrlPrm = z.infer<typeof TrlPrm>;

/** A step that is neither right nor wrong counts as right (Lightman et al. 2023, appendix F). */
const isRight = (label: number): boolean => label >= 0;

/** The steps of a response that were judged; null where there are fewer steps than labels. */
const judgedSteps = (row: DatasetRow, response: number): Pick<TrlPrm, 'completions' | 'labels'> | null => {
  const labels = row.steps?.[response] ?? [];
  const pieces = stepsOf(row.responses[response]?.text ?? '').map(({ text }) => text);
  if (labels.length === 0 || labels.length > pieces.length) return null;
  return { completions: pieces.slice(0, labels.length), labels: labels.map(isRight) };
};

/** TRL's stepwise supervision: texts, not turns, since its PRM trainer joins prompt and steps without a chat template. */
export const trlPrm: Exporter<TrlPrm> = {
  format: 'trl-prm',
  encoding: 'jsonl',
  schema: TrlPrm,
  needs: 'text items whose responses have labels of their steps',
  always: false,
  rowsOf(row) {
    const judged = row.responses.flatMap((_, response) => judgedSteps(row, response) ?? []);
    if (judged.length === 0) return leftOut('no step was judged');
    if (row.prompt.some(({ role }) => role === 'assistant' || role === 'tool'))
      return leftOut('a prompt of several turns');
    const fault = promptFault(turnsOf(row.prompt));
    if (fault !== null) return leftOut(fault);
    return { rows: judged.map((steps) => ({ prompt: captionOf(row), ...steps })) };
  },
};
