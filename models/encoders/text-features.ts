/** From an embedding of texts to the features a reward head reads (methods.md: encoder features are response ‖ interaction ‖ style). */
import { AssayError } from '../../schemas/errors.ts';
import type { EncoderManifest } from '../../schemas/model.ts';
import { sha256 } from '../hash.ts';
import { assertFinite } from '../runtime.ts';
import { composed } from './composed.ts';
import type { EncodeOptions, Encoder, EncoderInput, FeatureBlock, TextEmbedder } from './encoder.ts';
import type { Words } from './ngrams.ts';
import { readable } from './ngrams.ts';
import { STYLE, writeStyle } from './style.ts';
import { wordsOf } from './words.ts';

/** Raised with every change to what is made of texts and their embeddings. */
const LAYOUT = 2;
const BATCH = 256;
/** Widest each block gets: features are kept for every response, so a row stays near 3 KB whatever the embedding's width. */
const WIDEST = { response: 384, interaction: 256, prompt: 64 } as const;

/** The blocks of a feature row over an embedding of `dims` numbers; `style` ends with the cosine of prompt and response. */
export const textBlocks = (dims: number): readonly FeatureBlock[] => {
  let at = 0;
  const block = (name: string, width: number, shared: boolean): FeatureBlock => {
    const from = at;
    at += width;
    return { name, from, to: at, shared };
  };
  return [
    block('response', Math.min(dims, WIDEST.response), true),
    block('interaction', Math.min(dims, WIDEST.interaction), true),
    block('prompt', Math.min(dims, WIDEST.prompt), true),
    block('style', STYLE.length + 1, false),
  ];
};

/** Width of a feature row over an embedding of `dims` numbers. */
export const textDims = (dims: number): number => textBlocks(dims).at(-1)?.to ?? 0;

/** Revision of the encoder made of an embedder: its own, and how features are laid out. */
export const textRevision = (embedder: string): string => sha256(`text:${LAYOUT}:${embedder}`).slice(0, 16);

type TextInput = Extract<EncoderInput, { kind: 'text' }>;

/** Each distinct text of a batch once, in order of appearance, and the place of each. */
const distinct = (batch: readonly TextInput[]): Map<string, number> => {
  const places = new Map<string, number>();
  for (const { prompt, response } of batch)
    for (const text of [prompt, response]) if (!places.has(text)) places.set(text, places.size);
  return places;
};

const encodeBatch = async (
  embedder: TextEmbedder,
  batch: readonly TextInput[],
  out: Float32Array,
  options: EncodeOptions,
): Promise<void> => {
  const { dims } = embedder;
  const blocks = textBlocks(dims);
  const [response, interaction, prompt, style] = blocks.map(({ from }) => from) as [number, number, number, number];
  const width = textDims(dims);
  const places = distinct(batch);
  const rows = await embedder.embed([...places.keys()], options);
  assertFinite(rows, embedder.id);
  const promptWords = new Map<string, Words>();
  batch.forEach((input, i) => {
    const at = i * width;
    const of = (text: string): Float32Array => {
      const place = places.get(text) ?? 0;
      return rows.subarray(place * dims, (place + 1) * dims);
    };
    const given = of(input.response);
    const asked = of(input.prompt);
    out.set(given.subarray(0, interaction - response), at + response);
    for (let j = 0; j < prompt - interaction; j++) out[at + interaction + j] = (given[j] ?? 0) * (asked[j] ?? 0);
    out.set(asked.subarray(0, style - prompt), at + prompt);
    let words = promptWords.get(input.prompt);
    if (words === undefined) {
      words = wordsOf(readable(input.prompt));
      promptWords.set(input.prompt, words);
    }
    writeStyle(out, at + style, input.response, wordsOf(readable(input.response)), input.prompt, words);
    let cosine = 0;
    for (let j = 0; j < dims; j++) cosine += (given[j] ?? 0) * (asked[j] ?? 0);
    out[at + width - 1] = cosine;
  });
};

/**
 * The encoder over an embedder: rows are response ‖ response ⊙ prompt ‖ prompt ‖ style ‖ cosine. Blocks narrower than the embedding hold
 * its first numbers; the cosine is over all of it. Each distinct text of a batch is embedded once. Images are refused with
 * ASY-5003, an embedding with NaN with ASY-5005.
 */
export const textEncoder = (embedder: TextEmbedder, manifest: Omit<EncoderManifest, 'dims' | 'revision'>): Encoder => {
  const dims = textDims(embedder.dims);
  const textOf = (input: EncoderInput): TextInput => {
    if (input.kind !== 'text') throw new AssayError('ASY-5003', { file: embedder.id, reason: 'it encodes text only' });
    return input;
  };
  return {
    manifest: { ...manifest, dims, revision: textRevision(embedder.revision) },
    blocks: textBlocks(embedder.dims),
    image: null,
    embedder,
    async encode(inputs, { signal, onProgress } = {}) {
      const features = new Float32Array(inputs.length * dims);
      for (let from = 0; from < inputs.length; from += BATCH) {
        signal?.throwIfAborted();
        const batch = composed(inputs.slice(from, from + BATCH).map(textOf));
        // A slow embedder has several batches of its own in this one: whoever listens hears that it is alive.
        const options = { signal, onProgress: () => onProgress?.(from) };
        await encodeBatch(embedder, batch, features.subarray(from * dims), options);
        onProgress?.(from + batch.length);
      }
      return features;
    },
  };
};
