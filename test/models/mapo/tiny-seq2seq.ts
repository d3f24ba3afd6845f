/** An encoder-decoder small enough to work out by hand, with the graph signatures of NLLB's ONNX export (test/peers/mapo.py). */
import { readFileSync } from 'node:fs';
import type { Seq2SeqFiles } from '../../../models/mapo/seq2seq.ts';
import { createGraph } from '../../../models/onnx/graph.ts';

export interface MapoFixture {
  readonly words: readonly string[];
  readonly embedding: readonly (readonly number[])[];
  readonly decoder: readonly (readonly number[])[];
  readonly output: readonly (readonly number[])[];
  readonly pairs: readonly {
    readonly source: string;
    readonly target: string;
    readonly tokens: number;
    readonly sum: number;
    readonly score: number;
    readonly padded: number;
  }[];
}

export const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/models/mapo.json', import.meta.url), 'utf8'),
) as MapoFixture;

const matrix = (rows: readonly (readonly number[])[]) =>
  ({ dims: [rows.length, rows[0]?.length ?? 0], data: Float32Array.from(rows.flat()) }) as const;

const encoder = (): Uint8Array => {
  const graph = createGraph('tiny-encoder');
  const ids = graph.input('input_ids', 'int64', ['batch', 'source']);
  graph.input('attention_mask', 'int64', ['batch', 'source']);
  const { dims, data } = matrix(fixture.embedding);
  const hidden = graph.node('Gather', [graph.constant('float32', dims, data), ids]);
  graph.output('last_hidden_state', hidden, 'float32', ['batch', 'source', dims[1]]);
  return graph.bytes();
};

const decoder = (): Uint8Array => {
  const graph = createGraph('tiny-decoder');
  const ids = graph.input('input_ids', 'int64', ['batch', 'target']);
  const mask = graph.input('encoder_attention_mask', 'int64', ['batch', 'source']);
  const { dims, data } = matrix(fixture.decoder);
  const hidden = graph.input('encoder_hidden_states', 'float32', ['batch', 'source', dims[1]]);
  const heard = graph.node('Unsqueeze', [graph.node('Cast', [mask], { to: 1 }), graph.ints(2)]);
  const sum = graph.node('ReduceSum', [graph.node('Mul', [hidden, heard]), graph.ints(1)], { keepdims: 1 });
  const pooled = graph.node('Div', [sum, graph.node('ReduceSum', [heard, graph.ints(1)], { keepdims: 1 })]);
  const table = graph.constant('float32', dims, data);
  const axis = graph.constant('int64', [], BigInt64Array.of(1n));
  const past = graph.node('CumSum', [graph.node('Gather', [table, ids]), axis]);
  const out = matrix(fixture.output);
  const logits = graph.node('MatMul', [
    graph.node('Add', [past, pooled]),
    graph.constant('float32', out.dims, out.data),
  ]);
  graph.output('logits', logits, 'float32', ['batch', 'target', out.dims[1]]);
  return graph.bytes();
};

const SPECIAL = ['<pad>', '</s>', '<unk>', 'eng_Latn', 'ben_Beng'];

const tokenizer = () => ({
  version: '1.0',
  added_tokens: SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: null,
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: null,
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: '<unk>',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(fixture.words.map((word, id) => [word, id])),
  },
});

/** Its files as a folder would hold them. */
export const tinySeq2Seq = (): Seq2SeqFiles => ({
  name: 'tiny',
  encoder: encoder(),
  decoder: decoder(),
  tokenizer: tokenizer(),
  tokenizerConfig: { tokenizer_class: 'NllbTokenizer' },
  config: { eos_token_id: 1, decoder_start_token_id: 1, pad_token_id: 0, vocab_size: fixture.words.length },
});
