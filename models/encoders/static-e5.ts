/** `static-e5`: a text is the weighted sum of its tokens' vectors, of length 1 (SIF, Arora et al. 2017; see models/bundled/text/card.md). */
import { setImmediate } from 'node:timers/promises';
import { AssayError } from '../../schemas/errors.ts';
import type { EncoderManifest } from '../../schemas/model.ts';
import { sha256 } from '../hash.ts';
import type { Encoder, TextEmbedder } from './encoder.ts';
import stated from './static-e5.json' with { type: 'json' };
import type { StaticVectors } from './static-e5-file.ts';
import { CENTROIDS, COMPONENTS, readStaticVectors } from './static-e5-file.ts';
import { textEncoder, textRevision } from './text-features.ts';
import { countPieces, createUnigram } from './unigram.ts';

/** Raised with every change to what is done to a text before its vectors are summed. */
const PREPROCESSING = 1;
const FILE = new URL('../bundled/text/static-e5.safetensors', import.meta.url);
const BATCH = 128;

/** Hash of the file and the preprocessing version. */
const embedderRevision = (): string => sha256(`static-e5:${PREPROCESSING}:${stated.sha256}`).slice(0, 16);

/** What the manifest has to state as the encoder's revision. */
export const staticE5Revision = (): string => textRevision(embedderRevision());

/**
 * Writes the sum of the pieces' vectors to `out`, scaled to length 1. A centroid's four components are summed in registers, one code at a
 * time: four times as fast as Gather nodes of ONNX Runtime (6.0 against 1.5 M tokens/s), which is why this file is no ONNX model.
 */
const sum = ({ codes, codebooks, codesPerPiece, weights }: StaticVectors, ids: Int32Array, out: Float32Array): void => {
  const count = codesPerPiece;
  let squares = 0;
  for (let m = 0; m < count; m++) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let t = 0; t < ids.length; t++) {
      const id = ids[t] ?? 0;
      const at = (m * CENTROIDS + (codes[id * count + m] ?? 0)) * COMPONENTS;
      const weight = weights[id] ?? 0;
      a += weight * (codebooks[at] ?? 0);
      b += weight * (codebooks[at + 1] ?? 0);
      c += weight * (codebooks[at + 2] ?? 0);
      d += weight * (codebooks[at + 3] ?? 0);
    }
    out[m] = a;
    out[m + count] = b;
    out[m + 2 * count] = c;
    out[m + 3 * count] = d;
    squares += a * a + b * b + c * c + d * d;
  }
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  for (let j = 0; j < out.length; j++) out[j] = (out[j] ?? 0) * scale;
};

const createEmbedder = (vectors: StaticVectors): TextEmbedder => {
  const unigram = createUnigram(vectors.vocabulary);
  const dims = vectors.codesPerPiece * COMPONENTS;
  return {
    id: stated.id,
    revision: embedderRevision(),
    dims,
    async embed(texts, { signal, onProgress } = {}) {
      const rows = new Float32Array(texts.length * dims);
      for (let from = 0; from < texts.length; from += BATCH) {
        signal?.throwIfAborted();
        const batch = texts.slice(from, from + BATCH);
        batch.forEach((text, i) => {
          sum(vectors, unigram.encode(text), rows.subarray((from + i) * dims, (from + i + 1) * dims));
        });
        onProgress?.(from + batch.length);
        // Nothing here waits by itself; heartbeats and requests are given their turn.
        await setImmediate();
      }
      return rows;
    },
  };
};

/**
 * Opens the bundled multilingual text encoder. Throws ASY-5002 where the file or the revision is not the one the manifest states,
 * ASY-5003 where the file cannot be read.
 */
export const openStaticE5 = async (manifest: EncoderManifest, file: URL = FILE): Promise<Encoder> => {
  if (manifest.revision !== staticE5Revision()) throw new AssayError('ASY-5002', { file: `${manifest.id}.json` });
  return textEncoder(createEmbedder(await readStaticVectors(file, stated.sha256)), manifest);
};

/** How many of the encoder's pieces a text has; characters that none holds are not counted. Throws as `openStaticE5` does of the file. */
export const openStaticE5Counter = async (file: URL = FILE): Promise<(text: string) => number> => {
  const unigram = createUnigram((await readStaticVectors(file, stated.sha256)).vocabulary);
  return (text) => countPieces(unigram, text);
};
