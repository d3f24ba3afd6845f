/** Embeddings of items as they stand in Parquet. */

import { type Meaning, pointOf } from '../../models/dedup/meaning.ts';
import type { TextEmbedder } from '../../models/encoders/encoder.ts';
import { resolveEncoder } from '../../models/encoders/index.ts';
import { AssayError } from '../../schemas/errors.ts';
import { vectorBytes } from '../vectors.ts';
import type { MeaningRow } from './rows.ts';

/** What meaning is told by: the embedding inside the bundled text encoder, whatever the run's scores are made of. */
export const openEmbedder = async (): Promise<TextEmbedder> => {
  const { embedder, manifest } = await resolveEncoder('auto', 'text');
  if (embedder === null) throw new AssayError('ASY-5001', { model: manifest.id });
  return embedder;
};

/** Copied: bytes from a query need not lie at a multiple of four. */
export const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);

export const toMeaningRow = (id: string, meaning: Meaning): MeaningRow => ({
  id,
  shown: meaning.shown,
  responses: meaning.responses.length,
  particulars: [...meaning.particulars],
  point: vectorBytes(pointOf(meaning)),
  vectors: Buffer.concat([meaning.prompt, ...meaning.responses].map(vectorBytes)),
});

/** What meanings are compared by. */
export type StoredMeaning = Pick<MeaningRow, 'shown' | 'responses' | 'particulars' | 'vectors'>;

export const fromMeaningRow = ({ shown, responses, particulars, vectors }: StoredMeaning): Meaning => {
  const values = floatsOf(vectors);
  const dims = values.length / (1 + responses);
  return {
    prompt: values.subarray(0, dims),
    responses: Array.from({ length: responses }, (_, i) => values.subarray((i + 1) * dims, (i + 2) * dims)),
    particulars: particulars ?? [],
    shown,
  };
};
