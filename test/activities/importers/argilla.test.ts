import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importArgilla } from '../../../activities/importers/argilla/record.ts';
import { subjectHash } from '../../../models/hash.ts';
import type { DropManifest } from '../../../schemas/drop.ts';
import { ingestDrop, SUBJECT_KEY } from '../../support/ingest-drop.ts';

/** Records as Argilla's SDK exports them (test/peers/interchange.py --argilla). */
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/interchange/argilla.json', import.meta.url), 'utf8'),
) as Record<'nested' | 'flat', Record<string, unknown>[]>;

const manifest = (more: Partial<DropManifest> = {}): DropManifest => ({
  name: 'drop',
  modality: 'text',
  format: 'argilla',
  license: 'MIT',
  purpose: ['test'],
  ...more,
});
const anna = '00000000-0000-0000-0000-0000000000a1';
const ben = '00000b20-0000-0000-0000-000000000000';

describe.each(['nested', 'flat'] as const)('records in Argilla’s %s shape', (shape) => {
  const [first, second] = golden[shape].map((record) => importArgilla(record, manifest()));

  it('have a prompt and the responses their fields name; tags in them stay text', () => {
    expect(first).toMatchObject({ externalId: 'r-1', prompt: [{ role: 'user', content: 'Name two colours.' }] });
    expect(first?.responses.map(({ text }) => text)).toEqual(['Red 😀 and blue.', '<b>Green</b>']);
    expect(second).toMatchObject({ externalId: 'r-2', annotations: [] });
  });

  it('say by person what each question asked, and by agent what was suggested', () => {
    const said = first?.annotations.map(({ annotator, source, statement }) => [
      annotator ?? source?.id,
      statement.task,
      statement.value,
    ]);
    const rating = (quality: number) => ({ response: 0, aspects: { quality }, min: null, max: null });
    expect(new Set(said?.map((each) => JSON.stringify(each)))).toEqual(
      new Set(
        [
          [anna, 'rating', rating(4)],
          [anna, 'rubric', { response: 0, levels: { tone: 'polite' } }],
          [anna, 'checklist', { response: 0, checks: { 'faults: vague': true, 'faults: short': true } }],
          [anna, 'ranking', { ranks: [1, 2] }],
          [ben, 'rating', rating(2)],
          [ben, 'critique', { response: 0, text: 'It is short. It says nothing of shades.', edited: null }],
          [ben, 'spans', { response: 0, spans: [{ start: 4, end: 5, tag: 'emoji' }] }],
          ['gpt-x', 'rating', rating(5)],
        ].map((each) => JSON.stringify(each)),
      ),
    );
  });
});

it('an export of the SDK is a drop; people are hashed', async () => {
  const { items, annotations, quarantine } = await ingestDrop(
    { 'records.json': JSON.stringify(golden.nested) },
    { format: 'argilla' },
  );
  expect(quarantine).toEqual([]);
  expect(items).toHaveLength(2);
  const people = new Set(annotations.filter(({ source }) => source.kind === 'human').map(({ source }) => source.id));
  expect(people).toEqual(new Set([anna, ben].map((id) => subjectHash(SUBJECT_KEY, id))));
});

it('what its author did not submit is not said', () => {
  const responses = {
    quality: [
      { value: 1, user_id: anna, status: 'draft' },
      { value: 2, user_id: ben, status: 'discarded' },
      { value: 3, user_id: ben, status: 'submitted' },
    ],
  };
  const draft = importArgilla({ id: '1', fields: { prompt: 'p', response: 'r' }, responses }, manifest());
  expect(draft.annotations.map(({ statement }) => statement.value)).toMatchObject([{ aspects: { quality: 3 } }]);
});

it.each([
  ['no field', 'ASY-2003', { fields: { prompt: 'p' } }],
  ['an image inside the record', 'ASY-2002', { fields: { image: 'data:image/png;base64,AAAA.png' } }],
  ['responses that are no list', 'ASY-2002', { fields: { response: 'r' }, responses: { quality: 4 } }],
  ['a value of no question', 'ASY-2002', { fields: { response: 'r' }, responses: { q: [{ value: { a: 1 } }] } }],
  [
    'a ranking of other responses',
    'ASY-2002',
    {
      fields: { response: 'r' },
      responses: {
        q: [
          {
            value: [
              { value: 'a', rank: 1 },
              { value: 'b', rank: 2 },
            ],
          },
        ],
      },
    },
  ],
  ['a broken sidecar', 'ASY-2002', { fields: { response: 'r' }, metadata: { assay: '{"item":1}' } }],
  ['a sidecar that is no JSON', 'ASY-2002', { fields: { response: 'r' }, metadata: { assay: '{' } }],
])('%s is refused with %s', (_, code, record) => {
  const modality = JSON.stringify(record).includes('image') ? 'image' : 'text';
  expect(() => importArgilla(record, manifest({ modality }))).toThrow(expect.objectContaining({ code }));
});
