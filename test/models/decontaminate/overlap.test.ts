import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBenchmark } from '../../../models/decontaminate/benchmark.ts';
import { contaminationDocument } from '../../../models/decontaminate/document.ts';
import { findOverlap, indexBenchmark } from '../../../models/decontaminate/overlap.ts';
import { wordSpans } from '../../../models/decontaminate/words.ts';

const wordsOf = (text: string): string[] => {
  const { starts, ends } = wordSpans(text);
  const points = Array.from(text);
  return Array.from(starts, (start, i) => points.slice(start, ends[i]).join(''));
};

it('cuts words at their code points, whatever the script', () => {
  expect(wordsOf('It’s 3.5 €, “naïve” — ok')).toEqual(['It', 's', '3', '5', 'naïve', 'ok']);
  expect(wordsOf('北京2024年')).toEqual(['北', '京', '2024', '年']);
  expect(wordsOf('')).toEqual([]);
  // A smiling face is one code point and two code units.
  expect(wordSpans('a. 😀 b').starts).toEqual(Uint32Array.from([0, 3, 5]));
  expect(wordSpans('\udc00 b').starts).toEqual(Uint32Array.from([0, 2]));
});

it('hashes words in NFC and lower case', () => {
  expect(wordSpans('CAFÉ').hashes).toEqual(wordSpans('cafe\u0301').hashes);
  expect(wordSpans('cafe').hashes).not.toEqual(wordSpans('café').hashes);
  // The Kelvin sign is a K, also to those who write it in ASCII.
  expect(wordSpans('\u212a').hashes).toEqual(wordSpans('K').hashes);
});

/** Longest common run of two lists, by dynamic programming; 0 below n. */
const longest = (a: readonly string[], b: readonly string[], n: number): number => {
  let best = 0;
  let before = b.map(() => 0);
  for (const word of a) {
    const previous = before;
    before = b.map((other, j) => (word === other ? (previous[j - 1] ?? 0) + 1 : 0));
    best = Math.max(best, ...before);
  }
  return best < n ? 0 : best;
};

it('finds the longest run shared with any row, and every row that shares one, as dynamic programming does', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'C'), { maxLength: 25 });
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 4 }),
      text,
      fc.integer({ min: 1, max: 5 }),
      (rows, words, n) => {
        const index = indexBenchmark(
          rows.map((row) => row.join(' ')),
          n,
        );
        const overlap = findOverlap(index, words.join(', '));
        const lengths = rows.map((row) => longest(row, words, n));
        const most = Math.max(...lengths);
        expect(overlap?.words ?? 0).toBe(most);
        expect(overlap?.rows ?? []).toEqual(lengths.flatMap((length, row) => (length > 0 ? [row] : [])));
        if (overlap === null) return;
        expect(overlap.row).toBe(lengths.indexOf(most));
        expect(wordsOf(overlap.text)).toHaveLength(most);
        expect(rows[overlap.row]?.join(' ').toLowerCase()).toContain(wordsOf(overlap.text).join(' ').toLowerCase());
      },
    ),
  );
});

const QUESTION = 'Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May.';

it('shows the span as it stands in the text, with its place', async () => {
  const benchmark = readBenchmark(
    [
      { line: 1, value: { id: 7, question: QUESTION } },
      { line: 2, value: { question: 'Why?' } },
    ],
    'b.jsonl',
  );
  const text = `😀 Here: "natalia  sold clips to 48 of her friends in APRIL and then she sold twelve."`;
  const texts = async function* () {
    yield { id: 'clean', text: 'Nothing of it is here.' };
    yield { id: 'copied', text };
  };
  const index = indexBenchmark(benchmark.rows.map((row) => row.text));
  const document = await contaminationDocument(texts(), benchmark, index);
  const span = 'natalia  sold clips to 48 of her friends in APRIL and then she sold';
  expect(document).toEqual({
    rows: 2,
    contaminated: [{ id: 'copied', benchmark: '7', words: 14, start: 9, end: 9 + span.length, span }],
    ngram: 13,
    benchmark: { field: 'question', rows: 2, found: 1, tooShort: 1 },
  });
  expect(
    Array.from(text)
      .slice(9, 9 + span.length)
      .join(''),
  ).toBe(span);
});

it('reads a benchmark’s texts from the field it has, turns joined, rows without an id by their line', () => {
  const lines = (...values: unknown[]) => values.map((value, i) => ({ line: 2 * i + 1, value }));
  expect(readBenchmark(lines({ prompt: 'p', task_id: 1 }, { prompt: 'q', id: 'x' }), 'f')).toEqual({
    field: 'prompt',
    rows: [
      { id: '1', line: 1, text: 'p' },
      { id: 'x', line: 3, text: 'q' },
    ],
  });
  expect(readBenchmark(lines({ turns: ['one', 'two'] }), 'f').rows).toEqual([{ id: '1', line: 1, text: 'one\ntwo' }]);
  expect(readBenchmark(lines({ text: 't', answer: 'a' }), 'f', 'answer').rows[0]?.text).toBe('a');
});

it.each([
  ['no object', [['a']], 1],
  ['no known field', [{ answer: 'a' }], 1],
  ['another shape further down', [{ text: 'a' }, { question: 'b' }], 2],
  ['a number for a text', [{ text: 'a' }, { text: 3 }], 2],
])('refuses %s with its line', (_, values, line) => {
  const read = () =>
    readBenchmark(
      values.map((value, i) => ({ line: i + 1, value })),
      'b.jsonl',
    );
  expect(read).toThrow(
    expect.objectContaining({
      code: 'ASY-7050',
      details: expect.objectContaining({ file: 'b.jsonl', line }) as object,
    }),
  );
});

it('refuses a benchmark without rows', () => {
  expect(() => readBenchmark([], 'b.jsonl')).toThrow(expect.objectContaining({ code: 'ASY-7002' }));
});
