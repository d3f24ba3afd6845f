import { expect, test } from 'vitest';
import { aggregateDocument, agreementDocument, calibrationDocument } from '../../models/statistics.ts';

const csv = (...lines: string[]) => `${lines.join('\n')}\n`;
const HEADER = 'item,annotator,value';

test('agreement of a CSV, with BOM, CRLF, quotes, other columns and another order of columns', () => {
  const text =
    '\ufeffannotator,note,value,item\r\nann,"a, b",1,x\r\nbob,"line\nbreak",1,x\r\n\r\nann,,2,y\r\nbob,,2,y\r\nann,,3,z\r\nbob,,2,z\r\n';
  const document = agreementDocument(text, 'r.csv', 'interval', { bootstraps: 100 });
  expect(Object.keys(document).sort()).toEqual([
    'alpha',
    'annotators',
    'ci',
    'coefficients',
    'items',
    'percent',
    'ratings',
  ]);
  expect(document).toMatchObject({ percent: 2 / 3, items: 3, annotators: 2, ratings: 6 });
  expect(document.alpha).toBeCloseTo(1 - (5 * 2) / 34, 9);
  expect(agreementDocument(text, 'r.csv', 'nominal').alpha).not.toBe(document.alpha);
});

test('all ratings equal: strict JSON with null for what is not defined', () => {
  const text = csv(HEADER, 'x,ann,1', 'x,bob,1', 'y,ann,1', 'y,bob,1');
  const document = agreementDocument(text, 'r.csv', 'interval');
  const { coefficients, ...rest } = JSON.parse(JSON.stringify(document)) as typeof document;
  expect(rest).toEqual({ alpha: null, ci: null, percent: 1, items: 2, annotators: 2, ratings: 4 });
  expect(coefficients.filter(({ value }) => value !== null)).toEqual([{ name: 'percent', value: 1, ci: [1, 1], n: 2 }]);
});

test.each([
  ['empty file', '', 'ASY-7002', ''],
  ['header only', csv(HEADER), 'ASY-7002', ''],
  ['one row', csv(HEADER, 'x,ann,1'), 'ASY-7002', ''],
  ['one annotator', csv(HEADER, 'x,ann,1', 'y,ann,2'), 'ASY-7002', ''],
  ['no overlap', csv(HEADER, 'x,ann,1', 'y,bob,2'), 'ASY-7002', ''],
  ['column missing', csv('item,rater,value', 'x,ann,1', 'x,bob,1'), 'ASY-7001', 'r.csv:1: '],
  ['text for a number', csv(HEADER, 'x,ann,1', 'x,bob,good'), 'ASY-7001', 'r.csv:3: '],
  ['empty value', csv(HEADER, 'x,ann,1', 'x,bob,'), 'ASY-7001', 'r.csv:3: '],
  ['fields too many', csv(HEADER, 'x,ann,1,2', 'x,bob,1'), 'ASY-7001', 'r.csv:2: '],
  ['rated twice', csv(HEADER, 'x,ann,1', '', 'x,bob,1', 'x,ann,2'), 'ASY-7001', 'r.csv:5: '],
  ['infinite', csv(HEADER, 'x,ann,Infinity', 'x,bob,1'), 'ASY-7001', 'r.csv:2: '],
  ['quote left open', csv(HEADER, 'x,ann,"1', 'x,bob,1'), 'ASY-7001', 'r.csv:'],
] as const)('agreement refuses: %s', (_name, text, code, place) => {
  expect(() => agreementDocument(text, 'r.csv', 'interval')).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(place) }),
  );
});

test('majority labels and the share of each annotator’s votes that agree with them', () => {
  const text = csv(HEADER, 'y,ann,cat', 'y,bob,cat', 'y,eve,dog', 'x,ann,dog', 'x,bob,cat');
  expect(aggregateDocument(text, 'v.csv')).toEqual({
    labels: [
      { item: 'x', value: 'cat', posterior: 0.5 },
      { item: 'y', value: 'cat', posterior: 2 / 3 },
    ],
    annotators: [
      { annotator: 'ann', quality: 0.5 },
      { annotator: 'bob', quality: 1 },
      { annotator: 'eve', quality: 0 },
    ],
    method: 'majority',
    iterations: 0,
    converged: true,
  });
});

test('agreement apart for each value of one more column, a part without overlap included', () => {
  const text = csv(`${HEADER},language`, 'x,ann,1,en', 'x,bob,1,en', 'y,ann,2,en', 'y,bob,1,en', 'z,ann,2,de');
  const { by, ...whole } = agreementDocument(text, 'r.csv', 'nominal', { by: 'language' });
  expect(whole).toEqual(agreementDocument(text, 'r.csv', 'nominal'));
  expect(by).toMatchObject([
    { value: 'de', alpha: null, ci: null, percent: null, items: 1, annotators: 1, ratings: 1 },
    { value: 'en', alpha: 0, percent: 0.5, items: 2, annotators: 2, ratings: 4 },
  ]);
  expect(() => agreementDocument(text, 'r.csv', 'nominal', { by: 'guideline' })).toThrow(
    expect.objectContaining({ code: 'ASY-7001' }),
  );
});

test('methods of numbers, and the accuracy of labels against a truth that some items have', () => {
  const rows = ['x,ann,1,', 'x,bob,3,', 'x,eve,8,', 'y,ann,2,4', 'y,bob,4,4', 'y,eve,9,4'];
  const text = csv(`${HEADER},gold`, ...rows);
  const median = aggregateDocument(text, 'v.csv', 'median', { truth: 'gold' });
  expect(median).toMatchObject({
    labels: [
      { item: 'x', value: 3, posterior: null },
      { item: 'y', value: 4, posterior: null },
    ],
    method: 'median',
    truth: { n: 1, accuracy: 1, ci: [expect.closeTo(0.207, 3), 1] },
  });
  expect(aggregateDocument(text, 'v.csv', 'mean').labels.map(({ value }) => value)).toEqual([4, 5]);
  // Everybody's second is one deviation above their first.
  const [x, y] = aggregateDocument(text, 'v.csv', 'z-mean').labels.map(({ value }) => Number(value));
  expect((x ?? 0) + (y ?? 0)).toBeCloseTo(9, 9);
  const refused = (given: string, truth: string, code: string) =>
    expect(() => aggregateDocument(given, 'v.csv', 'majority', { truth })).toThrow(expect.objectContaining({ code }));
  refused(text, 'truth', 'ASY-7001');
  refused(csv(`${HEADER},gold`, 'x,ann,1,1', 'x,bob,1,2'), 'gold', 'ASY-7001');
  refused(csv(`${HEADER},gold`, 'x,ann,1,', 'x,bob,1,'), 'gold', 'ASY-7002');
  expect(() => aggregateDocument(csv(HEADER, 'x,ann,good', 'x,bob,1'), 'v.csv', 'mean')).toThrow(
    expect.objectContaining({ code: 'ASY-7001' }),
  );
});

test('calibration of a CSV, and what it refuses', () => {
  const document = calibrationDocument(csv('logit,label', '2,1', '-1,0', '0.5,0', '-2,1', '3,1'), 'c.csv');
  expect(Object.keys(document)).toEqual(['ece', 'brier', 'temperature', 'platt']);
  const refused = (text: string, code: string) =>
    expect(() => calibrationDocument(text, 'c.csv')).toThrow(expect.objectContaining({ code }));
  refused(csv('logit,label', '2,1', '1,1'), 'ASY-7002');
  refused(csv('logit,label', '2,1', '1,2'), 'ASY-7001');
  refused(csv('logit,label', 'NaN,1', '1,0'), 'ASY-7001');
  refused(csv('p,label', '1,1', '1,0'), 'ASY-7001');
});
