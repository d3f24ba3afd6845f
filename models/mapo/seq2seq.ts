/** MAPO's likelihood by an ONNX encoder-decoder of NLLB's or M2M100's shape, as Optimum exports them. */
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import type { Session } from '../runtime.ts';
import { assertFinite, float32Of, openSession, run } from '../runtime.ts';
import { languageId } from './languages.ts';
import type { Likelihoods } from './likelihood.ts';
import { inverseCrossEntropy, paddedWidths } from './likelihood.ts';
import { rationaleOf } from './rationale.ts';
import type { AlignmentOptions, AlignmentPair, AlignmentScorer } from './scorer.ts';

/** What a model folder holds. */
export interface Seq2SeqFiles {
  /** Names the model in errors and in scores. */
  readonly name: string;
  /** `input_ids`, `attention_mask` → `last_hidden_state`: bytes or a local path. */
  readonly encoder: Uint8Array | string;
  /** `input_ids`, `encoder_attention_mask`, `encoder_hidden_states` → `logits`: the export without past keys and values. */
  readonly decoder: Uint8Array | string;
  /** Contents of tokenizer.json, tokenizer_config.json and config.json. */
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
  readonly config: unknown;
}

export interface Seq2SeqOptions {
  /** Logits a decoder run may hold, targets × width × vocabulary: 2²⁶ are 256 MB. */
  readonly logits?: number;
  /** `padded` divides as the released code does: comparable with the paper's pairs, unfair to longer references. */
  readonly mean?: 'tokens' | 'padded';
}

const Config = z.object({
  eos_token_id: z.number().int(),
  decoder_start_token_id: z.number().int(),
  pad_token_id: z.number().int(),
  vocab_size: z.number().int().positive(),
});
type Config = z.infer<typeof Config>;

/** Tokens read of either side, language and end among them: the paper's 512. */
const MOST_TOKENS = 512;
/** UTF-16 units tokenised: far more than that many tokens take, so that a text of a megabyte costs no more. */
const MOST_UNITS = 64 * MOST_TOKENS;
const LOGITS = 2 ** 26;

interface Opened {
  readonly name: string;
  readonly encoder: Session;
  readonly decoder: Session;
  readonly tokenizer: Tokenizer;
  readonly config: Config;
  readonly logits: number;
}

/** NLLB's and M2M100's form of a text: language token, pieces, end. */
const tokensOf = ({ name, tokenizer, config }: Opened, text: string, language: string): number[] => {
  const id = languageId(language, (token) => tokenizer.token_to_id(token), name);
  const { ids } = tokenizer.encode(rationaleOf(text).slice(0, MOST_UNITS), { add_special_tokens: false });
  return [id, ...ids.slice(0, MOST_TOKENS - 2), config.eos_token_id];
};

const int64 = (rows: readonly (readonly number[])[], width: number, fill: number) =>
  ({
    type: 'int64',
    dims: [rows.length, width],
    data: BigInt64Array.from(
      rows.flatMap((row) => [...row, ...Array(width - row.length).fill(fill)]),
      BigInt,
    ),
  }) as const;

const ones = (n: number, width: number) =>
  ({ type: 'int64', dims: [n, width], data: new BigInt64Array(n * width).fill(1n) }) as const;

/** Σ over the target's tokens of logit − log Σ exp, the logits of row `row` being [width, vocabulary]. */
const sumOf = (logits: Float32Array, from: number, vocabulary: number, target: readonly number[]): number =>
  target.reduce((sum, token, t) => {
    const at = from + t * vocabulary;
    let most = -Infinity;
    for (let v = 0; v < vocabulary; v++) most = Math.max(most, logits[at + v] ?? 0);
    let whole = 0;
    for (let v = 0; v < vocabulary; v++) whole += Math.exp((logits[at + v] ?? 0) - most);
    return sum + (logits[at + token] ?? Number.NaN) - most - Math.log(whole);
  }, 0);

/** One source's hidden states, once per target: the source is encoded alone, so nothing of it is padding. */
const repeated = (hidden: Float32Array, n: number): Float32Array => {
  const out = new Float32Array(hidden.length * n);
  for (let i = 0; i < n; i++) out.set(hidden, i * hidden.length);
  return out;
};

/** Cuts targets sorted by length into runs whose padded logits stay within the budget; a run has at least one. */
const runsOf = (targets: readonly (readonly number[])[], { config, logits }: Opened): number[][] => {
  const order = targets.map((_, i) => i).sort((a, b) => (targets[a]?.length ?? 0) - (targets[b]?.length ?? 0) || a - b);
  const runs: number[][] = [];
  for (const i of order) {
    const last = runs.at(-1);
    const width = targets[i]?.length ?? 0;
    if (last !== undefined && (last.length + 1) * width * config.vocab_size <= logits) last.push(i);
    else runs.push([i]);
  }
  return runs;
};

/**
 * Log-likelihoods of targets given one source, teacher-forced: the decoder reads its start token and the target but its last,
 * and is asked for the target. It looks back only, so padding at the end of a shorter target changes nothing before it.
 */
const likelihoodsOf = async (
  model: Opened,
  source: readonly number[],
  targets: readonly (readonly number[])[],
): Promise<number[]> => {
  const encoded = await run(model.encoder, {
    input_ids: int64([source], source.length, 0),
    attention_mask: ones(1, source.length),
  });
  const hidden = float32Of(encoded, 'last_hidden_state');
  const { decoder_start_token_id: start, pad_token_id: pad } = model.config;
  const sums = targets.map(() => 0);
  for (const rows of runsOf(targets, model)) {
    const batch = rows.map((i) => targets[i] ?? []);
    const width = Math.max(...batch.map(({ length }) => length));
    const decoded = await run(model.decoder, {
      input_ids: int64(
        batch.map((target) => [start, ...target.slice(0, -1)]),
        width,
        pad,
      ),
      encoder_attention_mask: ones(batch.length, source.length),
      encoder_hidden_states: {
        type: 'float32',
        dims: [batch.length, source.length, hidden.length / source.length],
        data: repeated(hidden, batch.length),
      },
    });
    const logits = float32Of(decoded, 'logits');
    const vocabulary = logits.length / (batch.length * width);
    batch.forEach((target, b) => (sums[rows[b] ?? 0] = sumOf(logits, b * width * vocabulary, vocabulary, target)));
  }
  return sums;
};

const likelihoods = async (
  model: Opened,
  pairs: readonly AlignmentPair[],
  { signal, onProgress }: AlignmentOptions,
): Promise<Likelihoods & { answers: Int32Array }> => {
  const sources = new Map<string, { readonly index: number; readonly tokens: number[]; readonly rows: number[] }>();
  const answers = Int32Array.from(pairs, ({ source, sourceLanguage }, row) => {
    const key = `${sourceLanguage}\u0000${source}`;
    const known = sources.get(key);
    if (known === undefined)
      sources.set(key, { index: sources.size, tokens: tokensOf(model, source, sourceLanguage), rows: [row] });
    else known.rows.push(row);
    return known?.index ?? sources.size - 1;
  });
  const targets = pairs.map(({ target, targetLanguage }) => tokensOf(model, target, targetLanguage));
  const sums = new Float64Array(pairs.length);
  let done = 0;
  for (const { tokens, rows } of sources.values()) {
    signal?.throwIfAborted();
    const found = await likelihoodsOf(
      model,
      tokens,
      rows.map((row) => targets[row] ?? []),
    );
    found.forEach((sum, i) => (sums[rows[i] ?? 0] = sum));
    onProgress?.((done += rows.length));
  }
  assertFinite(sums, `log-likelihoods of ${model.name}`);
  return { sums, lengths: Int32Array.from(targets, ({ length }) => length), answers };
};

/**
 * Opens an encoder-decoder as a scorer: 1 / mean cross-entropy of the target given the source (`nllb`-style: the language token
 * and the end count as tokens, as in the released code). Throws ASY-5003 for files that are not such a model, ASY-5036 for a
 * language without a token.
 */
export const openSeq2Seq = async (files: Seq2SeqFiles, options: Seq2SeqOptions = {}): Promise<AlignmentScorer> => {
  const { name } = files;
  const { logits = LOGITS, mean = 'tokens' } = options;
  const config = Config.safeParse(files.config);
  if (!config.success)
    throw new AssayError('ASY-5003', { file: `${name}/config.json`, reason: z.prettifyError(config.error) });
  const model: Opened = {
    name,
    encoder: await openSession(files.encoder, { name: `${name}/encoder_model.onnx` }),
    decoder: await openSession(files.decoder, { name: `${name}/decoder_model.onnx` }),
    tokenizer: openTokenizer(files),
    config: config.data,
    logits,
  };
  return {
    name: `seq2seq:${name}${mean === 'padded' ? ':padded-mean' : ''}`,
    async score(pairs, given = {}) {
      const { answers, ...found } = await likelihoods(model, pairs, given);
      return inverseCrossEntropy(found, mean === 'padded' ? paddedWidths(found.lengths, answers) : found.lengths);
    },
  };
};

const openTokenizer = ({ name, tokenizer, tokenizerConfig }: Seq2SeqFiles): Tokenizer => {
  try {
    return new Tokenizer(tokenizer as object, tokenizerConfig as object);
  } catch (cause) {
    throw new AssayError('ASY-5003', { file: `${name}/tokenizer.json`, reason: String(cause) }, { cause });
  }
};
