/** A text embedding behind an OpenAI-compatible `/embeddings`. */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import type { EmbeddingCreateParams } from 'openai/resources/embeddings';
import { z } from 'zod';
import type { TextEmbedder } from '../../../models/encoders/encoder.ts';
import { hashOf } from '../../../models/hash.ts';
import { AssayError } from '../../../schemas/errors.ts';
import { connectionFailure, type Failure, isPassing, withAttempts } from './attempts.ts';
import type { RemoteOf } from './config.ts';
import { cutText } from './cut.ts';
import type { Endpoint } from './http.ts';

/** What a failed request means: a failure to try again is returned, others are thrown. Bodies of answers are left out. */
const judge = (error: unknown, { remote, timeoutMs }: Endpoint, signal: AbortSignal | undefined): Failure => {
  signal?.throwIfAborted();
  if (error instanceof APIConnectionTimeoutError)
    throw new AssayError('ASY-5032', { remote, reason: `nothing within ${timeoutMs} ms` }, { cause: error });
  if (error instanceof APIConnectionError) return connectionFailure(error);
  if (!(error instanceof APIError) || error.status === undefined)
    throw new AssayError('ASY-5033', { remote, reason: 'not an embedding response' }, { cause: error });
  if (!isPassing(error.status))
    throw new AssayError('ASY-5033', { remote, reason: `status ${error.status}` }, { cause: error });
  return { reason: `status ${error.status}`, retryAfter: error.headers?.get('retry-after') ?? null };
};

/**
 * The embedder; its revision is made of model, declared version, dims and how much of a text is sent, so that features of other weights are never mixed with
 * these. Rows are brought to length 1; an empty text is all 0 and not sent. Throws ASY-5032, ASY-5033.
 */
export const openRemoteEmbedder = (
  name: string,
  config: RemoteOf<'openai-embeddings'>,
  endpoint: Endpoint,
): TextEmbedder => {
  const { remote, apiKey, timeoutMs } = endpoint;
  const { url, model, version, dims, maxBatch, maxChars } = config;
  const client = new OpenAI({
    baseURL: url,
    apiKey: apiKey ?? 'none',
    organization: null,
    project: null,
    timeout: timeoutMs,
    // Attempts are ours, so that all protocols are asked alike.
    maxRetries: 0,
    logLevel: 'off',
    fetch: (input, init) => fetch(input, { ...init, redirect: 'manual' }),
  });
  const Answer = z.object({
    data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()).length(dims) })),
  });
  const wrong = (reason: string): AssayError => new AssayError('ASY-5033', { remote, reason });
  const rowsOf = async (texts: readonly string[], signal: AbortSignal | undefined): Promise<number[][]> => {
    const request: EmbeddingCreateParams = { model, input: [...texts], encoding_format: 'float' };
    const answer = await withAttempts(remote, signal, async () => {
      try {
        return { answer: await client.embeddings.create(request, { signal }) };
      } catch (error) {
        return judge(error, endpoint, signal);
      }
    });
    const parsed = Answer.safeParse(answer);
    if (!parsed.success) throw wrong(`not embeddings of ${dims} finite numbers`);
    const rows = new Map(parsed.data.data.map(({ index, embedding }) => [index, embedding]));
    if (parsed.data.data.length !== texts.length || rows.size !== texts.length)
      throw wrong(`${parsed.data.data.length} embeddings for ${texts.length} texts`);
    return texts.map((_, i) => {
      const row = rows.get(i);
      if (row === undefined) throw wrong(`no embedding with index ${i}`);
      return row;
    });
  };
  return {
    id: `remote/${name}`,
    revision: hashOf({ protocol: config.protocol, model, version, dims, maxChars }).slice(0, 16),
    dims,
    async embed(texts, { signal, onProgress } = {}) {
      const out = new Float32Array(texts.length * dims);
      const sent = texts.flatMap((text, i) => (text.trim() === '' ? [] : [{ text: cutText(text, maxChars), i }]));
      for (let from = 0; from < sent.length; from += maxBatch) {
        const batch = sent.slice(from, from + maxBatch);
        const rows = await rowsOf(
          batch.map(({ text }) => text),
          signal,
        );
        batch.forEach(({ i }, k) => {
          const row = rows[k] ?? [];
          const length = Math.hypot(...row);
          if (length > 0) row.forEach((value, j) => (out[i * dims + j] = value / length));
        });
        onProgress?.(from + batch.length);
      }
      return out;
    },
  };
};
