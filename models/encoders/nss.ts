import { AssayError } from '../../schemas/errors.ts';
import type { EncoderManifest } from '../../schemas/model.ts';
import { sha256 } from '../hash.ts';
import type { Session } from '../runtime.ts';
import { float32Of, openSession, run } from '../runtime.ts';
import type { Encoder, EncoderInput } from './encoder.ts';
import { NSS_FEATURES, nssGraph } from './nss-graph.ts';

/** Raised with every change to what is done before the graph runs. */
const PREPROCESSING = 1;
const BATCH = 8;
const LEAST = 32;
const DIMS = NSS_FEATURES.length;

/** The size images are brought to, so that statistics of different images compare. */
export const NSS_SIZE = { width: 224, height: 224, channels: 1 } as const;

/** Hash of the graph and the preprocessing version: the manifest states it, opening checks it. */
export const nssRevision = (): string =>
  sha256(`nss:${PREPROCESSING}:${NSS_SIZE.width}x${NSS_SIZE.height}:${sha256(nssGraph())}`).slice(0, 16);

type ImageInput = Extract<EncoderInput, { kind: 'image' }>;

const imageOf = (input: EncoderInput): ImageInput => {
  const fail = (reason: string) => new AssayError('ASY-5003', { file: 'nss', reason });
  if (input.kind !== 'image') throw fail('it encodes images only');
  if (input.width < LEAST || input.height < LEAST) throw fail(`images must be at least ${LEAST} × ${LEAST}`);
  if (input.channels !== 1 || input.pixels.length !== input.width * input.height)
    throw fail(`${input.pixels.length} values of ${input.channels} channels for grey ${input.width} × ${input.height}`);
  return input;
};

const encodeBatch = async (session: Session, batch: readonly ImageInput[]): Promise<Float32Array> => {
  const [first] = batch;
  if (first === undefined) return new Float32Array(0);
  const pixels = first.width * first.height;
  const data = new Uint8Array(batch.length * pixels);
  batch.forEach((input, i) => data.set(input.pixels, i * pixels));
  const dims = [batch.length, 1, first.height, first.width];
  return float32Of(await run(session, { image: { type: 'uint8', dims, data } }), 'features');
};

/** Runs of at most BATCH neighbours of one size. */
const batches = (inputs: readonly ImageInput[]): ImageInput[][] => {
  const all: ImageInput[][] = [];
  for (const input of inputs) {
    const last = all.at(-1);
    const [head] = last ?? [];
    if (last && head && last.length < BATCH && head.width === input.width && head.height === input.height)
      last.push(input);
    else all.push([input]);
  }
  return all;
};

/** Opens the bundled image encoder. Throws ASY-5002 where the graph is not the one the manifest names. */
export const openNss = async (manifest: EncoderManifest): Promise<Encoder> => {
  if (manifest.revision !== nssRevision()) throw new AssayError('ASY-5002', { file: `${manifest.id}.json` });
  const session = await openSession(nssGraph(), { name: manifest.id });
  return {
    manifest,
    blocks: [{ name: 'statistics', from: 0, to: DIMS, shared: false }],
    image: NSS_SIZE,
    embedder: null,
    async encode(inputs, { signal, onProgress } = {}) {
      const features = new Float32Array(inputs.length * DIMS);
      let at = 0;
      for (const batch of batches(inputs.map(imageOf))) {
        signal?.throwIfAborted();
        features.set(await encodeBatch(session, batch), at * DIMS);
        at += batch.length;
        onProgress?.(at);
      }
      return features;
    },
  };
};
