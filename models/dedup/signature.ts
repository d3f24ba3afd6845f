/**
 * What near-duplicate detection keeps of an item: n-grams of its prompt and of each response apart. Two items are near where both are
 * alike, so that a long prompt does not make different answers to it look the same.
 */
import type { NearConfig } from '../../schemas/curation.ts';
import { mix } from '../encoders/ngrams.ts';
import { align } from './align.ts';
import { hammingDistance, hashBands } from './hamming.ts';
import { distinct, jaccard } from './jaccard.ts';
import { createSigner, drawPermutations } from './minhash.ts';
import { createShingler } from './shingles.ts';
import { bandKey } from './text.ts';
import { type FrameHashes, frameMatchShare } from './video.ts';

export interface Signature {
  /** Unsigned, each once: items that share one are compared. */
  readonly keys: readonly number[];
  /** N-gram hashes, sorted, each once. */
  readonly prompt: Int32Array;
  /** The same of each response; empty for one without text. */
  readonly responses: readonly Int32Array[];
  /** Perceptual hashes of each response's medium: one of an image, several of a video, none of a text. */
  readonly frames: readonly FrameHashes[];
  /** Equal where the prompts show equal media. */
  readonly shown: string;
}

/** An item as its signature is made. */
export interface Signed {
  readonly prompt: string;
  readonly responses: readonly (string | null)[];
  readonly frames: readonly FrameHashes[];
  readonly shown: string;
}

const union = (sets: readonly Int32Array[]): Int32Array => {
  const all = new Int32Array(sets.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const set of sets) {
    all.set(set, at);
    at += set.length;
  }
  return distinct(all);
};

/** Keys of the bands of every frame; those of a blank frame are its own and never shared, so they are left out. */
const frameKeys = (frames: FrameHashes, distance: number): number[] => {
  const seen = frames.filter((hash) => hash !== null);
  const { rows, keys } = hashBands(seen, distance);
  return Array.from(keys, (key, i) => mix(key ^ Math.imul(Math.floor(i / rows) + 1, 0x9e3779b1)) >>> 0);
};

/** Returns a function that signs items; signatures compare only under equal settings. */
export const createItemSigner = ({ ngram, bands, rows, seed, distance }: NearConfig): ((item: Signed) => Signature) => {
  const shingles = createShingler(ngram);
  const sign = createSigner(drawPermutations(bands * rows, seed));
  const values = new Int32Array(bands * rows);
  const setOf = (text: string): Int32Array => distinct(shingles(text));
  return ({ prompt, responses, frames, shown }) => {
    const sets = {
      prompt: setOf(prompt),
      responses: responses.map((text) => (text === null ? new Int32Array() : setOf(text))),
    };
    const media = frames.some(({ length }) => length > 0);
    // Pictures of one prompt are many: their hashes alone say which to compare.
    if (!media) sign(union([sets.prompt, ...sets.responses]), values);
    const keys = media
      ? frames.flatMap((own) => frameKeys(own, distance))
      : Array.from({ length: bands }, (_, band) => bandKey(values, band, rows) >>> 0);
    return { keys: [...new Set(keys)], ...sets, frames, shown };
  };
};

/** How alike two media are: of images the share of equal bits, of videos that of frames which match in order. */
const mediaLikeness = (a: FrameHashes, b: FrameHashes, distance: number): number => {
  if (a.length !== 1 || b.length !== 1) return frameMatchShare(a, b, distance);
  const [x, y] = [a[0] ?? null, b[0] ?? null];
  return x === null || y === null ? 0 : 1 - hammingDistance(x, y) / 64;
};

export const isMedia = ({ frames }: Signature): boolean => frames.some(({ length }) => length > 0);

const likeness = (a: Signature, i: number, b: Signature, j: number, distance: number): number =>
  isMedia(a)
    ? mediaLikeness(a.frames[i] ?? [], b.frames[j] ?? [], distance)
    : jaccard(a.responses[i] ?? new Int32Array(), b.responses[j] ?? new Int32Array());

/** For each response of `a` the response of `b` that belongs to it. */
export const alignResponses = (a: Signature, b: Signature, { distance }: NearConfig): number[] =>
  align(a.responses.length, b.responses.length, (i, j) => likeness(a, i, b, j, distance));

/** Similarity of prompts, and of responses: of texts as one set each, whatever their order; of media the least of those that belong together. */
const parts = (
  a: Signature,
  b: Signature,
  config: NearConfig,
): { readonly prompt: number; readonly responses: number } => {
  if (a.shown !== b.shown || a.responses.length !== b.responses.length || isMedia(a) !== isMedia(b))
    return { prompt: 0, responses: 0 };
  const prompt = jaccard(a.prompt, b.prompt);
  if (!isMedia(a)) return { prompt, responses: jaccard(union(a.responses), union(b.responses)) };
  const sides = alignResponses(a, b, config);
  return { prompt, responses: Math.min(...sides.map((j, i) => likeness(a, i, b, j, config.distance))) };
};

/** The less alike of prompts and responses, between 0 and 1. */
export const itemSimilarity = (a: Signature, b: Signature, config: NearConfig): number => {
  const { prompt, responses } = parts(a, b, config);
  return Math.min(prompt, responses);
};

/** Whether two items are near-duplicates: prompts and texts from the threshold on, media within their own limits. */
export const isNear = (a: Signature, b: Signature, config: NearConfig): boolean => {
  const { threshold, distance, frameShare } = config;
  // Jaccard's similarity is at most the ratio of the sizes.
  const [less, more] = [a.prompt.length, b.prompt.length].sort((x, y) => x - y) as [number, number];
  if (less < threshold * more) return false;
  const { prompt, responses } = parts(a, b, config);
  const still = a.frames.every(({ length }) => length === 1);
  const least = !isMedia(a) ? threshold : still ? 1 - distance / 64 : frameShare;
  return prompt >= threshold && responses >= least;
};
