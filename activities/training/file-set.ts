/** A training file as a training set: its texts encoded once each, its labels drawn from as a drop's are. */
import type { Encoder } from '../../models/encoders/index.ts';
import { hashOf } from '../../models/hash.ts';
import { splitByGroup } from '../../models/split.ts';
import type { RowFacts, TrainingStep } from '../../models/training/examples.ts';
import type { Label } from '../../schemas/label.ts';
import { breathe } from '../pace.ts';
import type { Progress } from '../ports.ts';
import { type FileRow, readFileRows } from './file-rows.ts';
import { type ExampleRow, SEED } from './rows.ts';
import { type Matrix, responseName } from './set.ts';

/** Texts handed to the encoder at once. */
const AT_ONCE = 512;

export interface TrainingFile {
  readonly rows: readonly FileRow[];
  readonly labels: readonly Label[];
  readonly groupOf: (item: string) => string;
  /** Hash of what it says, whatever its white space. */
  readonly digest: string;
}

/** Characters as DuckDB counts them: code points. */
export const characters = (text: string): number => Array.from(text).length;

/** All rows of a file. Throws ASY-5018. */
export const readTrainingFile = async (chunks: AsyncIterable<Buffer>, file: string): Promise<TrainingFile> => {
  const rows: FileRow[] = [];
  for await (const row of readFileRows(chunks, file)) rows.push(row);
  const groups = new Map(rows.map(({ item, group }) => [item, group]));
  return {
    rows,
    labels: rows.flatMap(({ labels }) => labels),
    groupOf: (item) => groups.get(item) ?? item,
    digest: hashOf(rows.map(hashOf)),
  };
};

export interface ResponseText {
  readonly kind: 'text';
  readonly prompt: string;
  readonly response: string;
}

/** Encodes n texts a batch at a time, in order; of all of them only a batch and its features are held. */
export async function* encodeBatches(
  n: number,
  textOf: (i: number) => ResponseText,
  encoder: Encoder,
  progress: Progress,
): AsyncGenerator<{ readonly at: number; readonly texts: readonly ResponseText[]; readonly features: Float32Array }> {
  for (let at = 0; at < n; at += AT_ONCE) {
    progress.heartbeat({ encoded: at });
    const texts = Array.from({ length: Math.min(AT_ONCE, n - at) }, (_, i) => textOf(at + i));
    yield { at, texts, features: await encoder.encode(texts, { signal: progress.cancelled }) };
    await breathe();
  }
}

export interface EncodedFile extends Matrix {
  /** Of each row of `features`. */
  readonly texts: readonly ResponseText[];
}

/** Features of every response of a file; equal prompts and responses are encoded once. */
export const encodeFile = async (
  { rows }: TrainingFile,
  encoder: Encoder,
  progress: Progress,
): Promise<EncodedFile> => {
  const { id, revision, dims } = encoder.manifest;
  const rowOf = new Map<string, number>();
  const contents = new Map<string, number>();
  const facts: RowFacts[] = [];
  const texts: ResponseText[] = [];
  for (const { item, responses, language, source, group } of rows)
    for (const [index, { prompt, text }] of responses.entries()) {
      const content = hashOf([prompt, text]);
      const known = contents.get(content);
      rowOf.set(responseName(item, index), known ?? facts.length);
      if (known !== undefined) continue;
      contents.set(content, facts.length);
      facts.push({ language, source, group, length: characters(text), generator: null });
      texts.push({ kind: 'text', prompt, response: text });
    }
  const features = new Float32Array(facts.length * dims);
  const text = (i: number) => texts[i] as ResponseText;
  for await (const batch of encodeBatches(texts.length, text, encoder, progress))
    features.set(batch.features, batch.at * dims);
  const items = new Map(
    rows.map(({ item, language, source, translated }) => [item, { language, source, translated }] as const),
  );
  return { encoder: { id, revision, dims }, blocks: encoder.blocks, rowOf, features, facts, items, texts };
};

/** Steps of the file's solutions, split by group as pairs are. */
export const stepsOf = ({ rows }: TrainingFile, { rowOf }: Matrix, validation: number): TrainingStep[] => {
  const solutions = rows.flatMap(({ steps, ...row }) => (steps === null ? [] : [{ ...row, steps }]));
  const held = splitByGroup(
    solutions.map(({ group }) => group),
    validation,
    SEED,
  );
  return solutions.flatMap(({ item, group, steps }) =>
    steps.map((label, position) => ({
      row: rowOf.get(responseName(item, position)) ?? 0,
      solution: item,
      position,
      label,
      weight: 1,
      group,
      split: held.has(group) ? ('validation' as const) : ('train' as const),
    })),
  );
};

/** Steps as rows of `examples.parquet`: the response is the step's place. */
export const stepRows = (steps: readonly TrainingStep[]): ExampleRow[] =>
  steps.map(({ solution, position, label, group, weight, split }) => ({
    item: solution,
    response: position,
    group,
    list: null,
    aspect: 'step',
    value: label,
    weight,
    split,
  }));
