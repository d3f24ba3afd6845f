import { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { Message } from '../../schemas/item.ts';
import { binOf, figureOf, tagged, tagOf } from './conditional.ts';
import { exemplary } from './exemplary.ts';
import {
  type Conditions,
  completionOf,
  type ExportContext,
  type Exported,
  type Exporter,
  leftOut,
  promptFault,
  turnsOf,
} from './exporter.ts';
import { answer, comparison, figure, type Question, rating } from './judge.ts';
import { groupPairs, ownPair, type Pair } from './pairs.ts';
import { Images, judgesMedia, pathsOf, promptShown, VisionTurn, visionTurns } from './vision.ts';

export const TrlSft = z.object({ prompt: z.array(Message), completion: z.array(Message) });
export type TrlSft = z.infer<typeof TrlSft>;

/** The response worth imitating. */
const imitated = (row: DatasetRow, context: ExportContext): Exported<TrlSft> => {
  const index = exemplary(row, context);
  if (index === null) return leftOut('no response worth imitating');
  const completion = completionOf(row, index);
  return completion === null
    ? leftOut('a response without text')
    : { rows: [{ prompt: turnsOf(row.prompt), completion }] };
};

/** Every response that has a text and a figure, its prompt tagged with the figure's bin. */
const conditioned = (row: DatasetRow, conditions: Conditions): Exported<TrlSft> => {
  const rows = row.responses.flatMap((_, response) => {
    const completion = completionOf(row, response);
    const figure = figureOf(row, response, conditions);
    if (completion === null || figure === null) return [];
    return [{ prompt: tagged(turnsOf(row.prompt), tagOf(binOf(figure, conditions), conditions)), completion }];
  });
  return rows.length === 0 ? leftOut('no response with a text and a figure') : { rows };
};

/**
 * TRL's prompt-completion type, conversational: supervised fine-tuning on the responses people preferred, demonstrated or rated highly;
 * where `export.conditional` asks for it, on all of them with their figure's bin in the prompt.
 */
export const trlSft: Exporter<TrlSft> = {
  format: 'trl-sft',
  encoding: 'jsonl',
  schema: TrlSft,
  needs: 'text items with a preferred, demonstrated, good or highly rated response',
  always: false,
  rowsOf(row, context) {
    const { conditional } = context;
    const answered = conditional === null ? imitated(row, context) : conditioned(row, conditional);
    if ('leftOut' in answered) return answered;
    const fault = promptFault(turnsOf(row.prompt));
    return fault === null ? answered : leftOut(fault);
  },
};

const VisionSft = z.object({ images: Images, prompt: z.array(VisionTurn), completion: z.array(VisionTurn) });
type VisionSft = z.infer<typeof VisionSft>;

interface Answered {
  readonly question: Question;
  readonly words: string;
}

const asRows = (answered: readonly Answered[]) => ({
  rows: answered.map(({ question, words }) => ({
    images: pathsOf(question.shown),
    prompt: question.prompt,
    completion: answer(words),
  })),
  files: answered.flatMap(({ question }) => question.shown.files),
});

const compared = (pair: Pair): Answered => {
  const question = comparison(pair);
  return { question, words: question.chosen };
};

/** What people said of the media of one item: each aspect's rating, and which of two is better. */
const answersOf = (row: DatasetRow, { scale }: ExportContext): Answered[] => {
  const media = row.responses[0]?.media ?? null;
  const rated = media === null || scale === null ? [] : Object.entries(row.ratings ?? {});
  const pair = ownPair(row);
  return [
    ...rated.flatMap(([aspect, value]) =>
      media === null || scale === null
        ? []
        : [{ question: rating({ row, response: 0, media, score: value }, aspect, scale), words: figure(value) }],
    ),
    ...(pair === null ? [] : [compared(pair)]),
  ];
};

/** The same with pictures: what the prompt shows, or generated media that a judge is asked to rate and compare. */
export const visionSft: Exporter<VisionSft> = {
  format: 'trl-sft',
  encoding: 'jsonl',
  always: false,
  schema: VisionSft,
  needs: 'a preferred, demonstrated, good or highly rated response, or rated media',
  rowsOf(row, context) {
    if (judgesMedia(row)) {
      const answered = answersOf(row, context);
      return answered.length === 0 ? leftOut('neither a rating nor a preference of media') : asRows(answered);
    }
    const plain = trlSft.rowsOf(row, context);
    if ('leftOut' in plain) return plain;
    const shown = promptShown(row);
    const rows = plain.rows.map(({ prompt, completion }) => ({
      images: pathsOf(shown),
      prompt: visionTurns(prompt, shown),
      completion: visionTurns(completion),
    }));
    return { rows, files: shown.files };
  },
  groupRows: (group, { pairs }) => asRows(groupPairs(group, pairs).map(compared)),
};
