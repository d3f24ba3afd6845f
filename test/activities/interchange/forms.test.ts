import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBrush } from '../../../activities/importers/label-studio/brush.ts';
import { answersOf } from '../../../activities/interchange/answers.ts';
import { placeOfQuestion, questionName } from '../../../activities/interchange/argilla/names.ts';
import { recordOf } from '../../../activities/interchange/argilla/record.ts';
import { createSettings } from '../../../activities/interchange/argilla/settings.ts';
import { csvRow } from '../../../activities/interchange/csv.ts';
import { encodeBrush } from '../../../activities/interchange/label-studio/brush.ts';
import { createConfig } from '../../../activities/interchange/label-studio/config.ts';
import { createPlan } from '../../../activities/interchange/label-studio/plan.ts';
import { taskOf } from '../../../activities/interchange/label-studio/task.ts';
import type { Said } from '../../../activities/interchange/said.ts';
import { locateWords } from '../../../activities/interchange/words.ts';
import { encodeRunLengths } from '../../../models/heatmap/run-lengths.ts';
import type { RunLengths, Statement } from '../../../schemas/annotation.ts';
import type { Item } from '../../../schemas/item.ts';
import { annotation } from '../../support/annotations.ts';
import { image, PROMPT, video } from './drawn.ts';

const item = (responses: Item['responses']): Item => ({
  id: `it_${'0'.repeat(32)}`,
  externalId: '1',
  modality: 'text',
  language: null,
  translatedFrom: null,
  domain: null,
  group: 'g',
  prompt: [{ role: 'user', content: PROMPT }],
  promptMedia: null,
  responses,
  contentHash: 'c'.repeat(64),
  origin: { drop: 'drop', file: 'rows.jsonl', row: 1, license: 'MIT', subject: null },
});
const text = (said: string) => ({ model: null, text: said, media: null });
const pair = item([text('One 😀.'), text('Two.')]);
const picture = item([{ model: null, text: null, media: image }]);
const clip = item([{ model: null, text: null, media: video }]);
const box = { type: 'box' as const, x: 0.25, y: 0.25, width: 0.5, height: 0.5 };

/** What each task says, on an item it can be said of. */
const SAID: readonly (readonly [Item, Statement])[] = [
  [pair, { task: 'pairwise', value: { preferred: 'b', strength: 2 } }],
  [pair, { task: 'ranking', value: { ranks: [2, 1] } }],
  [pair, { task: 'rating', value: { response: 1, aspects: { quality: 4 }, min: 1, max: 5 } }],
  [pair, { task: 'binary', value: { response: 0, good: true } }],
  [pair, { task: 'critique', value: { response: 0, text: 'Short.', edited: 'One.' } }],
  [pair, { task: 'keywords', value: { response: 0, words: ['two', 'dogs'], misaligned: [true, false] } }],
  [pair, { task: 'steps', value: { response: 0, labels: [1, -1] } }],
  [pair, { task: 'rubric', value: { response: 0, levels: { tone: 'polite', depth: 2 } } }],
  [pair, { task: 'checklist', value: { response: 0, checks: { polite: false } } }],
  [pair, { task: 'assertion', value: { response: 0, name: 'short', pass: true, detail: 'yes' } }],
  [pair, { task: 'safety', value: { response: 0, tags: ['hate'], severity: 1 } }],
  [pair, { task: 'demonstration', value: { text: 'Uno.' } }],
  [pair, { task: 'spans', value: { response: 0, spans: [{ start: 4, end: 5, tag: 'emoji' }] } }],
];
const SEEN: typeof SAID = [
  [clip, { task: 'spans', value: { response: 0, spans: [{ start: 0, end: 9, tag: 'jump' }] } }],
  [clip, { task: 'regions', value: { response: 0, marks: [{ kind: 'implausibility', frame: 3, shape: box }] } }],
  [picture, { task: 'regions', value: { response: 0, marks: [{ kind: 'misalignment', shape: box }] } }],
  [picture, { task: 'regions', value: { response: 0, marks: [] } }],
];
const address = (name: string) => name;
const saidOf = ([of, statement]: (typeof SAID)[number]): Said => ({
  item: of,
  annotations: [annotation(`sub_${'a'.repeat(32)}`, statement)],
});

describe('every task has a form', () => {
  it.each([...SAID, ...SEEN])('in Label Studio', (...given) => {
    const said = saidOf(given);
    const plan = createPlan();
    plan.add(said.item, said.annotations.flatMap(answersOf));
    const { task, controls, unsaid } = taskOf(said, { plan, address });
    expect(unsaid).toEqual([]);
    expect(controls.length).toBeGreaterThan(0);
    const config = createConfig();
    config.add(controls);
    const xml = config.xml(plan);
    for (const { result } of controls) expect(xml).toContain(`name="${result.from_name}"`);
    expect(task.annotations).toHaveLength(1);
  });

  it.each(SAID)('in Argilla', (...given) => {
    const { record, asked, unsaid } = recordOf(saidOf(given), { isRated: () => true, address, several: true });
    expect(unsaid).toEqual([]);
    expect(Object.keys(record.responses).sort()).toEqual(asked.map(({ name }) => name).sort());
    const settings = createSettings();
    settings.add(asked);
    const { questions } = settings.document(new Map()) as { questions: { name: string; required: boolean }[] };
    expect(questions.map(({ name }) => name).sort()).toEqual(asked.map(({ name }) => name).sort());
    expect(questions.filter(({ required }) => required)).toHaveLength(1);
  });
});

it('names and choices of a drop are never markup of the interface', () => {
  const hostile = '"/><Style>*{}</Style><HyperText value="x"';
  const said = saidOf([pair, { task: 'rubric', value: { response: 0, levels: { [hostile]: hostile } } }]);
  const plan = createPlan();
  plan.add(said.item, said.annotations.flatMap(answersOf));
  const config = createConfig();
  config.add(taskOf(said, { plan, address }).controls);
  expect(config.xml(plan)).not.toMatch(/<(Style|HyperText)/);
});

it('a label that XML cannot hold is told beside the form', () => {
  const said = saidOf([pair, { task: 'safety', value: { response: 0, tags: ['\u0000'], severity: 0 } }]);
  expect(taskOf(said, { plan: createPlan(), address }).unsaid).toHaveLength(1);
});

describe('brush masks', () => {
  const golden = JSON.parse(
    readFileSync(new URL('../../fixtures/interchange/brush.json', import.meta.url), 'utf8'),
  ) as {
    masks: (RunLengths & { rle: number[] })[];
  };

  it('of Label Studio’s own packing are the same when packed here', () => {
    for (const { width, height, counts } of golden.masks)
      expect(decodeBrush(encodeBrush({ width, height, counts }), { width, height }, 'mask')).toEqual({
        width,
        height,
        counts,
      });
  });

  it('of any size come back', () => {
    const size = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 5000 }), (width, height, every) => {
        const mask = Uint8Array.from({ length: width * height }, (_, i) => Number(Math.floor(i / every) % 2 === 0));
        const runs = encodeRunLengths(mask, { width, height });
        expect(decodeBrush(encodeBrush(runs), { width, height }, 'mask')).toEqual(runs);
      }),
      { numRuns: 50 },
    );
  });
});

it('names of Argilla’s questions have its alphabet, and say what they name', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 2 }),
      (parts) => {
        const place = { task: 'assertion' as const, response: 3, parts };
        const name = questionName(place) ?? '';
        expect(name).toMatch(/^[a-z0-9_-]+$/);
        expect(placeOfQuestion(name)).toEqual(place);
      },
    ),
  );
  expect(questionName({ task: 'rating', response: 0, parts: ['x'.repeat(200)] })).toBeNull();
});

it('words are found from left to right, each once', () => {
  expect(locateWords('two 😀 two dogs', ['two', 'two', 'dogs'])).toEqual([
    [0, 3],
    [7, 10],
    [11, 15],
  ]);
  expect(locateWords('two dogs', ['dogs', 'two'])).toBeNull();
  expect(locateWords('two', [''])).toBeNull();
});

it.each([
  ['=1+1', "'=1+1"],
  ['@x', "'@x"],
  ['\tx', "'\tx"],
  ['-1', '-1'],
  ['+2.5e3', '+2.5e3'],
  ['-1+1', "'-1+1"],
  ['a,"b"', '"a,""b"""'],
  ['=a,b', `"'=a,b"`],
])('CSV writes %j as %j', (cell, written) => {
  expect(csvRow([cell])).toBe(`${written}\n`);
});
