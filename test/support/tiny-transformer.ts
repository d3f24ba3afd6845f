/** Transformers with drawn weights and the graph signatures of real exports: for tests, and for the scoring bench. */
import { createGraph, type Graph, type Value } from '../../models/onnx/graph.ts';
import { createRandom } from '../../models/random.ts';

export interface Shape {
  readonly dims: number;
  readonly heads: number;
  readonly layers: number;
  readonly vocabulary: number;
  readonly seed?: number;
}

interface Builder {
  readonly graph: Graph;
  readonly dims: number;
  readonly heads: number;
  /** Weights of the shape given, near 1/√(first dimension). */
  readonly weights: (...dims: number[]) => Value;
}

const builder = (name: string, { dims, heads, seed = 1 }: Shape): Builder => {
  const graph = createGraph(name);
  const random = createRandom(seed);
  const weights = (...shape: number[]): Value => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const scale = 2 / Math.sqrt(shape.at(-2) ?? 1);
    return graph.constant(
      'float32',
      shape,
      Float32Array.from({ length: size }, () => scale * (random() - 0.5)),
    );
  };
  return { graph, dims, heads, weights };
};

const norm = ({ graph }: Builder, x: Value): Value => {
  const centred = graph.node('Sub', [x, graph.node('ReduceMean', [x], { axes: [-1] })]);
  const variance = graph.node('ReduceMean', [graph.node('Mul', [centred, centred])], { axes: [-1] });
  return graph.node('Div', [centred, graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(1e-5)])])]);
};

/** Self-attention over [n, t, dims]; `bias` [n, 1, 1, t] keeps padding out, where there is any. */
const attention = (b: Builder, x: Value, bias: Value | null): Value => {
  const { graph, dims, heads, weights } = b;
  const part = (perm: readonly number[]): Value => {
    const flat = graph.node('MatMul', [x, weights(dims, dims)]);
    return graph.node('Transpose', [graph.node('Reshape', [flat, graph.ints(0, 0, heads, dims / heads)])], { perm });
  };
  const [query, key, value] = [part([0, 2, 1, 3]), part([0, 2, 3, 1]), part([0, 2, 1, 3])];
  const scores = graph.node('Mul', [graph.node('MatMul', [query, key]), graph.scalar(1 / Math.sqrt(dims / heads))]);
  const shares = graph.node('Softmax', [bias === null ? scores : graph.node('Add', [scores, bias])], { axis: -1 });
  const mixed = graph.node('Transpose', [graph.node('MatMul', [shares, value])], { perm: [0, 2, 1, 3] });
  return graph.node('MatMul', [graph.node('Reshape', [mixed, graph.ints(0, 0, dims)]), weights(dims, dims)]);
};

const layer = (b: Builder, x: Value, bias: Value | null): Value => {
  const { graph, dims, weights } = b;
  const attended = norm(b, graph.node('Add', [x, attention(b, x, bias)]));
  const wide = graph.node('Relu', [graph.node('MatMul', [attended, weights(dims, 4 * dims)])]);
  return norm(b, graph.node('Add', [attended, graph.node('MatMul', [wide, weights(4 * dims, dims)])]));
};

const stacked = (b: Builder, x: Value, bias: Value | null, layers: number): Value => {
  let states = norm(b, x);
  for (let l = 0; l < layers; l++) states = layer(b, states, bias);
  return states;
};

/** As BERT is exported: `input_ids`, `attention_mask`, `token_type_ids` → `last_hidden_state` [n, t, dims]. */
export const bertGraph = (shape: Shape): Uint8Array => {
  const b = builder('bert', shape);
  const { graph, dims, weights } = b;
  const ids = graph.input('input_ids', 'int64', ['n', 't']);
  const mask = graph.input('attention_mask', 'int64', ['n', 't']);
  const kinds = graph.input('token_type_ids', 'int64', ['n', 't']);
  const words = graph.node('Gather', [weights(shape.vocabulary, dims), ids], { axis: 0 });
  const kind = graph.node('Gather', [weights(2, dims), kinds], { axis: 0 });
  const places = graph.node('CumSum', [
    graph.node('Cast', [mask], { to: 1 }),
    graph.constant('int64', [], BigInt64Array.of(1n)),
  ]);
  const place = graph.node('Mul', [graph.node('Unsqueeze', [places, graph.ints(2)]), weights(1, 1, dims)]);
  const unseen = graph.node('Sub', [graph.scalar(1), graph.node('Cast', [mask], { to: 1 })]);
  const bias = graph.node('Mul', [graph.node('Unsqueeze', [unseen, graph.ints(1, 2)]), graph.scalar(-1e9)]);
  const summed = graph.node('Add', [graph.node('Add', [words, kind]), graph.node('Mul', [place, graph.scalar(0.1)])]);
  graph.output('last_hidden_state', stacked(b, summed, bias, shape.layers), 'float32', ['n', 't', dims]);
  return graph.bytes();
};

/** As CLIP's and SigLIP's text side is exported: `input_ids` alone → `output` [n, dims]; it looks at padding. */
export const textSideGraph = (shape: Shape, output: string): Uint8Array => {
  const b = builder('text', { ...shape, seed: 2 });
  const { graph, dims, weights } = b;
  const ids = graph.input('input_ids', 'int64', ['n', 't']);
  const words = graph.node('Gather', [weights(shape.vocabulary, dims), ids], { axis: 0 });
  const states = stacked(b, words, null, shape.layers);
  graph.output(output, graph.node('ReduceMean', [states], { axes: [1], keepdims: 0 }), 'float32', ['n', dims]);
  return graph.bytes();
};

/** A vision transformer over size × size pixels in patches of `patch`: the class token first, then patches row by row. */
const patchStates = (b: Builder, size: number, patch: number, layers: number): Value => {
  const { graph, dims, weights } = b;
  const pixels = graph.input('pixel_values', 'float32', ['n', 3, size, size]);
  const grid = graph.node('Conv', [pixels, weights(dims, 3, patch, patch)], { strides: [patch, patch] });
  const flat = graph.node('Reshape', [grid, graph.ints(0, dims, -1)]);
  const patches = graph.node('Transpose', [flat], { perm: [0, 2, 1] });
  const first = graph.node('Slice', [patches, graph.ints(0), graph.ints(1), graph.ints(1)]);
  const token = graph.node('Add', [graph.node('Mul', [first, graph.scalar(0)]), weights(1, 1, dims)]);
  return stacked(b, graph.node('Concat', [token, patches], { axis: 1 }), null, layers);
};

/** As CLIP's vision side is exported: `pixel_values` → `output` [n, dims]. */
export const visionGraph = (shape: Shape, size: number, patch: number, output: string): Uint8Array => {
  const b = builder('vision', { ...shape, seed: 3 });
  const states = patchStates(b, size, patch, shape.layers);
  const first = b.graph.node('Gather', [states, b.graph.constant('int64', [], BigInt64Array.of(0n))], { axis: 1 });
  b.graph.output(output, first, 'float32', ['n', shape.dims]);
  return b.graph.bytes();
};

/** As DINOv2 is exported: `pixel_values` → `last_hidden_state` [n, 1 + patches, dims]. */
export const patchGraph = (shape: Shape, size: number, patch: number): Uint8Array => {
  const b = builder('dino', { ...shape, seed: 4 });
  b.graph.output('last_hidden_state', patchStates(b, size, patch, shape.layers), 'float32', [
    'n',
    1 + (size / patch) ** 2,
    shape.dims,
  ]);
  return b.graph.bytes();
};

/** Words that are one piece each. */
export const TINY_WORDS: readonly string[] =
  'a the cat dog house river bridge tea bread planet music chess rain stone light answer question good bad is are was in on of to and not very'.split(
    ' ',
  );

/** A tokenizer.json of BERT's kind: lower case, WordPiece, [CLS] … [SEP]; every letter is a piece, so nothing but signs is unknown. */
export const tinyTokenizer = (): object => {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789:.,?!'.split('');
  const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...TINY_WORDS, ...letters, ...letters.map((l) => `##${l}`)];
  const unique = [...new Set(pieces)];
  const special = (id: number, content: string) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content, id) => special(id, content)),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(unique.map((piece, id) => [piece, id])),
    },
  };
};

/** Pieces of `tinyTokenizer`. */
export const TINY_VOCABULARY = 4 + TINY_WORDS.length + 2 * 41;
