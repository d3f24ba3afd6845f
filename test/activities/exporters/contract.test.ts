import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Row } from '../../../activities/exporters/contract/breach.ts';
import { createContractCheck } from '../../../activities/exporters/contract/check.ts';
import { createTally, exportRows } from '../../../activities/exporters/export-rows.ts';
import type { Exporter } from '../../../activities/exporters/exporter.ts';
import { exporterOf, exporters } from '../../../activities/exporters/index.ts';
import { ktoWeights } from '../../../activities/exporters/trl-kto.ts';
import type { DatasetRow } from '../../../schemas/dataset.ts';
import { EXPORT_FORMATS } from '../../../schemas/pipeline.ts';
import { around, contextOf, splitRows } from '../../support/exporting.ts';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });

const faults: readonly [string, object, string, RegExp][] = [
  [
    'trl-preference',
    { prompt: [], chosen: [assistant('a')], rejected: [assistant('b')] },
    'ASY-6104',
    /row 1: prompt is empty/,
  ],
  [
    'trl-preference',
    { prompt: [user('p')], chosen: [assistant('a')], rejected: [assistant('a')] },
    'ASY-6105',
    /equal/,
  ],
  ['trl-sft', { prompt: [assistant('p')], completion: [assistant('a')] }, 'ASY-6103', /not of the user/],
  ['trl-kto', { prompt: [user('p')], completion: [assistant('a')], label: 'true' }, 'ASY-6102', /not a boolean/],
  ['trl-kto', { prompt: [user('p')], completion: [assistant('a')] }, 'ASY-6003', /columns are prompt,completion, not/],
];

it.each(faults)('%s refuses %j', async (format, row, code, reason) => {
  const exporter: Exporter = { ...exporterOf(format, { visual: false }), rowsOf: () => ({ rows: [row] }) };
  const source = splitRows([{ pFlip: null } as DatasetRow]);
  const reading = exportRows(exporter, source, around(), createTally(exporter));
  await expect(reading.next()).rejects.toMatchObject({ code, message: expect.stringMatching(reason) });
});

it('knows every format and no other', () => {
  expect(exporters({ visual: true }).map(({ format }) => format)).toEqual([...EXPORT_FORMATS]);
  expect(exporters({ visual: false }).map(({ format }) => format)).toEqual(
    EXPORT_FORMATS.slice(0, EXPORT_FORMATS.indexOf('webdataset')),
  );
  for (const visual of [true, false])
    expect(() => exporterOf('trl-ppo', { visual })).toThrow(expect.objectContaining({ code: 'ASY-6005' }));
  expect(() => exporterOf('coco', { visual: false })).toThrow(expect.objectContaining({ code: 'ASY-6002' }));
});

const texts = fc.constantFrom(null, '', ' ', 'a', 'b', 'long answer', 'one\ntwo\nthree', 'an <image>');
const turns = fc.array(
  fc.record({
    role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
    content: fc.constantFrom('', 'x', 'y', '<image>'),
  }),
  { maxLength: 3 },
);

it('makes no row that the trainer’s contract or its own check refuses', () => {
  fc.assert(
    fc.property(
      turns,
      fc.array(texts, { minLength: 1, maxLength: 3 }),
      fc.record({
        chosen: fc.constantFrom(null, 0, 1, 2),
        rejected: fc.constantFrom(null, 0, 1, 2),
        rating: fc.constantFrom(null, 1, 3, 5),
        good: fc.constantFrom(null, true, false),
      }),
      fc.option(fc.array(fc.array(fc.constantFrom(1, 0.2, 0, -1), { maxLength: 3 }), { maxLength: 3 })),
      (prompt, given, label, steps) => {
        const responses = given.map((text) => ({ model: null, text, media: null }));
        const row = {
          item: 'i',
          split: 'train',
          prompt,
          responses,
          ...label,
          ratings: null,
          scores: null,
          strength: null,
          steps,
          origin: { drop: 'd', row: 1 },
        };
        for (const exporter of [...exporters({ visual: false }), ...exporters({ visual: true })]) {
          const exported = exporter.rowsOf(row as unknown as DatasetRow, contextOf());
          if ('leftOut' in exported) continue;
          expect(exported.rows.length).toBeGreaterThan(0);
          for (const each of exported.rows) {
            expect(exporter.check?.(each) ?? null).toBeNull();
            expect(createContractCheck(exporter.format)?.see(each as Row) ?? null).toBeNull();
          }
        }
      },
    ),
  );
});

it('suggests KTO weights that balance the two sides', () => {
  expect(ktoWeights(10, 10)).toEqual({ desirable: 1, undesirable: 1 });
  expect(ktoWeights(4, 3)).toEqual({ desirable: 1, undesirable: 1 });
  expect(ktoWeights(0, 10)).toBeNull();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (desirable, undesirable) => {
      const weights = ktoWeights(desirable, undesirable);
      const balance = ((weights?.desirable ?? 0) * desirable) / ((weights?.undesirable ?? 0) * undesirable);
      expect(balance).toBeGreaterThanOrEqual(1);
      expect(balance).toBeLessThanOrEqual(4 / 3);
    }),
  );
});
