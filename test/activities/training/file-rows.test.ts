import { expect, it } from 'vitest';
import { trainingFile } from '../../support/training-file.ts';

it('reads preferences as TRL has them, with what is known beside them', async () => {
  const { rows, labels } = await trainingFile([
    { prompt: 'Why?', chosen: 'So.', rejected: 'No.', margin: 3, pFlip: 0.1, language: 'en', source: 'pilot' },
    { chosen: 'Hello there', rejected: 'Hello you', language: 'fr', translated_from: 'en' },
    {
      prompt: [{ role: 'user', content: 'Hi' }],
      chosen: [{ role: 'assistant', content: 'Good day' }],
      rejected: [{ role: 'assistant', content: 'What' }],
      group: 'g',
      language: 'en',
      translated_from: 'EN',
    },
  ]);
  expect(rows.map(({ responses }) => responses)).toEqual([
    [
      { prompt: 'Why?', text: 'So.' },
      { prompt: 'Why?', text: 'No.' },
    ],
    [
      { prompt: 'Hello', text: ' there' },
      { prompt: 'Hello', text: ' you' },
    ],
    [
      { prompt: 'Hi', text: 'Good day' },
      { prompt: 'Hi', text: 'What' },
    ],
  ]);
  expect(rows.map(({ item, language, source, translated }) => [item, language, source, translated])).toEqual([
    ['1', 'en', 'pilot', false],
    ['2', 'fr', 'file.jsonl', true],
    ['3', 'en', 'file.jsonl', false],
  ]);
  expect(rows[2]?.group).toBe('g');
  expect(labels).toMatchObject([
    { item: '1', task: 'pairwise', category: 'a', value: 3, pFlip: 0.1 },
    { item: '2', category: 'a', value: null, pFlip: null },
    { item: '3', category: 'a' },
  ]);
});

it('reads rankings, ratings, marks and steps', async () => {
  const { rows, labels } = await trainingFile([
    { prompt: 'p', responses: ['x', 'y', 'z'], ranks: [2, 1, 2] },
    { prompt: 'p', response: 'x', rating: 4 },
    { prompt: 'p', response: 'y', aspects: { tone: 1, fact: 5 } },
    { prompt: 'p', response: 'z', label: false },
    { prompt: 'p', completions: ['one', 'two', 'three'], labels: [true, 0.5, false] },
  ]);
  expect(
    labels.map(({ item, task, response, aspect, category, value }) => [
      item,
      task,
      response,
      aspect,
      category ?? value,
    ]),
  ).toEqual([
    ['1', 'ranking', 0, null, 2],
    ['1', 'ranking', 1, null, 1],
    ['1', 'ranking', 2, null, 2],
    ['2', 'rating', 0, 'rating', 4],
    ['3', 'rating', 0, 'tone', 1],
    ['3', 'rating', 0, 'fact', 5],
    ['4', 'binary', 0, null, 'false'],
  ]);
  expect(rows[4]?.steps).toEqual([1, 0.5, 0]);
  expect(rows[4]?.responses).toEqual([
    { prompt: 'p', text: 'one' },
    { prompt: 'p\n\none', text: 'two' },
    { prompt: 'p\n\none\n\ntwo', text: 'three' },
  ]);
  // One prompt, one group: nothing of it straddles a split.
  expect(new Set(rows.map(({ group }) => group)).size).toBe(1);
});

it('hashes what a file says, whatever its white space', async () => {
  const plain = await trainingFile(['{"prompt":"p","chosen":"a","rejected":"b"}']);
  const spaced = await trainingFile(['', '{ "rejected": "b", "prompt": "p",  "chosen": "a" }'].slice(1));
  const other = await trainingFile(['{"prompt":"p","chosen":"b","rejected":"a"}']);
  expect(spaced.digest).toBe(plain.digest);
  expect(other.digest).not.toBe(plain.digest);
});

it.each([
  ['no JSON', '{"prompt":', 'not JSON'],
  ['a list', '[1]', 'must be an object'],
  ['none of the forms', '{"prompt":"p","text":"x"}', 'has none of chosen, responses, response and completions'],
  ['equal sides', '{"prompt":"p","chosen":"a","rejected":"a"}', 'chosen and rejected are the same'],
  ['one side only', '{"prompt":"p","chosen":"a"}', 'column rejected is missing'],
  ['a margin of 0', '{"prompt":"p","chosen":"a","rejected":"b","margin":0}', 'margin'],
  ['an infinite rating', '{"prompt":"p","response":"a","rating":1e999}', 'rating'],
  ['a response without a figure', '{"prompt":"p","response":"a"}', 'one of rating, label and aspects is needed'],
  ['ranks that are too few', '{"prompt":"p","responses":["a","b"],"ranks":[1]}', 'ranks'],
  ['labels that are too many', '{"prompt":"p","completions":["a"],"labels":[true,true]}', 'one per completion'],
  ['a language that is none', '{"prompt":"p","chosen":"a","rejected":"b","language":"?"}', 'language'],
  [
    'an original’s language that is none',
    '{"prompt":"p","chosen":"a","rejected":"b","translated_from":true}',
    'translated_from',
  ],
  ['a probability above 1', '{"prompt":"p","chosen":"a","rejected":"b","pFlip":2}', 'pFlip'],
])('refuses %s, naming the line', async (_, line, reason) => {
  const good = '{"prompt":"p","chosen":"a","rejected":"b"}';
  await expect(trainingFile([good, line])).rejects.toMatchObject({
    code: 'ASY-5018',
    message: expect.stringContaining(reason) as string,
  });
  await expect(trainingFile([good, line])).rejects.toThrow(/^file\.jsonl:2: /);
});
