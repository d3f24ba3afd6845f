import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gridOf, mergedMap } from '../../console/review/raster.ts';
import { type MarkedSpan, piecesOf } from '../../console/review/spans.ts';
import type { Mark } from '../../schemas/annotation.ts';

const grid = { width: 20, height: 10 };
const mark = (shape: Mark['shape'], kind: Mark['kind'] = 'implausibility'): Mark => ({ kind, shape });
const total = (map: Float32Array): number => map.reduce((sum, value) => sum + value, 0);

test('a map says how many of the people marked a place', () => {
  const box = mark({ type: 'box', x: 0, y: 0, width: 0.5, height: 1 });
  const map = mergedMap([[box], [box, box], [], []], 'implausibility', grid);
  expect(map[0]).toBe(0.5);
  expect(map[19]).toBe(0);
  expect(total(map)).toBe(50);
  expect(total(mergedMap([[box]], 'misalignment', grid))).toBe(0);
});

test('every shape covers its area', () => {
  const of = (shape: Mark['shape'], on = { width: 200, height: 100 }) =>
    total(mergedMap([[mark(shape)]], 'implausibility', on)) / (on.width * on.height);
  expect(of({ type: 'point', x: 0.5, y: 0.5 })).toBeCloseTo((Math.PI * 0.05 ** 2) / 2, 3);
  const triangle = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 0, y: 1 },
  ];
  expect(of({ type: 'polygon', points: triangle })).toBeCloseTo(0.5, 2);
  // The right half of four columns, column by column.
  expect(of({ type: 'mask', width: 4, height: 2, counts: [4, 4] })).toBe(0.5);
});

test('a grid has the shape of the medium', () => {
  expect(gridOf({ width: 1920, height: 1080 })).toEqual({ width: 192, height: 108 });
  expect(gridOf({ width: 1, height: 1000 })).toEqual({ width: 1, height: 192 });
});

test('pieces of a text say who marked them', () => {
  const span = (start: number, end: number, by: string): MarkedSpan => ({ start, end, tag: 'error', by });
  expect(piecesOf('a💥bc', [span(1, 3, 'y'), span(2, 9, 'x')])).toEqual([
    { text: 'a', marks: [] },
    { text: '💥', marks: [{ by: 'y', tag: 'error' }] },
    {
      text: 'b',
      marks: [
        { by: 'x', tag: 'error' },
        { by: 'y', tag: 'error' },
      ],
    },
    { text: 'c', marks: [{ by: 'x', tag: 'error' }] },
  ]);
});

test('pieces are the text, whatever is marked in it', () => {
  const spans = fc.array(
    fc.record({ start: fc.nat(30), end: fc.nat(30), tag: fc.constant('error'), by: fc.constantFrom('a', 'b') }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '💥', 'é', '\n') }), spans, (text, marked) => {
      expect(
        piecesOf(text, marked)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }),
  );
});
