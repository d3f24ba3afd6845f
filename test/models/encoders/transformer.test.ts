import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { pool } from '../../../models/encoders/pooling.ts';
import { tokenBatches } from '../../../models/encoders/token-batches.ts';
import { openTokenReader } from '../../../models/encoders/token-reader.ts';
import { openTransformer } from '../../../models/encoders/transformer.ts';
import { dispose, openSession } from '../../../models/runtime.ts';
import type { TextSide } from '../../../schemas/encoder.ts';
import { bertGraph, TINY_VOCABULARY, textSideGraph, tinyTokenizer } from '../../support/tiny-transformer.ts';

afterAll(() => dispose());

const side: TextSide = {
  dims: 32,
  output: 'last_hidden_state',
  pooling: 'mean',
  prefix: '',
  maxTokens: 24,
  padId: 0,
  padTo: 'longest',
};
const shape = { dims: 32, heads: 4, layers: 2, vocabulary: TINY_VOCABULARY };

const embedderOf = async (
  given: Partial<TextSide> = {},
  model = bertGraph(shape),
  maxBatchTokens = 64,
  tokenizer: object = tinyTokenizer(),
) => {
  const text = { ...side, ...given };
  const session = await openSession(model, { name: 'tiny' });
  return openTransformer({
    id: 'tiny',
    revision: 'r',
    text,
    maxBatchTokens,
    session,
    read: openTokenReader(tokenizer, text, 'tiny'),
  });
};

const TEXTS = [
  'the cat is on the bridge',
  'tea',
  '',
  'A very good answer: not bad.',
  'rain rain rain and stone and light and music in the house of the river dog',
  'tea',
];

const rowOf = (rows: Float32Array, i: number) => [...rows.subarray(32 * i, 32 * (i + 1))];

test('a text has the same bits alone, in a batch, and in another order', async () => {
  const embedder = await embedderOf();
  const together = await embedder.embed(TEXTS);
  const reversed = await embedder.embed([...TEXTS].reverse());
  for (const [i, text] of TEXTS.entries()) {
    expect(rowOf(await embedder.embed([text]), 0)).toEqual(rowOf(together, i));
    expect(rowOf(reversed, TEXTS.length - 1 - i)).toEqual(rowOf(together, i));
    expect(Math.hypot(...rowOf(together, i))).toBeCloseTo(1, 6);
  }
  expect(rowOf(together, 0)).not.toEqual(rowOf(together, 3));
});

test('cls, last and mean read what their names say', () => {
  const states = Float32Array.of(1, 2, 3, 4, 99, 99, 5, 6, 7, 8, 9, 10);
  const of = (pooling: TextSide['pooling']) => [...pool(states, pooling, [2, 3], 3, 2)];
  expect(of('cls')).toEqual([1, 2, 5, 6]);
  expect(of('last')).toEqual([3, 4, 9, 10]);
  expect(of('mean')).toEqual([2, 3, 7, 8]);
  expect([...pool(Float32Array.of(1, 2, 3, 4), 'none', [9, 9], 1, 2)]).toEqual([1, 2, 3, 4]);
});

test('a long text keeps its frame, and a megabyte is read in a moment', () => {
  const read = openTokenReader(tinyTokenizer(), side, 'tiny');
  const ids = read('cat '.repeat(250_000));
  expect(ids).toHaveLength(24);
  expect([ids[0], ids.at(-1)]).toEqual([2, 3]);
  expect(read('')).toEqual([2, 3]);
  expect(openTokenReader(tinyTokenizer(), { ...side, prefix: 'tea ' }, 'tiny')('cat')).toEqual(read('tea cat'));
  // A cut never leaves half of a pair behind: the emoji is unknown as a whole or not there.
  expect(read(`${'a'.repeat(22 * 32 - 1)}😀`).length).toBeLessThanOrEqual(24);
});

test('where a tokenizer frames nothing, an empty text has a row of zeros and disturbs no other', async () => {
  for (const pooling of ['mean', 'last'] as const) {
    const embedder = await embedderOf({ pooling }, bertGraph(shape), 64, { ...tinyTokenizer(), post_processor: null });
    const rows = await embedder.embed(['tea', '', 'cat']);
    expect(rowOf(rows, 1)).toEqual(Array(32).fill(0));
    expect(rowOf(await embedder.embed(['tea']), 0)).toEqual(rowOf(rows, 0));
    expect(await embedder.embed([''])).toEqual(new Float32Array(32));
  }
});

test('batches hold every text once, within the budget, shortest first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90 })), fc.integer({ min: 1, max: 200 }), (lengths, budget) => {
      const batches = tokenBatches(lengths, budget);
      const rows = batches.flatMap((batch) => [...batch.rows]);
      expect([...rows].sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
      for (const { rows: some, width } of batches) {
        expect(width).toBe(Math.max(...some.map((row) => lengths[row] ?? 0)));
        expect(some.length === 1 || some.length * width <= budget).toBe(true);
      }
    }),
  );
  expect(tokenBatches([3, 5], 128, 64)).toEqual([{ rows: [0, 1], width: 64 }]);
});

test('a model without a mask is padded to its full width, with its own id', async () => {
  const model = textSideGraph(shape, 'pooler_output');
  const given = { output: 'pooler_output', pooling: 'none', padTo: 'maxTokens', padId: 1 } as const;
  const [full, other] = [await embedderOf(given, model), await embedderOf({ ...given, padId: 0 }, model)];
  const both = await full.embed(['tea', 'the cat is not very good']);
  const cosine = (a: readonly number[]) => rowOf(both, 0).reduce((sum, x, j) => sum + x * (a[j] ?? 0), 0);
  expect(cosine(rowOf(await full.embed(['tea']), 0))).toBeCloseTo(1, 6);
  expect(cosine(rowOf(await other.embed(['tea']), 0))).toBeLessThan(0.999);
});

test('work stops between batches when asked, and says how far it came', async () => {
  const embedder = await embedderOf();
  const control = new AbortController();
  const seen: number[] = [];
  const onProgress = (done: number) => {
    seen.push(done);
    control.abort(new Error('enough'));
  };
  await expect(embedder.embed(TEXTS, { signal: control.signal, onProgress })).rejects.toThrow('enough');
  expect(seen).toHaveLength(1);
});

test('models and tokenizers that are not what the manifest says are refused by name', async () => {
  await expect((await embedderOf({ dims: 16 })).embed(['tea'])).rejects.toMatchObject({
    code: 'ASY-5003',
    message: expect.stringContaining('last_hidden_state is float32[1,3,32], not float32[1,3,16]'),
  });
  await expect((await embedderOf({ output: 'sentence_embedding' })).embed(['tea'])).rejects.toMatchObject({
    code: 'ASY-5003',
    message: expect.stringContaining('absent'),
  });
  expect(() => openTokenReader({ model: 'none' }, side, 'tiny')).toThrow(expect.objectContaining({ code: 'ASY-5003' }));
});

test('fifty texts have the tokens that Hugging Face’s own tokenizers gives them', () => {
  const fixture = JSON.parse(readFileSync(new URL('../../fixtures/models/tokens.json', import.meta.url), 'utf8')) as {
    texts: string[];
    ids: number[][];
    maxTokens: number;
    tokenizer: unknown;
  };
  const read = openTokenReader(fixture.tokenizer, { ...side, maxTokens: fixture.maxTokens }, 'all-minilm-l6-v2');
  expect(fixture.texts).toHaveLength(50);
  expect(fixture.texts.map((text) => read(text))).toEqual(fixture.ids);
});
