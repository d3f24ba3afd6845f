import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import stated from '../../../models/encoders/static-e5.json' with { type: 'json' };
import { readStaticVectors } from '../../../models/encoders/static-e5-file.ts';
import type { Unigram, UnigramVocabulary } from '../../../models/encoders/unigram.ts';
import { countPieces, createUnigram, normalise } from '../../../models/encoders/unigram.ts';
import { unigramLibrary } from '../../support/unigram-library.ts';

interface Texts {
  readonly msvamp: Readonly<Record<string, readonly string[]>>;
  readonly mlqe: Readonly<Record<string, readonly (readonly [string, string])[]>>;
}

const fixture = new URL('../../fixtures/models/multilingual-texts.json', import.meta.url);
const { msvamp, mlqe } = JSON.parse(readFileSync(fixture, 'utf8')) as Texts;
const texts = [...Object.values(msvamp).flat(), ...Object.values(mlqe).flat(2)];

let vocabulary: UnigramVocabulary;
let unigram: Unigram;
let library: (text: string) => number[];
beforeAll(async () => {
  const file = new URL('../../../models/bundled/text/static-e5.safetensors', import.meta.url);
  ({ vocabulary } = await readStaticVectors(file, stated.sha256));
  unigram = createUnigram(vocabulary);
  library = unigramLibrary(vocabulary);
});

test('real texts of sixteen languages are divided as the Hugging Face library divides them', () => {
  expect(texts.length).toBeGreaterThan(400);
  for (const text of texts) expect(Array.from(unigram.encode(text)), text).toEqual(library(text));
});

test('so are texts of any characters, spaces and letter forms', () => {
  const pieces = fc.constantFrom(
    ' ',
    '  ',
    '\u00a0',
    '\t\n',
    '～',
    'ﬁ',
    '½',
    'İ',
    'ΟΔΟΣ',
    '\u200d',
    '𠮷',
    '👩‍👩‍👧',
    '\ud800',
    '▁',
    'é',
    'e\u0301',
  );
  const text = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 }), fc.string({ maxLength: 6 })));
  fc.assert(
    fc.property(text, (parts) => {
      const given = parts.join('');
      expect(Array.from(unigram.encode(given))).toEqual(library(given));
    }),
    { numRuns: 150 },
  );
});

test('the likeliest division wins, unknown characters are left out, and no text has no pieces', () => {
  const small = createUnigram({
    pieces: ['▁', 'a', 'b', 'ab', '▁ab', 'abc'],
    scores: Float32Array.of(-2, -3, -3, -4, -5, -20),
  });
  const divide = (text: string) => Array.from(small.encode(text));
  expect(divide('ab')).toEqual([4]);
  expect(divide('aab')).toEqual([0, 1, 3]);
  expect(divide('AB?ab')).toEqual([4, 3]);
  expect(divide('???')).toEqual([0]);
  expect(divide('')).toEqual([]);
  expect(createUnigram({ pieces: [], scores: new Float32Array(0) }).encode('text')).toHaveLength(0);
});

test('normalising folds case, width and spaces', () => {
  expect(normalise('  Ｆｕｌｌ\u3000WIDTH\r\n½ ')).toBe('▁full▁width▁1⁄2▁');
  expect(normalise('a～b\u0007')).toBe('▁a～b');
  expect(normalise('')).toBe('');
});

test('a megabyte is read at its beginning and its end', () => {
  const long = `start ${'lorem ipsum '.repeat(90_000)}${'ﷺ'.repeat(3000)} finish`;
  const words = Array.from(unigram.encode(long), (id) => vocabulary.pieces[id] ?? '');
  expect(words[0]).toBe('▁start');
  expect(words.length).toBeLessThan(20_000);
  const plain = Array.from(unigram.encode(`start ${'lorem '.repeat(200_000)}finish`), (id) => vocabulary.pieces[id]);
  expect(plain.at(-1)).toBe('▁finish');
});

test('pieces of a text of any length are counted, part by part', () => {
  const words = texts.join(' ').replace(/\s+/g, ' ');
  expect(words.length).toBeGreaterThan(32_768);
  const whole = words.split(' ').reduce((sum, word) => sum + library(word).length, 0);
  expect(countPieces(unigram, words)).toBe(whole);
  for (const text of texts) expect(countPieces(unigram, text)).toBe(library(text).length);
  // Without a space a part ends anywhere: at most two pieces more each.
  const run = 'ab'.repeat(5000);
  const parts = Math.ceil(run.length / 1024);
  const least = unigram.encode(run).length;
  expect(countPieces(unigram, run)).toBeGreaterThanOrEqual(least);
  expect(countPieces(unigram, run)).toBeLessThanOrEqual(least + 2 * parts);
});
