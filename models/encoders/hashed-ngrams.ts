import { AssayError } from '../../schemas/errors.ts';
import type { EncoderManifest } from '../../schemas/model.ts';
import { sha256 } from '../hash.ts';
import type { Session } from '../runtime.ts';
import { float32Of, openSession, run } from '../runtime.ts';
import { composed } from './composed.ts';
import type { Encoder, EncoderInput, FeatureBlock } from './encoder.ts';
import type { Cells, Words } from './ngrams.ts';
import { addNgrams, BUCKETS, createCells, createWords, readable } from './ngrams.ts';
import { STYLE, writeStyle } from './style.ts';
import { TEXT_DIMS, textGraph } from './text-graph.ts';

/** Raised with every change to what is done before the graph runs. */
const PREPROCESSING = 2;
const BATCH = 128;

/** Hash of the graph and the preprocessing version: the manifest states it, opening checks it. */
export const hashedNgramsRevision = (): string =>
  sha256(`hashed-ngrams:${PREPROCESSING}:${sha256(textGraph())}`).slice(0, 16);

const BLOCKS: readonly FeatureBlock[] = [
  { name: 'response', from: 0, to: BUCKETS, shared: true },
  { name: 'interaction', from: BUCKETS, to: 2 * BUCKETS, shared: true },
  { name: 'style', from: 2 * BUCKETS, to: TEXT_DIMS, shared: false },
];

type TextInput = Extract<EncoderInput, { kind: 'text' }>;

interface Prompt {
  readonly row: number;
  readonly words: Words;
}

/** Reused from batch to batch and call to call, so that encoding a million rows allocates as much as encoding one batch. */
interface Scratch {
  readonly responses: Cells;
  readonly prompts: Cells;
  readonly words: Words;
}

const encodeBatch = async (session: Session, batch: readonly TextInput[], scratch: Scratch): Promise<Float32Array> => {
  const { responses, prompts, words } = scratch;
  responses.length = 0;
  prompts.length = 0;
  const known = new Map<string, Prompt>();
  const promptRow = new Int32Array(batch.length);
  const style = new Float32Array(batch.length * STYLE.length);
  batch.forEach((input, row) => {
    let prompt = known.get(input.prompt);
    if (prompt === undefined) {
      addNgrams(readable(input.prompt), known.size, prompts, words);
      prompt = { row: known.size, words: { ids: words.ids.slice(0, words.length), length: words.length } };
      known.set(input.prompt, prompt);
    }
    promptRow[row] = prompt.row;
    addNgrams(readable(input.response), row, responses, words);
    writeStyle(style, row * STYLE.length, input.response, words, input.prompt, prompt.words);
  });
  const cells = (given: Cells, name: string, rows: number) =>
    ({
      [`${name}_cells`]: { type: 'int64', dims: [1], data: BigInt64Array.of(BigInt(rows * BUCKETS)) },
      [`${name}_index`]: { type: 'int32', dims: [given.length], data: given.index.subarray(0, given.length) },
      [`${name}_weight`]: { type: 'float32', dims: [given.length], data: given.weight.subarray(0, given.length) },
    }) as const;
  const outputs = await run(session, {
    ...cells(responses, 'response', batch.length),
    ...cells(prompts, 'prompt', known.size),
    prompt_row: { type: 'int32', dims: [batch.length], data: promptRow },
    style: { type: 'float32', dims: [batch.length, STYLE.length], data: style },
  });
  return float32Of(outputs, 'features');
};

const textOf = (input: EncoderInput): TextInput => {
  if (input.kind !== 'text')
    throw new AssayError('ASY-5003', { file: 'hashed-ngrams', reason: 'it encodes text only' });
  return input;
};

/** Opens the bundled text encoder. Throws ASY-5002 where the graph is not the one the manifest names. */
export const openHashedNgrams = async (manifest: EncoderManifest): Promise<Encoder> => {
  if (manifest.revision !== hashedNgramsRevision()) throw new AssayError('ASY-5002', { file: `${manifest.id}.json` });
  const session = await openSession(textGraph(), { name: manifest.id });
  const free: Scratch[] = [];
  return {
    manifest,
    blocks: BLOCKS,
    image: null,
    embedder: null,
    async encode(inputs, { signal, onProgress } = {}) {
      const features = new Float32Array(inputs.length * TEXT_DIMS);
      // Calls that overlap each take their own; no more are kept than ever ran at once.
      const scratch = free.pop() ?? { responses: createCells(), prompts: createCells(), words: createWords() };
      try {
        for (let from = 0; from < inputs.length; from += BATCH) {
          signal?.throwIfAborted();
          const batch = composed(inputs.slice(from, from + BATCH).map(textOf));
          features.set(await encodeBatch(session, batch, scratch), from * TEXT_DIMS);
          onProgress?.(from + batch.length);
        }
      } finally {
        free.push(scratch);
      }
      return features;
    },
  };
};
