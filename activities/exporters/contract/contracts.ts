/** What each trainer takes (protocols read: TRL 1.9 to 1.16, OpenRLHF 0.11, verl 0.9, LLaMA-Factory 0.9). */
import type { ExportFormat } from '../../../schemas/pipeline.ts';
import { all, type Row, type Rule } from './breach.ts';
import {
  alternating,
  boolean,
  columns,
  margin,
  pictures,
  placeholders,
  promptOnce,
  promptShared,
  sidesDiffer,
  steps,
  text,
  unpaired,
  verlFields,
  without,
} from './rules.ts';
import { answer, conversation, prompt, turnsOnly } from './said.ts';

export interface Contract {
  /** What holds of a row by itself. */
  readonly row: Rule;
  /** Columns whose texts must have one form in all rows. */
  readonly said: readonly string[];
  /** A boolean column that must take both values. */
  readonly both?: string;
}

/** TRL's names for what it hands to reward functions besides the row's columns (grpo_trainer.py, `_calculate_rewards`). */
const FILLED = ['prompts', 'completions', 'completion_ids', 'trainer_state', 'log_extra', 'log_metric', 'environments'];

const NOT_READ = without(['chosen', 'rejected', 'completion'], 'trainers that make their own answers do not read it');

/** SFT takes three types of rows; which one, the columns say. */
const sft: Rule = (row: Row) => {
  if (row['messages'] !== undefined) return all(conversation('messages'), pictures(['messages']))(row);
  if (row['text'] !== undefined) return all(text('text'), answer('text'))(row);
  return all(prompt('prompt'), answer('completion'), pictures(['prompt'], ['completion']))(row);
};

const chosenAndRejected = (of: (column: string) => Rule): Rule => all(of('chosen'), of('rejected'), sidesDiffer);

const openrlhfText = (column: string, of: (column: string) => Rule): Rule => all(of(column), placeholders(column));

/** LLaMA-Factory takes one turn for a side, as an object. */
const turn =
  (column: string): Rule =>
  (row) =>
    answer(column)({ [column]: Array.isArray(row[column]) ? row[column] : [row[column]] });

export const CONTRACTS: Readonly<Partial<Record<ExportFormat, Contract>>> = {
  'trl-preference': {
    row: all(
      prompt('prompt'),
      promptOnce,
      chosenAndRejected(answer),
      margin,
      pictures(['prompt'], ['chosen', 'rejected']),
    ),
    said: ['prompt', 'chosen', 'rejected'],
  },
  'trl-sft': { row: sft, said: ['prompt', 'completion', 'messages', 'text'] },
  'trl-kto': {
    row: all(unpaired, prompt('prompt'), answer('completion'), boolean('label'), pictures(['prompt'], ['completion'])),
    said: ['prompt', 'completion'],
    both: 'label',
  },
  'trl-reward': {
    row: all(
      columns('chosen', 'rejected'),
      without(['prompt'], 'the prompt stands in both sides; with a column of its own the row is `trl-preference`'),
      without(['image', 'images'], 'the reward trainer reads no pictures'),
      chosenAndRejected(conversation),
      promptShared,
      margin,
    ),
    said: ['chosen', 'rejected'],
  },
  'trl-prompt-only': { row: all(NOT_READ, prompt('prompt'), pictures(['prompt'])), said: ['prompt'] },
  'trl-grpo': {
    row: all(
      NOT_READ,
      without(FILLED, 'TRL hands a value of its own by this name to reward functions'),
      prompt('prompt'),
      pictures(['prompt']),
    ),
    said: ['prompt'],
  },
  'trl-prm': { row: all(columns('prompt'), text('prompt'), prompt('prompt'), steps), said: ['prompt'] },
  'openrlhf-sft': { row: all(prompt('input'), answer('output')), said: ['input', 'output'] },
  'openrlhf-rm': {
    row: all(
      without(
        ['prompt'],
        'sides come out otherwise with `--data.prompt_key` than without (OpenRLHF 909); keep it inside both',
      ),
      chosenAndRejected(conversation),
      promptShared,
      margin,
    ),
    said: ['chosen', 'rejected'],
  },
  'openrlhf-prompt': { row: all(openrlhfText('input', prompt), text('label')), said: ['input'] },
  verl: { row: all(turnsOnly('prompt'), openrlhfText('prompt', prompt), verlFields), said: ['prompt'] },
  'llamafactory-sft': {
    row: all(turnsOnly('messages'), openrlhfText('messages', conversation), alternating('messages')),
    said: ['messages'],
  },
  'llamafactory-dpo': {
    row: all(
      turnsOnly('messages'),
      prompt('messages'),
      alternating('messages'),
      chosenAndRejected(turn),
      placeholders('messages', 'chosen', 'rejected'),
    ),
    said: ['messages'],
  },
  'llamafactory-kto': {
    row: all(turnsOnly('messages'), openrlhfText('messages', conversation), alternating('messages'), boolean('label')),
    said: ['messages'],
    both: 'label',
  },
};
