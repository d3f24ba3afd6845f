/** What the tasks work out without a page: scales, rankings, spans, strokes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Placed, placeOf, placesOf, preferenceOf, step } from '../../console/tasks/pairwise-scale.ts';
import { move, place, ranksOf, type Tiers, tie, tiersOf } from '../../console/tasks/ranking-moves.ts';
import {
  boxOf,
  closes,
  inside,
  pathOf,
  shiftOf,
  strokeRuns,
  WHOLE,
  zoomed,
} from '../../console/tasks/regions/geometry.ts';
import { add, cut, toPoints, toUnits, trim, wordsOf } from '../../console/tasks/spans/text.ts';
import { stopAt } from '../../console/tasks/step-labels.ts';
import { decodeRunLengths } from '../../models/heatmap/run-lengths.ts';
import { askedText, promptWords, stepsOf } from '../../schemas/pieces.ts';

describe('a preference', () => {
  const scale = { strength: true, tie: true };

  it('is a place on a scale and back, also when the sides are turned', () => {
    for (const turned of [false, true])
      for (const at of placesOf(scale)) expect(placeOf(preferenceOf(at, turned, true), turned)).toBe(at);
    expect(preferenceOf(-3, false, true)).toEqual({ preferred: 'a', strength: 3 });
    expect(preferenceOf(-3, true, true)).toEqual({ preferred: 'b', strength: 3 });
  });

  it('has no place that the question does not offer', () => {
    expect(placesOf({ strength: false, tie: false })).toEqual([-1, 1]);
    expect(step(-1, 1, { strength: false, tie: false })).toBe(1);
    expect(step(null, -1, scale)).toBe(-1);
    expect(step(4 as Placed, 1, scale)).toBe(4);
  });
});

describe('a ranking', () => {
  const tiers: Tiers = [[0], [1, 2], [3]];

  it('is tiers and ranks, both ways', () => {
    expect(ranksOf(tiers, 4)).toEqual([1, 2, 2, 3]);
    expect(tiersOf([1, 2, 2, 3])).toEqual(tiers);
  });

  it('moves out of a shared rank first, then past the next', () => {
    expect(move(tiers, 2, -1)).toEqual([[0], [2], [1], [3]]);
    expect(move(tiers, 2, 1)).toEqual([[0], [1], [2], [3]]);
    expect(move(tiers, 3, -1)).toEqual([[0], [3], [1, 2]]);
    expect(move(tiers, 0, -1)).toEqual(tiers);
    expect(move(tiers, 3, 1)).toEqual(tiers);
  });

  it('never loses a response, whatever is done', () => {
    const act = fc.tuple(fc.constantFrom('up', 'down', 'tie', 'place'), fc.nat(4), fc.nat(4));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        let now: Tiers = [[0], [1], [2], [3], [4]];
        for (const [what, a, b] of acts)
          now =
            what === 'tie'
              ? tie(now, a, b)
              : what === 'place'
                ? place(now, a, b)
                : move(now, a, what === 'up' ? -1 : 1);
        expect(now.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
        expect(now.every((tier) => tier.length > 0)).toBe(true);
      }),
    );
  });
});

describe('spans', () => {
  it('count code points, also after characters of two units', () => {
    const text = 'A 🐋 is a fish';
    expect(toPoints(text, { start: 10, end: 14 })).toEqual({ start: 9, end: 13 });
    expect(text.slice(...Object.values(toUnits(text, { start: 9, end: 13 })))).toBe('fish');
  });

  it('come back from code points as they went', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), fc.nat(), (text, a, b) => {
        const points = Array.from(text).length;
        const [start, end] = [a % (points + 1), b % (points + 1)].sort((x, y) => x - y) as [number, number];
        expect(toPoints(text, toUnits(text, { start, end }))).toEqual({ start, end });
      }),
    );
  });

  it('follow the words of the language, also without blanks', () => {
    expect(wordsOf('It lays eggs.', 'en')).toEqual([
      { start: 0, end: 2 },
      { start: 3, end: 7 },
      { start: 8, end: 12 },
    ]);
    expect(wordsOf('鲸鱼是鱼', 'zh').length).toBeGreaterThan(1);
    expect(wordsOf('…', 'en')).toEqual([{ start: 0, end: 1 }]);
  });

  it('lose blanks at their ends and are added once', () => {
    expect(trim('a b c', { start: 1, end: 4 })).toEqual({ start: 2, end: 3 });
    expect(trim('a   c', { start: 1, end: 4 })).toBeNull();
    const one = { start: 2, end: 3, tag: 'error' };
    expect(add(add([], one), one)).toEqual([one]);
  });

  it('cut the text into pieces that make it whole again', () => {
    const span = fc.record({ start: fc.nat(20), end: fc.nat(20), tag: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.array(span), (text, spans) => {
        const inText = spans.filter(({ start, end }) => start < end && end <= text.length);
        const pieces = cut(text, inText, null);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        for (const { start, end, tag } of inText)
          expect(
            pieces
              .filter((piece) => piece.tags.includes(tag) && piece.start >= start && piece.end <= end)
              .map((piece) => piece.text)
              .join(''),
          ).toBe(text.slice(start, end));
      }),
    );
  });
});

describe('regions', () => {
  it('a stroke is every pixel near it, as run lengths that COCO reads', () => {
    const point = fc.record({
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0.5, max: 6, noNaN: true }),
        (stroke, radius) => {
          const size = { width: 23, height: 17 };
          const runs = strokeRuns(stroke, radius, size);
          const mask = decodeRunLengths(runs);
          const at = stroke.map(({ x, y }) => ({ x: x * size.width, y: y * size.height }));
          const near = (x: number, y: number) =>
            Math.min(
              ...at.map((a, i) => {
                const b = at[i + 1] ?? a;
                const [dx, dy] = [b.x - a.x, b.y - a.y];
                const length = dx * dx + dy * dy;
                const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length));
                return Math.hypot(x - a.x - t * dx, y - a.y - t * dy);
              }),
            );
          for (let y = 0; y < size.height; y++)
            for (let x = 0; x < size.width; x++)
              expect(mask[y * size.width + x]).toBe(near(x + 0.5, y + 0.5) <= radius ? 1 : 0);
          expect(runs.counts.slice(1).every((count) => count > 0)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is drawn as bars, one per column and run', () => {
    expect(pathOf({ width: 2, height: 3, counts: [1, 3, 2] })).toBe('M0 1h1v2h-1zM1 0h1v1h-1z');
  });

  it('a polygon closes at its first corner and knows its inside', () => {
    const corners = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 0, y: 1 },
    ];
    expect(closes(corners, { x: 0.01, y: 0 }, 0.02)).toBe(true);
    expect(closes(corners.slice(0, 2), { x: 0.01, y: 0 }, 0.02)).toBe(false);
    expect(inside(corners, { x: 0.2, y: 0.2 })).toBe(true);
    expect(inside(corners, { x: 0.8, y: 0.8 })).toBe(false);
  });

  it('a box has its corner at the top left, however it was drawn', () => {
    expect(boxOf({ x: 0.75, y: 0.5 }, { x: 0.25, y: 0.25 })).toEqual({
      type: 'box',
      x: 0.25,
      y: 0.25,
      width: 0.5,
      height: 0.25,
    });
  });

  it('the enlarged image never leaves its frame', () => {
    expect(shiftOf(WHOLE)).toEqual({ x: 0, y: 0 });
    const view = zoomed(WHOLE, 4, { x: 1, y: 0 });
    expect(shiftOf(view)).toEqual({ x: -300, y: 0 });
    expect(zoomed(view, 0.01, { x: 0, y: 0 })).toEqual(WHOLE);
  });
});

it('a first mistake makes the open steps before it right and ends there', () => {
  expect(stopAt([0, null, null, null], 2)).toEqual([0, 1, -1]);
});

describe('pieces of an item', () => {
  it('steps are paragraphs where there are some, else lines', () => {
    const texts = (text: string) => stepsOf(text).map((step) => step.text);
    expect(texts('one\ntwo\n\nthree\n')).toEqual(['one\ntwo', 'three']);
    expect(texts('one\ntwo\n')).toEqual(['one', 'two']);
    expect(texts('one\r\n\r\ntwo')).toEqual(['one', 'two']);
    expect(texts('  \n ')).toEqual([]);
  });

  it('the words asked about are those of what the person said last', () => {
    const prompt = [
      { role: 'user' as const, content: 'first' },
      { role: 'assistant' as const, content: 'ok' },
      { role: 'user' as const, content: 'A red house, please!' },
    ];
    expect(promptWords(askedText(prompt))).toEqual(['A', 'red', 'house', 'please']);
  });
});
