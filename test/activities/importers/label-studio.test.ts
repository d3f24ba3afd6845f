import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeBrush } from '../../../activities/importers/label-studio/brush.ts';
import { importLabelStudio } from '../../../activities/importers/label-studio/task.ts';
import type { Mark } from '../../../schemas/annotation.ts';
import type { DropManifest } from '../../../schemas/drop.ts';
import { faults, ingestDrop } from '../../support/ingest-drop.ts';

const golden = JSON.parse(readFileSync(new URL('../../fixtures/interchange/brush.json', import.meta.url), 'utf8')) as {
  masks: { width: number; height: number; rle: number[]; counts: number[] }[];
};

const manifest = (more: Partial<DropManifest> = {}): DropManifest => ({
  name: 'drop',
  modality: 'image',
  format: 'label-studio',
  license: 'MIT',
  purpose: ['test'],
  ...more,
});
const result = (type: string, value: object, more: object = {}) => ({
  type,
  from_name: 'label',
  to_name: 'image',
  value,
  ...more,
});
const size = { original_width: 200, original_height: 100 };
const task = (results: object[], more: object = {}) => ({
  id: 7,
  data: { image: '/data/upload/1/0a1b2c3d-cat.png' },
  annotations: [{ id: 1, completed_by: 3, lead_time: 12.5, was_cancelled: false, result: results }],
  ...more,
});
const read = (results: object[], more: object = {}, drop: Partial<DropManifest> = {}) =>
  importLabelStudio(task(results, more), manifest(drop)).annotations;
const marks = (...results: object[]): readonly Mark[] => {
  const [annotation] = read(results);
  return annotation?.statement.task === 'regions' ? annotation.statement.value.marks : [];
};
const codeOf = (...results: object[]): string => {
  try {
    read(results);
    return 'read';
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const png = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#f80' } })
    .png()
    .toBuffer();

describe('brush masks', () => {
  it("equal those of Label Studio's own converter", () => {
    for (const { width, height, rle, counts } of golden.masks)
      expect(decodeBrush(rle, { width, height }, 'mask')).toEqual({ width, height, counts });
  });

  it('of another size, cut off, or of no bytes are refused', () => {
    const { width = 0, height = 0, rle = [] } = golden.masks[0] ?? {};
    const decode =
      (bytes: readonly unknown[], w = width) =>
      () =>
        decodeBrush(bytes, { width: w, height }, 'mask');
    expect(decode(rle, width + 1)).toThrow(expect.objectContaining({ code: 'ASY-2011' }));
    expect(decode(rle.slice(0, -20))).toThrow(expect.objectContaining({ code: 'ASY-2017' }));
    expect(decode([])).toThrow(expect.objectContaining({ code: 'ASY-2017' }));
    expect(decode([256])).toThrow(expect.objectContaining({ code: 'ASY-2017' }));
  });
});

describe('regions', () => {
  it('points, polygons and rectangles are shares of the image', () => {
    expect(
      marks(
        result('keypointlabels', { x: 50, y: 25, width: 1, keypointlabels: ['Artifact'] }),
        result('polygonlabels', {
          points: [
            [0, 0],
            [100, 0],
            [0, 100],
          ],
          polygonlabels: ['misalignment'],
        }),
        result('rectanglelabels', {
          x: 10,
          y: 20,
          width: 30,
          height: 40,
          rotation: 0,
          rectanglelabels: ['implausible'],
        }),
      ),
    ).toEqual([
      { kind: 'implausibility', label: 'Artifact', shape: { type: 'point', x: 0.5, y: 0.25 } },
      {
        kind: 'misalignment',
        shape: {
          type: 'polygon',
          points: [
            { x: 0, y: 0 },
            { x: 1, y: 0 },
            { x: 0, y: 1 },
          ],
        },
      },
      {
        kind: 'implausibility',
        label: 'implausible',
        shape: { type: 'box', x: 0.1, y: 0.2, width: expect.closeTo(0.3), height: expect.closeTo(0.4) },
      },
    ]);
  });

  it('a rectangle turned by 90° about its corner turns in pixels, not in shares', () => {
    const value = { x: 50, y: 20, width: 20, height: 10, rotation: 90, rectanglelabels: ['artifact'] };
    const [mark] = marks(result('rectanglelabels', value, size));
    // 40 × 10 pixels become 10 × 40, to the left of and below the corner at (100, 20).
    const points = mark?.shape.type === 'polygon' ? mark.shape.points : [];
    expect(
      points
        .map(({ x, y }) => [Math.round(x * 200), Math.round(y * 100)])
        .sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d),
    ).toEqual([
      [90, 20],
      [90, 60],
      [100, 20],
      [100, 60],
    ]);
  });

  it('an ellipse that reaches over the edge is cut there', () => {
    const [mark] = marks(
      result('ellipselabels', { x: 0, y: 50, radiusX: 20, radiusY: 20, rotation: 0, ellipselabels: ['artifact'] }),
    );
    const points = mark?.shape.type === 'polygon' ? mark.shape.points : [];
    let twice = 0;
    points.forEach((p, i) => {
      const q = points[(i + 1) % points.length] ?? p;
      twice += p.x * q.y - q.x * p.y;
    });
    expect(Math.min(...points.map(({ x }) => x))).toBe(0);
    expect(Math.abs(twice) / 2).toBeCloseTo((Math.PI * 0.04) / 2, 3);
  });

  it('the keyframes of a track have their frames, counted from 0', () => {
    const keyframe = { x: 10, y: 10, width: 20, height: 20, rotation: 0, enabled: true };
    const sequence = [
      { frame: 1, ...keyframe },
      { frame: 9, ...keyframe },
    ];
    expect(marks(result('videorectangle', { sequence, labels: ['artifact'] })).map(({ frame }) => frame)).toEqual([
      0, 8,
    ]);
  });

  it.each([
    ['outside', 'ASY-2012', result('keypointlabels', { x: 100.1, y: 5, keypointlabels: ['artifact'] })],
    [
      'a box beside the image',
      'ASY-2012',
      result('rectanglelabels', { x: 110, y: 0, width: 20, height: 5, rectanglelabels: ['artifact'] }),
    ],
    [
      'no area',
      'ASY-2013',
      result('rectanglelabels', { x: 1, y: 1, width: 0, height: 5, rectanglelabels: ['artifact'] }),
    ],
    [
      'points on a line',
      'ASY-2013',
      result('polygonlabels', {
        points: [
          [0, 0],
          [50, 50],
          [90, 90],
        ],
        polygonlabels: ['artifact'],
      }),
    ],
    ['an unknown label', 'ASY-2016', result('keypointlabels', { x: 1, y: 1, keypointlabels: ['Person'] })],
    ['no number', 'ASY-2002', result('keypointlabels', { x: 'left', y: 1, keypointlabels: ['artifact'] })],
    ['an unknown type', 'ASY-2018', result('vectorlabels', {})],
    [
      'a turned box without the size',
      'ASY-2002',
      result('rectanglelabels', { x: 1, y: 1, width: 5, height: 5, rotation: 9, rectanglelabels: ['artifact'] }),
    ],
  ])('%s is refused with %s', (_, code, bad) => {
    expect(codeOf(bad)).toBe(code);
  });

  it('a box over the edge is cut there, as models draw them', () => {
    const value = { x: 90, y: -5, width: 20, height: 15, rectanglelabels: ['implausibility'] };
    const box = { type: 'box', x: 0.9, y: 0, width: expect.closeTo(0.1), height: expect.closeTo(0.1) };
    expect(marks(result('rectanglelabels', value))).toEqual([{ kind: 'implausibility', shape: box }]);
  });

  it('rounding at the edge is taken off', () => {
    expect(
      marks(result('keypointlabels', { x: 100.000_000_01, y: 0, keypointlabels: ['artifact'] }))[0]?.shape,
    ).toEqual({ type: 'point', x: 1, y: 0 });
  });

  it('drop.json may say what a label stands for', () => {
    const point = result('keypointlabels', { x: 1, y: 1, keypointlabels: ['Person'] });
    expect(read([point], {}, { regionLabels: { Person: 'misalignment' } })[0]?.statement).toMatchObject({
      value: { marks: [{ kind: 'misalignment' }] },
    });
  });
});

describe('tasks', () => {
  it('each annotation that was not cancelled is one person’s, a prediction a model’s; marking nothing says so', () => {
    const point = result('keypointlabels', { x: 1, y: 1, keypointlabels: ['artifact'] });
    const said = importLabelStudio(
      task([], {
        annotations: [
          { completed_by: { id: 9 }, result: [point] },
          { completed_by: 4, result: [] },
          { completed_by: 5, was_cancelled: true, result: [point] },
        ],
        predictions: [{ model_version: 'yolo', result: [point] }],
      }),
      manifest(),
    );
    expect(said.annotations.map(({ annotator, source, statement }) => [annotator, source?.id, statement.task])).toEqual(
      [
        ['9', undefined, 'regions'],
        ['4', undefined, 'regions'],
        [null, 'yolo', 'regions'],
      ],
    );
    expect(said.annotations[1]?.statement.value).toEqual({ response: 0, marks: [] });
  });

  it('stars, numbers, choices, taxonomies and text become ratings, criteria, checks and critiques', () => {
    const statements = read(
      [
        result('rating', { rating: 4 }, { from_name: 'quality' }),
        result('number', { number: 2.5 }, { from_name: 'seconds' }),
        result('choices', { choices: ['Good'] }, { from_name: 'verdict' }),
        result('taxonomy', { taxonomy: [['Animals', 'Cat'], ['Plants']] }, { from_name: 'shows' }),
        result('textarea', { text: ['Too dark.', 'Crooked.'] }),
      ],
      { data: { prompt: 'Why?', response: 'So.' } },
      { modality: 'text' },
    ).map(({ statement }) => [statement.task, statement.value]);
    expect(statements).toEqual([
      ['rating', { response: 0, aspects: { quality: 4, seconds: 2.5 }, min: null, max: null }],
      ['rubric', { response: 0, levels: { verdict: 'Good' } }],
      ['checklist', { response: 0, checks: { 'shows: Animals / Cat': true, 'shows: Plants': true } }],
      ['critique', { response: 0, text: 'Too dark.\n\nCrooked.', edited: null }],
    ]);
  });

  it('pairwise choices are between two fields; text spans count code points; timelines count frames from 0', () => {
    const pair = importLabelStudio(
      task([result('pairwise', { selected: 'right' })], { data: { prompt: 'p', answer1: 'x', answer2: 'y' } }),
      manifest({ modality: 'text' }),
    );
    expect(pair.responses.map(({ text }) => text)).toEqual(['x', 'y']);
    expect(pair.annotations[0]?.statement.value).toEqual({ preferred: 'b', strength: null });
    const text = { data: { text: '😀 wrong' } };
    expect(
      read([result('labels', { start: 3, end: 8, labels: ['error'] })], text, { modality: 'text' })[0]?.statement.value,
    ).toEqual({
      response: 0,
      spans: [{ start: 2, end: 7, tag: 'error' }],
    });
    const range = result('timelinelabels', { ranges: [{ start: 1, end: 10 }], timelinelabels: ['Car'] });
    expect(read([range], { data: { video: 'a.mp4' } }, { modality: 'video' })[0]?.statement.value).toEqual({
      response: 0,
      spans: [{ start: 0, end: 10, tag: 'Car' }],
    });
  });

  it('what a webhook sends is the task with its one annotation', () => {
    const { annotations, ...bare } = task([result('keypointlabels', { x: 1, y: 1, keypointlabels: ['artifact'] })]);
    const sent = { action: 'ANNOTATION_CREATED', annotation: annotations[0], task: bare, project: { id: 1 } };
    expect(importLabelStudio(sent, manifest()).annotations.map(({ annotator }) => annotator)).toEqual(['3']);
  });

  it('a conversation becomes a prompt and the model’s last word; two under one task, or none of the model’s, are refused', () => {
    const says = (role: string, content: string) =>
      result('chatmessage', { chatmessage: { role, content, createdAt: 1 } }, { from_name: 'chat' });
    const talk = [says('user', 'hi'), says('assistant', 'Hello!'), says('user', 'bye'), says('assistant', 'Good-bye.')];
    const data = { data: { prompt: 'Be kind.', input_chat: [] } };
    const draft = importLabelStudio(task(talk, data), manifest({ modality: 'text' }));
    expect(draft.prompt.map(({ content }) => content)).toEqual(['Be kind.', 'hi', 'Hello!', 'bye']);
    expect(draft.responses[0]?.text).toBe('Good-bye.');
    expect(draft.annotations).toEqual([]);
    expect(codeOf(talk[0] as object)).toBe('ASY-2002');
    expect(codeOf(says('robot', 'beep'))).toBe('ASY-2002');
    const twice = {
      annotations: [
        { completed_by: 1, result: talk },
        { completed_by: 2, result: talk },
      ],
    };
    expect(() => importLabelStudio(task([], twice), manifest({ modality: 'text' }))).toThrow(
      expect.objectContaining({ code: 'ASY-2018' }),
    );
  });

  it('a pretty-printed export finds its images by base name, and a mask of another size is refused', async () => {
    const { width = 0, height = 0, rle = [] } = golden.masks[0] ?? {};
    const brush = result(
      'brushlabels',
      { format: 'rle', rle, brushlabels: ['artifact'] },
      { original_width: width, original_height: height },
    );
    const tasks = [
      task([brush], { id: 1 }),
      task([brush], { id: 2, data: { image: 'https://example.org/x/small.png?token=1' } }),
      task([], { id: 3, data: { image: 'gone.png' } }),
    ];
    const { items, annotations, quarantine } = await ingestDrop(
      {
        'export.json': JSON.stringify(tasks, null, 2),
        'images/cat.png': await png(width, height),
        'images/small.png': await png(8, 8),
      },
      { format: 'label-studio', modality: 'image' },
    );
    expect(faults(quarantine)).toEqual([
      ['export.json', 2, 'ASY-2011'],
      ['export.json', 3, 'ASY-2101'],
    ]);
    expect(items.map((item) => [item.externalId, item.responses[0]?.media?.width])).toEqual([['1', width]]);
    expect(annotations.map(({ task: question, seconds }) => [question, seconds])).toEqual([['regions', 12.5]]);
  });

  it('relations and results of unknown types cost nothing but themselves, unless nothing else is left', () => {
    const point = result('keypointlabels', { x: 1, y: 1, keypointlabels: ['artifact'] });
    const relation = { type: 'relation', from_id: 'a', to_id: 'b', direction: 'right' };
    expect(marks(relation, result('vectorlabels', {}), point)).toHaveLength(1);
    expect(codeOf(relation, result('vectorlabels', {}))).toBe('ASY-2018');
    const both = {
      annotations: [
        { completed_by: 1, result: [point] },
        { completed_by: 2, result: [result('vectorlabels', {})] },
      ],
    };
    // Who drew only what cannot be read did not say that nothing is wrong.
    expect(read([], both).map(({ annotator }) => annotator)).toEqual(['1']);
  });

  it('a name that two files of the drop have is refused, naming both', async () => {
    const point = result('keypointlabels', { x: 1, y: 1, keypointlabels: ['artifact'] });
    const { quarantine } = await ingestDrop(
      { 'export.json': JSON.stringify([task([point])]), 'a/cat.png': await png(8, 8), 'b/cat.png': await png(9, 9) },
      { format: 'label-studio', modality: 'image' },
    );
    expect(quarantine.map(({ code, message }) => [code, message])).toEqual([
      ['ASY-2019', expect.stringMatching(/0a1b2c3d-cat.png could be a\/cat.png and b\/cat.png/)],
    ]);
  });
});
