import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanOverPairs, type Span, spanF1, wordF1 } from '../../../models/agreement/spans.ts';

const span = (start: number, end: number, tag = 'wrong'): Span => ({ start, end, tag });

test('F1 of spans by hand: shared code points, twice, over both sizes', () => {
  expect(spanF1([span(0, 10)], [span(5, 15)])).toBeCloseTo(0.5, 12);
  expect(spanF1([span(0, 4), span(2, 10)], [span(0, 10)])).toBe(1);
  expect(spanF1([span(0, 10)], [span(0, 10, 'rude')])).toBe(0);
  expect(spanF1([], [])).toBe(1);
  expect(spanF1([span(0, 3)], [])).toBe(0);
});

test('F1 of spans is that of the sets of marked code points', () => {
  const spans = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 8 }), fc.constantFrom('x', 'y')),
    { maxLength: 5 },
  );
  const points = (all: readonly Span[]) =>
    new Set(all.flatMap(({ start, end, tag }) => Array.from({ length: end - start }, (_, i) => `${tag}${start + i}`)));
  fc.assert(
    fc.property(spans, spans, (x, y) => {
      const [a, b] = [x, y].map((given) => given.map(([start, n, tag]) => span(start, start + n, tag)));
      if (a === undefined || b === undefined) return;
      const [p, q] = [points(a), points(b)];
      const shared = [...p].filter((point) => q.has(point)).length;
      expect(spanF1(a, b)).toBeCloseTo(p.size + q.size === 0 ? 1 : (2 * shared) / (p.size + q.size), 12);
    }),
  );
});

test('F1 of words, and means over pairs', () => {
  expect(wordF1([true, false, true], [true, true, false])).toBeCloseTo(0.5, 12);
  expect(wordF1([false], [false])).toBe(1);
  expect(meanOverPairs([1, 2, 4], (a, b) => a + b)).toBeCloseTo((3 + 5 + 6) / 3, 12);
  expect(meanOverPairs([1], (a, b) => a + b)).toBeNull();
});
