import { expect, it } from 'vitest';
import { createTally, exportRows } from '../../../activities/exporters/export-rows.ts';
import type { Exporter } from '../../../activities/exporters/exporter.ts';
import { exporterOf } from '../../../activities/exporters/index.ts';
import type { DatasetRow } from '../../../schemas/dataset.ts';
import { around, datasetRow, imageResponse, mediaOf, splitRows } from '../../support/exporting.ts';

type Row = Record<string, unknown> & {
  images: string[];
  prompt: { role: string; content: { type: string; text?: string }[] }[];
};

const exported = async (format: string, rows: readonly DatasetRow[], given: Parameters<typeof around>[0] = {}) => {
  const surroundings = around(given);
  const exporter = exporterOf(format, { visual: true });
  const tally = createTally(exporter);
  const found: Row[] = [];
  for await (const row of exportRows(exporter, splitRows(rows), surroundings, tally)) found.push(row as Row);
  return { rows: found, tally, paths: surroundings.files.map(({ path }) => path) };
};

const [A, B] = [mediaOf('a'), mediaOf('b', 'image/png')];
const textOf = (row: Row) =>
  row.prompt.flatMap(({ content }) => content.map(({ type, text }) => (type === 'image' ? '<image>' : (text ?? ''))));
const said = (turns: unknown) => (turns as Row['prompt'])[0]?.content[0]?.text;

const answered = datasetRow(1, {
  modality: 'text',
  prompt: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is on the mat?' },
  ],
  promptMedia: [A, B],
  responses: [
    { model: 'm', text: 'A cat.', media: null },
    { model: 'n', text: 'A dog.', media: null },
  ],
  chosen: 0,
  rejected: 1,
});
const plain = { ...answered, item: 'it_plain', promptMedia: null };

it('shows what a prompt shows in its last turn, and gives rows without pictures an empty list', async () => {
  const { rows, paths } = await exported('trl-preference', [answered, plain]);
  const images = [`images/${'a'.repeat(64)}.jpg`, `images/${'b'.repeat(64)}.png`];
  expect(rows[0]).toEqual({
    images,
    prompt: [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        content: [{ type: 'image' }, { type: 'image' }, { type: 'text', text: 'What is on the mat?' }],
      },
    ],
    chosen: [{ role: 'assistant', content: [{ type: 'text', text: 'A cat.' }] }],
    rejected: [{ role: 'assistant', content: [{ type: 'text', text: 'A dog.' }] }],
  });
  expect(rows[1]?.images).toEqual([]);
  expect(rows[1]?.prompt.at(-1)?.content).toEqual([{ type: 'text', text: 'What is on the mat?' }]);
  expect(paths).toEqual(images);
  expect((await exported('trl-kto', [answered])).rows.map((row) => [Object.keys(row).join(), row['label']])).toEqual([
    ['images,prompt,completion,label', true],
    ['images,prompt,completion,label', false],
  ]);
  expect((await exported('trl-sft', [answered])).rows).toHaveLength(1);
});

it('asks a judge which of two images is better, within an item and across items of one prompt', async () => {
  const compared = datasetRow(1, { responses: [imageResponse(A), imageResponse(B)], chosen: 1, rejected: 0 });
  const { rows } = await exported('trl-preference', [compared]);
  expect(rows).toHaveLength(1);
  const [row] = rows as [Row];
  expect(textOf(row)).toEqual([
    'Prompt: a red cat on a mat',
    'Image 1:',
    '<image>',
    'Image 2:',
    '<image>',
    'Which image follows the prompt better and looks better? Answer "Image 1" or "Image 2".',
  ]);
  const better = said(row['chosen']) === 'Image 1' ? row.images[0] : row.images[1];
  expect(better).toBe(`images/${'b'.repeat(64)}.png`);
  expect(new Set([said(row['chosen']), said(row['rejected'])])).toEqual(new Set(['Image 1', 'Image 2']));

  const rated = [1, 4, 5].map((rating, i) =>
    datasetRow(i, { rating, ratings: { beauty: rating }, responses: [imageResponse(mediaOf('abc'[i] ?? 'a'))] }),
  );
  const across = await exported('trl-preference', rated, { pairs: { by: 'rating', margin: 2 } });
  expect(across.rows).toHaveLength(2);
  for (const each of across.rows) {
    const won = said(each['chosen']) === 'Image 1' ? each.images[0] : each.images[1];
    expect(won).not.toBe(`images/${'a'.repeat(64)}.jpg`);
  }
  expect(across.tally.leftOut).toEqual({ 'no preference between two media of one item': 3 });
});

it('asks a judge for each rating, with the figure as the answer', async () => {
  const row = datasetRow(1, {
    rating: 3,
    ratings: { visual_quality: 3.666_67, overall: 2 },
    responses: [imageResponse(A)],
  });
  const { rows } = await exported('trl-sft', [row]);
  expect(rows.map((each) => [textOf(each).at(-1), said(each['completion'])])).toEqual([
    ['How good is this image in visual quality, from 1 (worst) to 5 (best)? Answer with a number.', '3.67'],
    ['How good is this image in overall, from 1 (worst) to 5 (best)? Answer with a number.', '2'],
  ]);
});

it('gives KTO the right verdict as desirable and the wrong one as undesirable, one medium a row', async () => {
  const { rows, tally } = await exported('trl-kto', [
    datasetRow(1, { good: false, responses: [imageResponse(A)] }),
    datasetRow(2, { rating: 3, responses: [imageResponse(B)] }),
  ]);
  expect(rows.map((row) => [row.images.length, said(row['completion']), row['label']])).toEqual([
    [1, 'Yes', false],
    [1, 'No', true],
  ]);
  expect(tally.leftOut).toEqual({ 'neither desirable nor undesirable': 1 });
  expect(tally.labels).toEqual({ true: 1, false: 1 });
});

it('shows a video as its scored frames with their times, else as four of its frames', async () => {
  const clip = mediaOf('c', 'video/mp4');
  const row = datasetRow(1, { modality: 'video', good: true, responses: [imageResponse(clip)] });
  const segments = [
    [
      { at: 0.25, value: 1 },
      { at: 1.25, value: 2 },
    ],
  ];
  const scored = await exported('trl-kto', [{ ...row, segments }]);
  expect(textOf(scored.rows[0] as Row)).toEqual([
    'Prompt: a red cat on a mat',
    'Video:',
    'frame at 0.25 s:',
    '<image>',
    'frame at 1.25 s:',
    '<image>',
    'Does this video follow the prompt and look good? Answer "Yes" or "No".',
  ]);
  expect(scored.rows[0]?.images).toEqual([
    `images/${'c'.repeat(64)}-0000250ms.jpg`,
    `images/${'c'.repeat(64)}-0001250ms.jpg`,
  ]);
  const unscored = await exported('trl-kto', [row]);
  expect(unscored.rows[0]?.images.map((path) => path.slice(-13))).toEqual(
    ['0000250', '0000750', '0001250', '0001750'].map((ms) => `${ms}ms.jpg`),
  );
});

it('writes image pairs in the columns that diffusers’ Diffusion-DPO reads', async () => {
  const rows = [2, 5].map((rating, i) =>
    datasetRow(i, { rating, responses: [imageResponse(mediaOf('ab'[i] ?? 'a'), `model-${i}`)] }),
  );
  const found = await exported('diffusion-dpo', [
    ...rows,
    datasetRow(9, { group: 'other', responses: [imageResponse(A)] }),
  ]);
  expect(found.rows).toHaveLength(1);
  const row: Readonly<Record<string, unknown>> = found.rows[0] ?? {};
  expect(row).toMatchObject({ caption: 'a red cat on a mat', margin: 3 });
  const won = row['label_0'] === 1 ? 0 : 1;
  expect([row[`label_${won}`], row[`label_${1 - won}`]]).toEqual([1, 0]);
  expect([row[`jpg_${won}`], row[`model_${won}`], row[`score_${won}`]]).toEqual([
    `images/${'b'.repeat(64)}.jpg`,
    'model-1',
    5,
  ]);
});

it('writes scored videos with their reward per segment', async () => {
  const clip = mediaOf('c', 'video/webm');
  const row = datasetRow(1, {
    modality: 'video',
    scores: [1.5],
    segments: [[{ at: 0.5, value: 1 }]],
    responses: [imageResponse(clip)],
  });
  const { rows } = await exported('video-reward', [row, { ...row, scores: null }]);
  expect(rows).toEqual([
    {
      video: `videos/${clip.sha256}.webm`,
      caption: 'a red cat on a mat',
      reward: 1.5,
      segments: [{ at: 0.5, reward: 1 }],
      seconds: 2,
      sha256: clip.sha256,
    },
  ]);
  const late = { ...row, segments: [[{ at: 2.5, value: 1 }]] };
  await expect(exported('video-reward', [late])).rejects.toMatchObject({ code: 'ASY-6003' });
});

const turn = (role: string, ...content: object[]) => [{ role, content }];
const words = (text: string) => ({ type: 'text', text });
const image = { type: 'image' };
const faults: readonly [string, object, string, RegExp][] = [
  [
    'fewer pictures than placeholders',
    { images: [], prompt: turn('user', image, words('p')), completion: turn('assistant', words('a')) },
    'ASY-6108',
    /1 placeholders for 0 pictures/,
  ],
  [
    'a picture in the answer',
    { images: ['x'], prompt: turn('user', words('p')), completion: turn('assistant', image) },
    'ASY-6003',
    /"x" is not exported/,
  ],
  [
    'an empty text',
    { images: [], prompt: turn('user', words('p'), words(' ')), completion: turn('assistant', words('a')) },
    'ASY-6104',
    /a turn of prompt is empty/,
  ],
  [
    'a turn without content',
    { images: [], prompt: turn('user'), completion: turn('assistant', words('a')) },
    'ASY-6104',
    /a turn of prompt is empty/,
  ],
  [
    'a single image column',
    { image: 'x', prompt: turn('user', words('p')), completion: turn('assistant', words('a')) },
    'ASY-6003',
    /columns are image,prompt,completion/,
  ],
];

it.each(faults)('refuses %s', async (_, row, code, reason) => {
  const exporter: Exporter = { ...exporterOf('trl-sft', { visual: true }), rowsOf: () => ({ rows: [row] }) };
  const reading = exportRows(exporter, splitRows([answered]), around(), createTally(exporter));
  await expect(reading.next()).rejects.toMatchObject({ code, message: expect.stringMatching(reason) });
});
