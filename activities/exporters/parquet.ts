import { z } from 'zod';
import { Task } from '../../schemas/annotation.ts';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { Message } from '../../schemas/item.ts';
import { Modality } from '../../schemas/primitives.ts';
import type { Exporter } from './exporter.ts';

/** A flat row for analysis and for trainers of images and video: every column has one plain type. */
export const ParquetRow = z.object({
  item: z.string(),
  split: z.enum(['train', 'validation']),
  modality: Modality,
  language: z.string().nullable(),
  translatedFrom: z.string().nullable(),
  group: z.string(),
  task: Task.nullable(),
  prompt: z.array(Message),
  chosen: z.string().nullable(),
  rejected: z.string().nullable(),
  /** Text of the first response where there is no preference. */
  response: z.string().nullable(),
  /** Texts, models and media (`media/<sha256>` in the bucket) of all responses, in order. */
  responses: z.array(z.string().nullable()),
  models: z.array(z.string().nullable()),
  media: z.array(z.string().nullable()),
  mediaTypes: z.array(z.string().nullable()),
  chosenIndex: z.int().nullable(),
  rejectedIndex: z.int().nullable(),
  rating: z.number().nullable(),
  ratings: z.array(z.object({ aspect: z.string(), value: z.number() })),
  good: z.boolean().nullable(),
  agreement: z.number().nullable(),
  pFlip: z.number().nullable(),
  votes: z.int(),
  scores: z.array(z.number()),
  drop: z.string(),
  file: z.string(),
  row: z.int(),
  license: z.string(),
});
export type ParquetRow = z.infer<typeof ParquetRow>;

const flat = (row: DatasetRow): ParquetRow => {
  const text = (index: number | null) => (index === null ? null : (row.responses[index]?.text ?? null));
  return {
    item: row.item,
    split: row.split,
    modality: row.modality,
    language: row.language,
    translatedFrom: row.translatedFrom,
    group: row.group,
    task: row.task,
    prompt: row.prompt,
    chosen: text(row.chosen),
    rejected: text(row.rejected),
    response: row.chosen === null ? text(0) : null,
    responses: row.responses.map((response) => response.text),
    models: row.responses.map((response) => response.model),
    media: row.responses.map((response) => response.media?.sha256 ?? null),
    mediaTypes: row.responses.map((response) => response.media?.type ?? null),
    chosenIndex: row.chosen,
    rejectedIndex: row.rejected,
    rating: row.rating,
    ratings: Object.entries(row.ratings ?? {}).map(([aspect, value]) => ({ aspect, value })),
    good: row.good,
    agreement: row.agreement,
    pFlip: row.pFlip,
    votes: row.n,
    scores: row.scores ?? [],
    drop: row.origin.drop,
    file: row.origin.file,
    row: row.origin.row,
    license: row.origin.license,
  };
};

/** Every row with its labels, scores and origin, of any modality. */
export const parquet: Exporter<ParquetRow> = {
  format: 'parquet',
  encoding: 'parquet',
  schema: ParquetRow,
  needs: 'nothing',
  always: true,
  rowsOf: (row) => ({ rows: [flat(row)] }),
  check: ({ item, responses }) =>
    item === '' ? 'item is empty' : responses.length === 0 ? 'there is no response' : null,
};
