/** Text embeddings by a transformer in ONNX, as Optimum and sentence-transformers export them (S011). */
import type { TextSide } from '../../schemas/encoder.ts';
import { AssayError } from '../../schemas/errors.ts';
import { assertFinite, type Feeds, run, type Session, type TensorValue } from '../runtime.ts';
import type { TextEmbedder } from './encoder.ts';
import { normaliseRows, pool } from './pooling.ts';
import { tokenBatches } from './token-batches.ts';
import type { TokenReader } from './token-reader.ts';

/** Raised with every change to what is done around the graph. */
export const TRANSFORMER = 1;

export interface TransformerParts {
  readonly id: string;
  readonly revision: string;
  readonly text: TextSide;
  readonly maxBatchTokens: number;
  readonly session: Session;
  readonly read: TokenReader;
}

/** One output of a run, its shape held against `dims`. Throws ASY-5003 where it is another. */
export const outputOf = (
  outputs: Readonly<Record<string, TensorValue>>,
  name: string,
  dims: readonly number[],
  file: string,
): Float32Array => {
  const value = outputs[name];
  if (value?.type === 'float32' && value.dims.length === dims.length && value.dims.every((dim, i) => dim === dims[i]))
    return value.data;
  const found = value === undefined ? 'absent' : `${value.type}[${value.dims.join(',')}]`;
  throw new AssayError('ASY-5003', { file, reason: `output ${name} is ${found}, not float32[${dims.join(',')}]` });
};

const KNOWN = ['input_ids', 'attention_mask', 'token_type_ids'];

/** The inputs a model has, of rows of ids padded to `width`. */
export const feedsOf = (
  { inputs }: Session,
  padId: number,
  rows: readonly (readonly number[])[],
  width: number,
): Feeds => {
  const ids = new BigInt64Array(rows.length * width).fill(BigInt(padId));
  const mask = new BigInt64Array(rows.length * width);
  for (const [r, row] of rows.entries())
    for (const [t, id] of row.entries()) {
      ids[r * width + t] = BigInt(id);
      mask[r * width + t] = 1n;
    }
  const dims = [rows.length, width];
  const all = {
    input_ids: { type: 'int64', dims, data: ids },
    attention_mask: { type: 'int64', dims, data: mask },
    token_type_ids: { type: 'int64', dims, data: new BigInt64Array(ids.length) },
  } as const;
  return Object.fromEntries(Object.entries(all).filter(([name]) => inputs.includes(name)));
};

/**
 * The embedder over a model and its tokenizer: texts sorted by length, batched by tokens, pooled, scaled to length 1. Padding is
 * masked, so a text's row does not depend on its batch but for the last bits of graphs that sum over the batch's shape. Throws
 * ASY-5003 where the model has other inputs or outputs than the manifest says, ASY-5005 on NaN.
 */
export const openTransformer = (parts: TransformerParts): TextEmbedder => {
  const { id, revision, text, session, read, maxBatchTokens } = parts;
  const { dims } = text;
  const unknown = session.inputs.find((name) => !KNOWN.includes(name));
  if (unknown !== undefined || !session.inputs.includes('input_ids'))
    throw new AssayError('ASY-5003', { file: id, reason: `its inputs are ${session.inputs.join(', ')}` });
  return {
    id,
    revision,
    dims,
    async embed(texts, { signal, onProgress } = {}) {
      const tokens = texts.map(read);
      const out = new Float32Array(texts.length * dims);
      const lengths = tokens.map(({ length }) => length);
      let done = 0;
      for (const { rows, width } of tokenBatches(
        lengths,
        maxBatchTokens,
        text.padTo === 'maxTokens' ? text.maxTokens : null,
      )) {
        signal?.throwIfAborted();
        // A tokenizer without special tokens makes none of an empty text: nothing to pool, its row stays 0.
        const heard = rows.filter((row) => (lengths[row] ?? 0) > 0);
        if (heard.length === 0) continue;
        const batch = heard.map((row) => tokens[row] ?? []);
        const outputs = await run(session, feedsOf(session, text.padId, batch, width));
        const shape = text.pooling === 'none' ? [batch.length, dims] : [batch.length, width, dims];
        const states = outputOf(outputs, text.output, shape, id);
        const pooled = pool(
          states,
          text.pooling,
          batch.map(({ length }) => length),
          width,
          dims,
        );
        assertFinite(pooled, `embeddings of ${id}`);
        normaliseRows(pooled, dims);
        for (const [k, row] of heard.entries()) out.set(pooled.subarray(k * dims, (k + 1) * dims), row * dims);
        onProgress?.((done += rows.length));
      }
      return out;
    },
  };
};
