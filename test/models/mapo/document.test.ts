import { expect, test } from 'vitest';
import { alignmentDocument } from '../../../models/mapo/document.ts';
import type { AlignmentScorer } from '../../../models/mapo/scorer.ts';

/** Scores a text by how many words it shares with its reference. */
const sharedWords: AlignmentScorer = {
  name: 'shared-words',
  score: async (pairs) =>
    Float64Array.from(pairs, ({ source, target }) => {
      const words = new Set(target.split(' '));
      return source.split(' ').filter((word) => words.has(word)).length;
    }),
};
const row = (question_id: number, language: string, response: string, answer: number | string | undefined = 5) => ({
  question_id,
  language,
  prompt: `Q${question_id}`,
  response,
  answer,
});
const rows = [
  row(1, 'en', 'two and three #### 5'),
  row(1, 'en', 'two and two #### 4'),
  row(1, 'de', 'two and drei #### 5'),
  row(1, 'de', 'zwei and drei #### 5'),
  row(1, 'de', 'two and three and two #### 4'),
  row(1, 'de', '#### 5'),
  row(2, 'de', 'five #### 5', '#### 5'),
  row(1, 'sw', 'tano', undefined),
];
const jsonl = (given: readonly object[]) => given.map((each) => JSON.stringify(each)).join('\n');
const run = (text: string, options: { pivot?: string; references?: 'correct' | 'all' } = {}) =>
  alignmentDocument(text, 'answers.jsonl', sharedWords, { pivot: 'en', references: 'correct', ...options });

test('every answer is counted once, and the pairs are the right ones that agree better', async () => {
  const { pairs, report } = await run(jsonl(rows));
  expect(pairs).toEqual([
    {
      prompt: 'Q1',
      chosen: 'two and drei #### 5',
      rejected: 'zwei and drei #### 5',
      language: 'de',
      group: '1',
      score_diff: 1,
      split: 'dev',
    },
  ]);
  expect(report).toMatchObject({
    scorer: 'shared-words',
    questions: 2,
    pivotAnswers: 2,
    pivotReferences: 1,
    pairs: 1,
    train: 0,
    dev: 1,
    languages: {
      de: { answers: 5, empty: 1, unreferenced: 1, right: 2, wrong: 1, pairs: 1 },
      sw: { answers: 1, empty: 0, unreferenced: 0, right: 0, wrong: 1, pairs: 0, meanScore: 0 },
    },
  });
  for (const { answers, empty, unreferenced, right, wrong } of Object.values(report.languages))
    expect(empty + unreferenced + right + wrong).toBe(answers);
});

test('the released code’s references include wrong answers', async () => {
  const { report } = await run(jsonl(rows), { references: 'all' });
  expect(report).toMatchObject({ references: 'all', pivotReferences: 2 });
});

test.each([
  ['{"question_id": 1', 1],
  [jsonl([rows[0] ?? {}, { ...rows[1], language: '??' }]), 2],
  [jsonl([{ ...rows[0], prompt: undefined }]), 1],
  [`\n${jsonl([{ ...rows[0], answer: 'none' }])}`, 2],
  ['[]', 1],
])('row %j is refused by its line', async (text, line) => {
  await expect(run(text)).rejects.toMatchObject({ code: 'ASY-7001', details: { file: 'answers.jsonl', line } });
});

test('a file without answers to hold against, or without any to hold, is refused', async () => {
  await expect(run('')).rejects.toMatchObject({ code: 'ASY-5035' });
  await expect(run(jsonl(rows.slice(2)))).rejects.toMatchObject({ code: 'ASY-5035' });
  await expect(run(jsonl(rows.slice(0, 2)))).rejects.toMatchObject({ code: 'ASY-5035' });
  await expect(run(jsonl(rows), { pivot: 'fr' })).rejects.toMatchObject({ code: 'ASY-5035' });
});
