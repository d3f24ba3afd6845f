/** Rows of a training file: what each line says as items and labels, so that a file is drawn from as the tables are. */
import { z } from 'zod';
import { hashOf } from '../../models/hash.ts';
import { stepTexts } from '../../models/process-reward.ts';
import type { Task } from '../../schemas/annotation.ts';
import { AssayError, isAssayError } from '../../schemas/errors.ts';
import type { Label } from '../../schemas/label.ts';
import { Language } from '../../schemas/primitives.ts';
import { promptText } from '../encoding.ts';
import type { Draft } from '../importers/draft.ts';
import { asPrompt, asRow, field, fromZod, invalid, type Row } from '../importers/fields.ts';
import { readJsonRows } from '../importers/json-rows.ts';
import { importTrlPreference } from '../importers/trl-preference.ts';
import { originalLanguage } from '../item-builder.ts';

/** Bytes of the longest line that is read. */
const LINE_BYTES = 8 * 1024 * 1024;

/** What a line of a training file says. */
export interface FileRow {
  /** Its line, from 1: the item's name. */
  readonly item: string;
  readonly group: string;
  readonly language: string | null;
  readonly source: string;
  readonly translated: boolean;
  /** One per response; of a row of steps one per step, each after all before it. */
  readonly responses: readonly { readonly prompt: string; readonly text: string }[];
  readonly labels: readonly Label[];
  /** P(right) of each response where they are steps. */
  readonly steps: readonly number[] | null;
}

const text = z.string();
const share = z.number().min(0).max(1);

/** Columns that any row may have. */
const Facts = z.object({
  language: Language.nullish(),
  source: text.nullish(),
  group: text.nullish(),
  translated_from: Language.nullish(),
  /** How much better the chosen one is, 1 (slightly) … 4 (much), as annotators state it. */
  margin: z.number().min(1).max(4).nullish(),
  pFlip: share.nullish(),
});

const Ranked = z
  .object({ responses: z.array(text).min(2), ranks: z.array(z.int().min(1)).min(2) })
  .refine(({ responses, ranks }) => responses.length === ranks.length, { path: ['ranks'], error: 'one per response' });

const Rated = z.object({
  response: text,
  rating: z.number().optional(),
  label: z.boolean().optional(),
  aspects: z.record(text, z.number()).optional(),
});

/** TRL's stepwise supervision: one label per completion. */
const Stepwise = z
  .object({ completions: z.array(text).min(1), labels: z.array(z.union([z.boolean(), share])).min(1) })
  .refine(({ completions, labels }) => completions.length === labels.length, {
    path: ['labels'],
    error: 'one per completion',
  });

const parsed = <T extends z.ZodType>(schema: T, row: Row): z.infer<T> => {
  const result = schema.safeParse(row);
  if (!result.success) throw fromZod(result.error);
  return result.data;
};

const label = (item: string, task: Task, change: Partial<Label>): Label => ({
  item,
  task,
  response: null,
  aspect: null,
  category: null,
  value: null,
  posterior: null,
  pFlip: null,
  agreement: null,
  std: null,
  n: 1,
  votes: {},
  method: task === 'pairwise' || task === 'binary' ? 'majority' : 'mean',
  ...change,
});

type Content = Pick<FileRow, 'responses' | 'labels' | 'steps'> & { readonly prompt: string };

/** TRL's importer looks at the row alone, not at a drop. */
const draftOf = importTrlPreference as (row: unknown) => Draft;

const preference = (row: Row, item: string, { margin, pFlip }: z.infer<typeof Facts>): Content => {
  const draft = draftOf(row);
  const prompt = promptText({ prompt: [...draft.prompt] });
  const responses = draft.responses.map((response) => ({ prompt, text: response.text ?? '' }));
  const facts = { category: 'a', value: margin ?? null, pFlip: pFlip ?? null };
  return { prompt, responses, labels: [label(item, 'pairwise', facts)], steps: null };
};

const withPrompt = (row: Row): string => {
  const prompt = field(row, 'prompt');
  return prompt === undefined ? '' : promptText({ prompt: asPrompt(prompt, 'prompt') });
};

const ranked = (row: Row, item: string): Content => {
  const prompt = withPrompt(row);
  const { responses, ranks } = parsed(Ranked, row);
  return {
    prompt,
    responses: responses.map((response) => ({ prompt, text: response })),
    labels: ranks.map((value, response) => label(item, 'ranking', { response, value })),
    steps: null,
  };
};

const rated = (row: Row, item: string): Content => {
  const prompt = withPrompt(row);
  const { response, rating, label: good, aspects } = parsed(Rated, row);
  const figures = { ...aspects, ...(rating === undefined ? {} : { rating }) };
  const labels = Object.entries(figures).map(([aspect, value]) =>
    label(item, 'rating', { response: 0, aspect, value }),
  );
  if (good !== undefined) labels.push(label(item, 'binary', { response: 0, category: String(good) }));
  if (labels.length === 0) throw invalid('rating', 'one of rating, label and aspects is needed');
  return { prompt, responses: [{ prompt, text: response }], labels, steps: null };
};

const stepwise = (row: Row): Content => {
  const prompt = withPrompt(row);
  const { completions, labels } = parsed(Stepwise, row);
  return {
    prompt,
    responses: Array.from(stepTexts(prompt, completions), ({ prompt: before, response }) => ({
      prompt: before,
      text: response,
    })),
    labels: [],
    steps: labels.map(Number),
  };
};

const contentOf = (row: Row, item: string, facts: z.infer<typeof Facts>): Content => {
  if (field(row, 'chosen') !== undefined || field(row, 'rejected') !== undefined) return preference(row, item, facts);
  if (field(row, 'responses') !== undefined) return ranked(row, item);
  if (field(row, 'completions') !== undefined) return stepwise(row);
  if (field(row, 'response') !== undefined) return rated(row, item);
  throw invalid('row', 'has none of chosen, responses, response and completions');
};

/**
 * The rows of a JSON Lines file: `{prompt?, chosen, rejected, margin?}` as TRL has it, `{prompt, responses, ranks}` (1 the best),
 * `{prompt, response, rating | label | aspects}`, or `{prompt, completions, labels}` for steps; each with `language`, `source`,
 * `group`, `translated_from` and `pFlip` where known. Throws ASY-5018 with the line of the first row that is none of these.
 */
export async function* readFileRows(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<FileRow> {
  for await (const { row: line, value, fault } of readJsonRows(chunks, { rowBytes: LINE_BYTES })) {
    try {
      if (fault !== undefined) throw fault;
      const row = asRow(value);
      const facts = parsed(Facts, row);
      const item = String(line);
      const { prompt, ...content } = contentOf(row, item, facts);
      const { source, group } = facts;
      const language = facts.language ?? null;
      yield {
        item,
        group: group ?? hashOf(prompt),
        language,
        source: source ?? file,
        translated: originalLanguage(facts.translated_from ?? null, language) !== null,
        ...content,
      };
    } catch (cause) {
      if (!isAssayError(cause)) throw cause;
      throw new AssayError('ASY-5018', { file, line, reason: cause.message }, { cause });
    }
  }
}
