import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Encoder, EncoderInput, TextEmbedder } from '../../../models/encoders/encoder.ts';
import { resolveEncoder } from '../../../models/encoders/index.ts';
import stated from '../../../models/encoders/static-e5.json' with { type: 'json' };
import { openStaticE5, staticE5Revision } from '../../../models/encoders/static-e5.ts';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../fixtures/models/${name}.json`, import.meta.url), 'utf8')) as T;
const { msvamp } = read<{ readonly msvamp: Readonly<Record<string, readonly string[]>> }>('multilingual-texts');
const peer = read<{ readonly cases: readonly { text: string; row: number[] }[] }>('static-e5');

let encoder: Encoder;
let embedder: TextEmbedder;
beforeAll(async () => {
  encoder = await resolveEncoder('auto', 'text');
  if (encoder.embedder === null) throw new Error('no embedder');
  ({ embedder } = encoder);
});

const rowsOf = async (texts: readonly string[]): Promise<Float32Array[]> => {
  const rows = await embedder.embed(texts);
  return texts.map((_, i) => rows.subarray(i * embedder.dims, (i + 1) * embedder.dims));
};
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, j) => sum + value * (b[j] ?? 0), 0);

test('the manifest states what opening finds', () => {
  expect(encoder.manifest).toMatchObject({ id: 'static-e5', modality: 'text', dims: stated.dims });
  expect(encoder.manifest.revision).toBe(stated.revision);
  expect(stated.revision).toBe(staticE5Revision());
  expect(encoder.blocks.at(-1)?.to).toBe(stated.dims);
});

test('embeddings are those of another implementation', async () => {
  const rows = await rowsOf(peer.cases.map(({ text }) => text));
  peer.cases.forEach(({ text, row }, i) => {
    row.forEach((value, j) => {
      expect(rows[i]?.[j], text).toBeCloseTo(value, 5);
    });
  });
});

test('questions find their English translations among thirty, in every language', async () => {
  const english = await rowsOf(msvamp['English'] ?? []);
  expect(english).toHaveLength(30);
  for (const [language, texts] of Object.entries(msvamp)) {
    const rows = await rowsOf(texts);
    const right = rows.filter((row, i) =>
      english.every((other, j) => j === i || dot(row, other) < dot(row, english[i] ?? other)),
    );
    expect(right.length / 30, language).toBeGreaterThan(0.7);
  }
});

test('a text without known pieces has a row of zeros; all others have length 1', async () => {
  const [none, control, some] = await rowsOf(['', '\u0007', 'a']);
  expect(none?.every((value) => value === 0)).toBe(true);
  expect(control?.every((value) => value === 0)).toBe(true);
  expect(dot(some ?? new Float32Array(0), some ?? new Float32Array(0))).toBeCloseTo(1, 5);
});

test('equal texts have equal rows in any batch, and overlapping calls do not disturb each other', async () => {
  const texts = Array.from({ length: 300 }, (_, i) => `text ${i % 90} `.repeat(1 + (i % 3)));
  const [one, two] = await Promise.all([rowsOf(texts), rowsOf([...texts].reverse())]);
  expect(two.reverse()).toEqual(one);
  expect((await rowsOf(texts.slice(200, 201)))[0]).toEqual(one[200]);
});

test('a megabyte takes milliseconds, and an aborted signal stops', async () => {
  const input: EncoderInput = {
    kind: 'text',
    prompt: 'x'.repeat(1_000_000),
    response: 'lorem ipsum 한국어 '.repeat(70_000),
  };
  const start = performance.now();
  const row = await encoder.encode([input]);
  expect(performance.now() - start).toBeLessThan(1000);
  expect(row.every(Number.isFinite)).toBe(true);
  await expect(embedder.embed(['a'], { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
});

test('any text at all gives finite features', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), fc.string(), async (response, prompt) => {
      const row = await encoder.encode([{ kind: 'text', prompt, response: `${response}\ud800` }]);
      expect(row.every(Number.isFinite)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('another file, no file and another revision are refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'static-e5-'));
  try {
    const file = join(folder, 'static-e5.safetensors');
    const open = () => openStaticE5(encoder.manifest, pathToFileURL(file));
    await expect(open()).rejects.toMatchObject({ code: 'ASY-5003' });
    await writeFile(file, 'not the model');
    await expect(open()).rejects.toMatchObject({ code: 'ASY-5002' });
    await expect(openStaticE5({ ...encoder.manifest, revision: '0' })).rejects.toMatchObject({ code: 'ASY-5002' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
