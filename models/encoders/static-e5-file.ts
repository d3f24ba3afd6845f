/** The file of `static-e5`: safetensors with product-quantised token vectors (models/bundled/text/distil.py writes it). */
import { readFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { sha256 } from '../hash.ts';
import type { UnigramVocabulary } from './unigram.ts';

/** A token's vector is weight × the centroids its codes name: code m holds components m, m + codesPerPiece, … */
export interface StaticVectors {
  readonly vocabulary: UnigramVocabulary;
  /** Pieces × codesPerPiece, row-major. */
  readonly codes: Uint8Array;
  /** Codes × CENTROIDS × COMPONENTS, row-major. */
  readonly codebooks: Float32Array;
  readonly codesPerPiece: number;
  /** One per piece. */
  readonly weights: Float32Array;
}

/** Centroids of one code, and numbers in each. */
export const CENTROIDS = 256;
export const COMPONENTS = 4;
/** A log probability is −byte / 12, the logarithm of a weight −byte / 24. */
const SCORE_STEP = 12;
const WEIGHT_STEP = 24;

const Entry = z.object({ shape: z.array(z.int()), data_offsets: z.tuple([z.int(), z.int()]) });
const Header = z.object({ codebooks: Entry, codes: Entry, weights: Entry, scores: Entry, pieces: Entry });

const parse = (bytes: Buffer): StaticVectors => {
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = Header.parse(JSON.parse(bytes.toString('utf8', 8, start)));
  const tensor = (name: keyof typeof header): Uint8Array => {
    const [from, to] = header[name].data_offsets;
    return bytes.subarray(start + from, start + to);
  };
  // Copied, because the file's bytes may lie at any address.
  const centroids = new Uint8Array(tensor('codebooks'));
  return {
    vocabulary: {
      pieces: inflateSync(tensor('pieces')).toString().split('\n'),
      scores: Float32Array.from(tensor('scores'), (byte) => -byte / SCORE_STEP),
    },
    codes: tensor('codes'),
    codebooks: new Float32Array(centroids.buffer),
    codesPerPiece: header.codes.shape[1] ?? 0,
    weights: Float32Array.from(tensor('weights'), (byte) => Math.exp(-byte / WEIGHT_STEP)),
  };
};

/** Reads the file. Throws ASY-5003 where it cannot be read, ASY-5002 where its SHA-256 is not the stated one. */
export const readStaticVectors = async (file: URL, stated: string): Promise<StaticVectors> => {
  const name = file.pathname.slice(file.pathname.lastIndexOf('/') + 1);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new AssayError('ASY-5003', { file: name, reason: 'it cannot be read' }, { cause });
  });
  if (sha256(bytes) !== stated) throw new AssayError('ASY-5002', { file: name });
  return parse(bytes);
};
