import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EncoderInput, TextEmbedder } from '../../../models/encoders/encoder.ts';
import { addNgrams, createCells, createWords, readable } from '../../../models/encoders/ngrams.ts';
import { STYLE } from '../../../models/encoders/style.ts';
import { textBlocks, textDims, textEncoder, textRevision } from '../../../models/encoders/text-features.ts';
import { wordsOf } from '../../../models/encoders/words.ts';
import { createRandom } from '../../../models/random.ts';

/** A text's row depends on nothing but the text; what was asked for is kept. */
const hashedEmbedder = (dims: number, asked: string[][] = []): TextEmbedder => ({
  id: 'hashed',
  revision: 'r1',
  dims,
  embed(texts) {
    asked.push([...texts]);
    const rows = new Float32Array(texts.length * dims);
    texts.forEach((text, i) => {
      const random = createRandom(
        Array.from(text).reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 65_521, 7),
      );
      const row = Array.from({ length: dims }, () => random() - 0.5);
      const length = Math.hypot(...row);
      rows.set(
        row.map((value) => value / length),
        i * dims,
      );
    });
    return Promise.resolve(rows);
  },
});

const manifest = { id: 'hashed', modality: 'text', license: 'Apache-2.0', source: 'bundled' } as const;
const text = (prompt: string, response: string): EncoderInput => ({ kind: 'text', prompt, response });

test('a row is response, product with the prompt, prompt, style and cosine', async () => {
  const embedder = hashedEmbedder(6);
  const encoder = textEncoder(embedder, manifest);
  const [p, r] = [await embedder.embed(['why?']), await embedder.embed(['because'])];
  const row = await encoder.encode([text('why?', 'because')]);
  expect(row.slice(0, 6)).toEqual(r);
  expect(row.slice(6, 12)).toEqual(r.map((value, j) => value * (p[j] ?? 0)));
  expect(row.slice(12, 18)).toEqual(p);
  expect(row[18]).toBeCloseTo(Math.log1p('because'.length), 6);
  expect(row.at(-1)).toBeCloseTo(
    r.reduce((sum, value, j) => sum + value * (p[j] ?? 0), 0),
    6,
  );
  expect(encoder.manifest).toEqual({ ...manifest, dims: 3 * 6 + STYLE.length + 1, revision: textRevision('r1') });
  expect(encoder.blocks.map(({ name, shared }) => [name, shared])).toEqual([
    ['response', true],
    ['interaction', true],
    ['prompt', true],
    ['style', false],
  ]);
  expect(encoder.embedder).toBe(embedder);
});

test('a wide embedding still gives rows of at most 800 numbers', () => {
  for (const dims of [1, 96, 384, 768, 1024, 4096]) {
    const blocks = textBlocks(dims);
    blocks.forEach(({ from }, i) => {
      expect(from).toBe(blocks[i - 1]?.to ?? 0);
    });
    expect(textDims(dims)).toBeLessThanOrEqual(800);
  }
});

test('equal inputs give equal rows in any batch, and each distinct text of a batch is embedded once', async () => {
  const asked: string[][] = [];
  const encoder = textEncoder(hashedEmbedder(8, asked), manifest);
  const inputs = Array.from({ length: 600 }, (_, i) => text(`question ${i % 5}`, `answer ${i % 40}`));
  const done: number[] = [];
  const rows = await encoder.encode(inputs, { onProgress: (n) => done.push(n) });
  const { dims } = encoder.manifest;
  for (const i of [0, 255, 256, 599])
    expect(await encoder.encode(inputs.slice(i, i + 1))).toEqual(rows.slice(i * dims, (i + 1) * dims));
  expect(asked.slice(0, 3).map((texts) => texts.length)).toEqual([45, 45, 45]);
  expect(done).toEqual([256, 512, 600]);
});

test('images, NaN and an aborted signal are refused', async () => {
  const encoder = textEncoder(hashedEmbedder(4), manifest);
  await expect(
    encoder.encode([{ kind: 'image', width: 1, height: 1, channels: 1, pixels: new Uint8Array(1), prompt: '' }]),
  ).rejects.toMatchObject({ code: 'ASY-5003' });
  const broken = textEncoder(
    { ...hashedEmbedder(4), embed: (texts) => Promise.resolve(new Float32Array(4 * texts.length).fill(Number.NaN)) },
    manifest,
  );
  await expect(broken.encode([text('a', 'b')])).rejects.toMatchObject({ code: 'ASY-5005' });
  await expect(encoder.encode([text('a', 'b')], { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow(
    'stopped',
  );
  expect(await encoder.encode([])).toHaveLength(0);
});

test('words are those the hashed n-grams count', () => {
  const cells = createCells();
  const words = createWords();
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string()),
      fc.constantFrom('', ' two words', '狐狸 fox', 'สุนัข'),
      (a, b) => {
        const read = readable(a + b);
        cells.length = 0;
        addNgrams(read, 0, cells, words);
        const own = wordsOf(read);
        expect(own.ids.slice(0, own.length)).toEqual(words.ids.slice(0, words.length));
      },
    ),
    { numRuns: 100 },
  );
});
