import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKED_FORMATS, checkRows } from '../../../../activities/exporters/contract/check.ts';
import { CONTRACT_ERRORS } from '../../../../schemas/contract-errors.ts';
import type { ExportFormat } from '../../../../schemas/pipeline.ts';
import { streamed } from '../../../support/exporting.ts';

const verdict = (format: ExportFormat, ...rows: unknown[]) =>
  checkRows(format, streamed(rows.map((value, i) => ({ row: i + 1, value }))));

const codes = async (format: ExportFormat, ...rows: unknown[]) =>
  (await verdict(format, ...rows)).faults.map(({ row, code }) => [row, code]);

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const image = { type: 'image' };
const words = (text: string) => ({ type: 'text', text });

const ASK = [user('Why is the sky blue?')];
const GOOD = [assistant('Because air scatters short waves more.')];
const BAD = [assistant('Magic.')];
const verlRow = {
  data_source: 'assay/d',
  prompt: ASK,
  ability: 'chat',
  reward_model: { style: 'rule', ground_truth: '4' },
  extra_info: { split: 'train', index: 1 },
};

/** Rows that trainers take, in both of their forms. */
const sound: readonly [ExportFormat, ...object[]][] = [
  ['trl-preference', { prompt: ASK, chosen: GOOD, rejected: BAD }],
  ['trl-preference', { prompt: 'Why?', chosen: ' So.', rejected: ' Because.' }],
  [
    'trl-preference',
    {
      images: ['a.jpg'],
      prompt: [user([image, words('p')])],
      chosen: [assistant([words('a')])],
      rejected: [assistant([words('b')])],
    },
  ],
  ['trl-sft', { prompt: ASK, completion: GOOD }],
  ['trl-sft', { messages: [...ASK, ...GOOD] }],
  ['trl-sft', { text: 'The sky is blue.' }],
  [
    'trl-sft',
    {
      prompt: ASK,
      completion: [{ role: 'assistant', content: null, tool_calls: [{}] }, { role: 'tool', content: '7' }, ...GOOD],
    },
  ],
  ['trl-kto', { prompt: ASK, completion: GOOD, label: true }, { prompt: ASK, completion: BAD, label: false }],
  ['trl-reward', { chosen: [...ASK, ...GOOD], rejected: [...ASK, ...BAD] }],
  ['trl-prompt-only', { prompt: ASK }],
  ['trl-grpo', { prompt: ASK, solution: '7', difficulty: 3 }],
  ['trl-prm', { prompt: '2 + 2?', completions: ['Two and two.', '4'], labels: [true, false] }],
  ['openrlhf-sft', { input: 'Why?', output: 'So.' }],
  [
    'openrlhf-rm',
    { chosen: [...ASK, ...GOOD], rejected: [...ASK, ...BAD], margin: 0.5 },
    { chosen: [...ASK, ...GOOD], rejected: [...ASK, ...BAD], margin: null },
  ],
  ['openrlhf-prompt', { input: [user('<image>\nWhat is this?')], label: 'a cat', images: ['a.jpg'] }],
  ['verl', verlRow],
  ['llamafactory-sft', { messages: [...ASK, ...GOOD] }],
  ['llamafactory-dpo', { messages: ASK, chosen: GOOD[0], rejected: BAD[0] }],
  ['llamafactory-kto', { messages: [...ASK, ...GOOD], label: true }, { messages: [...ASK, ...BAD], label: false }],
];

it.each(sound)('%s takes %j', async (format, ...rows) => {
  expect(await verdict(format, ...rows)).toEqual({ rows: rows.length, broken: 0, faults: [] });
});

it('has a sound row for every format that it checks', () => {
  expect(new Set(sound.map(([format]) => format))).toEqual(new Set(CHECKED_FORMATS));
});

/** One trap each: the row, the code, and part of what is said. */
const traps: readonly [string, ExportFormat, unknown, string, RegExp][] = [
  ['a row that is no object', 'trl-sft', [1], 'ASY-6102', /no object/],
  ['a column that is not there', 'trl-preference', { prompt: ASK, chosen: GOOD }, 'ASY-6101', /no column rejected/],
  ['a number for a text', 'trl-sft', { prompt: 7, completion: 'a' }, 'ASY-6102', /prompt is a number/],
  [
    'turns without roles',
    'trl-sft',
    { prompt: [{ from: 'human', value: 'p' }], completion: GOOD },
    'ASY-6102',
    /turn 1 of prompt/,
  ],
  [
    'an unknown role',
    'trl-sft',
    { prompt: [user('p'), { role: 'robot', content: 'x' }], completion: GOOD },
    'ASY-6103',
    /robot/,
  ],
  [
    'a prompt that ends with an answer',
    'trl-sft',
    { prompt: [...ASK, ...GOOD], completion: GOOD },
    'ASY-6103',
    /turn of assistant/,
  ],
  [
    'a late system turn',
    'trl-sft',
    { prompt: [...ASK, { role: 'system', content: 's' }, ...ASK], completion: GOOD },
    'ASY-6103',
    /system/,
  ],
  ['an answer said by the user', 'trl-kto', { prompt: ASK, completion: ASK, label: true }, 'ASY-6103', /said by user/],
  ['an empty completion', 'trl-sft', { prompt: 'p', completion: ' ' }, 'ASY-6104', /completion is empty/],
  ['a completion without turns', 'trl-sft', { prompt: ASK, completion: [] }, 'ASY-6104', /completion is empty/],
  ['equal sides', 'trl-preference', { prompt: ASK, chosen: GOOD, rejected: GOOD }, 'ASY-6105', /equal/],
  [
    'the prompt inside both turns',
    'trl-preference',
    { prompt: ASK, chosen: [...ASK, ...GOOD], rejected: [...ASK, ...BAD] },
    'ASY-6106',
    /begin with the prompt/,
  ],
  [
    'the prompt inside both texts',
    'trl-preference',
    { prompt: 'Why?', chosen: 'Why? So.', rejected: 'Why? No.' },
    'ASY-6106',
    /begin with the prompt/,
  ],
  [
    'sides of two prompts',
    'trl-reward',
    { chosen: [...ASK, ...GOOD], rejected: [user('Who?'), ...BAD] },
    'ASY-6107',
    /same turns/,
  ],
  [
    'answers alone for the reward trainer',
    'trl-reward',
    { chosen: GOOD, rejected: BAD },
    'ASY-6103',
    /no turn of the user/,
  ],
  [
    'a prompt column for the reward trainer',
    'trl-reward',
    { prompt: ASK, chosen: [...ASK, ...GOOD], rejected: [...ASK, ...BAD] },
    'ASY-6113',
    /prompt/,
  ],
  ['the single column image', 'trl-sft', { image: 'a.jpg', prompt: ASK, completion: GOOD }, 'ASY-6108', /5132/],
  ['a video', 'trl-sft', { videos: ['a.mp4'], prompt: ASK, completion: GOOD }, 'ASY-6108', /no videos/],
  ['images that are no list', 'trl-sft', { images: 'a.jpg', prompt: ASK, completion: GOOD }, 'ASY-6108', /not a list/],
  [
    'fewer pictures than placeholders',
    'trl-sft',
    { images: [], prompt: [user([image, words('p')])], completion: [assistant([words('a')])] },
    'ASY-6108',
    /1 placeholders for 0/,
  ],
  [
    'a picture in the answer',
    'trl-sft',
    { images: ['a'], prompt: ASK, completion: [assistant([image])] },
    'ASY-6108',
    /answer shows/,
  ],
  [
    'paired pictures for KTO',
    'trl-kto',
    { images: ['a'], prompt: ASK, chosen: GOOD, rejected: BAD },
    'ASY-6109',
    /KTO stops/,
  ],
  ['a label of text', 'trl-kto', { prompt: ASK, completion: GOOD, label: 'true' }, 'ASY-6102', /not a boolean/],
  ['a label of 0 and 1', 'trl-kto', { prompt: ASK, completion: GOOD, label: 1 }, 'ASY-6102', /not a boolean/],
  [
    'a negative margin',
    'openrlhf-rm',
    { chosen: [...ASK, ...GOOD], rejected: [...ASK, ...BAD], margin: -1 },
    'ASY-6111',
    /-1/,
  ],
  [
    'a margin of text',
    'openrlhf-rm',
    { chosen: [...ASK, ...GOOD], rejected: [...ASK, ...BAD], margin: 'NaN' },
    'ASY-6111',
    /NaN/,
  ],
  ['a prompt column for OpenRLHF', 'openrlhf-rm', { prompt: ASK, chosen: GOOD, rejected: BAD }, 'ASY-6113', /909/],
  [
    'fewer labels than steps',
    'trl-prm',
    { prompt: 'p', completions: ['a', 'b'], labels: [true] },
    'ASY-6112',
    /1 labels for 2 steps/,
  ],
  ['soft labels of steps', 'trl-prm', { prompt: 'p', completions: ['a'], labels: [0.7] }, 'ASY-6112', /0.7/],
  ['no steps', 'trl-prm', { prompt: 'p', completions: [], labels: [] }, 'ASY-6112', /no step/],
  [
    'an empty step',
    'trl-prm',
    { prompt: 'p', completions: ['a', ''], labels: [true, true] },
    'ASY-6104',
    /step is empty/,
  ],
  [
    'turns for the PRM trainer',
    'trl-prm',
    { prompt: ASK, completions: ['a'], labels: [true] },
    'ASY-6102',
    /not a text/,
  ],
  ['a column that TRL fills', 'trl-grpo', { prompt: ASK, completions: ['a'] }, 'ASY-6113', /completions/],
  ['sides that GRPO does not read', 'trl-grpo', { prompt: ASK, chosen: GOOD, rejected: BAD }, 'ASY-6113', /chosen/],
  [
    'a text that OpenRLHF takes for a picture',
    'openrlhf-prompt',
    { input: [user('What does <image> mean in HTML?')], label: '' },
    'ASY-6115',
    /<image>/,
  ],
  ['a prompt of text for verl', 'verl', { ...verlRow, prompt: 'p' }, 'ASY-6102', /not turns/],
  [
    'no ground truth for verl',
    'verl',
    { ...verlRow, reward_model: { style: 'rule', ground_truth: null } },
    'ASY-6104',
    /ground_truth/,
  ],
  ['no index for verl', 'verl', { ...verlRow, extra_info: { split: 'train', index: 'x' } }, 'ASY-6102', /index/],
  ['no data source for verl', 'verl', { ...verlRow, data_source: '' }, 'ASY-6102', /data_source/],
  [
    'two turns of the user for LLaMA-Factory',
    'llamafactory-sft',
    { messages: [...ASK, ...ASK, ...GOOD] },
    'ASY-6103',
    /out of turn/,
  ],
  [
    'a text and turns',
    'trl-sft',
    { prompt: ASK, completion: 'a' },
    'ASY-6114',
    /completion is a text, prompt is turns/,
  ],
];

describe('traps', () => {
  it.each(traps)('%s: %s', async (_, format, row, code, reason) => {
    const { faults, broken } = await verdict(format, row);
    expect(faults[0]).toMatchObject({ row: 1, code, reason: expect.stringMatching(reason) });
    expect(faults[0]?.fix.length).toBeGreaterThan(10);
    expect(broken).toBeGreaterThan(0);
  });

  it('each code of the catalogue has a trap', () => {
    const ofRows = new Set(traps.map(([, , , code]) => code));
    expect(new Set([...ofRows, 'ASY-6110'])).toEqual(new Set(Object.keys(CONTRACT_ERRORS)));
  });
});

it('sees what no row shows by itself', async () => {
  const row = { prompt: ASK, completion: GOOD };
  expect(await codes('trl-sft', row, { prompt: 'p', completion: 'a' })).toEqual([[2, 'ASY-6114']]);
  expect(await codes('trl-sft', row, { ...row, images: [] })).toEqual([[2, 'ASY-6114']]);
  expect(await codes('trl-kto', { ...row, label: true }, { ...row, label: true })).toEqual([[null, 'ASY-6110']]);
});

it('tells a hundred faults and counts all', async () => {
  const { rows, broken, faults } = await verdict(
    'trl-prompt-only',
    ...Array.from({ length: 250 }, () => ({ prompt: [] })),
  );
  expect([rows, broken, faults.length, faults.at(-1)?.row]).toEqual([250, 250, 100, 100]);
});

it('answers whatever the rows are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...CHECKED_FORMATS),
      fc.array(fc.jsonValue(), { maxLength: 4 }),
      async (format, rows) => {
        const { broken, faults } = await verdict(format, ...rows);
        expect(faults.length).toBe(broken);
      },
    ),
  );
});
