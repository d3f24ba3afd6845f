import { z } from 'zod';
import { Message } from '../../schemas/item.ts';
import { completionOf, type Exporter, leftOut, promptFault, turnsOf } from './exporter.ts';
import { answer, comparison } from './judge.ts';
import { groupPairs, ownPair, type Pair } from './pairs.ts';
import { Images, judgesMedia, pathsOf, promptShown, VisionTurn, visionTurns } from './vision.ts';

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
};

const VisionPreference = z.object({
  images: Images,
  prompt: z.array(VisionTurn),
  chosen: z.array(VisionTurn),
  rejected: z.array(VisionTurn),
});
type VisionPreference = z.infer<typeof VisionPreference>;

const compared = (pair: Pair) => {
  const { prompt, shown, chosen, rejected } = comparison(pair);
  return {
    rows: [{ images: pathsOf(shown), prompt, chosen: answer(chosen), rejected: answer(rejected) }],
    files: shown.files,
  };
};

/** The same with pictures: what the prompt shows, or two generated media of which a judge is asked which is better. */
export const visionPreference: Exporter<VisionPreference> = {
  format: 'trl-preference',
  encoding: 'jsonl',
  always: false,
  schema: VisionPreference,
  needs: 'a preferred and a rejected response, or two rated media of one prompt whose ratings differ by the margin',
  rowsOf(row, context) {
    if (judgesMedia(row)) {
      const pair = ownPair(row);
      return pair === null ? leftOut('no preference between two media of one item') : compared(pair);
    }
    const plain = trlPreference.rowsOf(row, context);
    if ('leftOut' in plain) return plain;
    const shown = promptShown(row);
    const rows = plain.rows.map(({ prompt, chosen, rejected }) => ({
      images: pathsOf(shown),
      prompt: visionTurns(prompt, shown),
      chosen: visionTurns(chosen),
      rejected: visionTurns(rejected),
    }));
    return { rows, files: shown.files };
  },
  groupRows(group, { pairs }) {
    const all = groupPairs(group, pairs).map(compared);
    return { rows: all.flatMap(({ rows }) => rows), files: all.flatMap(({ files }) => files) };
  },
};
