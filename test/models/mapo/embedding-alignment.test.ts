import { expect, test } from 'vitest';
import type { TextEmbedder } from '../../../models/encoders/encoder.ts';
import { embeddingAlignment } from '../../../models/mapo/embedding-alignment.ts';

/** Two dimensions: letters and digits, at length 1; nothing known gives 0. */
const embedder = (rows: string[][] = []): TextEmbedder => ({
  id: 'letters-and-digits',
  revision: '1',
  dims: 2,
  async embed(texts) {
    rows.push([...texts]);
    return Float32Array.from(
      texts.flatMap((text) => {
        const counts = [/[a-z]/g, /[0-9]/g].map((kind) => (text.match(kind) ?? []).length);
        const length = Math.hypot(...counts);
        return counts.map((count) => (length === 0 ? 0 : count / length));
      }),
    );
  },
});
const pair = (source: string, target: string) => ({ source, target, sourceLanguage: 'sw', targetLanguage: 'en' });

test('scores are cosines, named for what they are', async () => {
  const scorer = embeddingAlignment(embedder());
  expect(scorer.name).toBe('embedding-alignment:letters-and-digits');
  const scores = await scorer.score([pair('ab', 'cd'), pair('ab', '12'), pair('a1', 'bc'), pair('', 'bc')]);
  expect([...scores]).toEqual([1, 0, 0.7071, 0].map((value) => expect.closeTo(value, 4)));
});

test('a text is embedded once however often it stands', async () => {
  const rows: string[][] = [];
  await embeddingAlignment(embedder(rows)).score([pair('a', 'b'), pair('a', 'c'), pair('d', 'b')]);
  expect(rows).toEqual([['a', 'b', 'c', 'd']]);
});

test('an embedding that is not finite is refused', async () => {
  const broken = {
    ...embedder(),
    embed: async (texts: readonly string[]) => new Float32Array(texts.length * 2).fill(Number.NaN),
  };
  await expect(embeddingAlignment(broken).score([pair('a', 'b')])).rejects.toMatchObject({ code: 'ASY-5005' });
});
