import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Face, facesOf, overlapOf, pixelsOf, suppressed } from '../../../models/faces/boxes.ts';

const face = (left: number, top: number, right: number, bottom: number, confidence = 0.9): Face => ({
  left,
  top,
  right,
  bottom,
  confidence,
});

describe('facesOf', () => {
  it('takes the anchors whose second score reaches the threshold, with their corners', () => {
    const scores = Float32Array.of(0.25, 0.75, 0.5, 0.5, 0.9, 0.1);
    const boxes = Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1, 1, 1, -0.25, 0, 0.5, 1);
    expect(facesOf(scores, boxes, 0.5)).toEqual([face(0, 0.25, 0.5, 0.75, 0.75), face(1, 1, 1, 1, 0.5)]);
    expect(facesOf(scores, boxes, 0.6)).toHaveLength(1);
    expect(facesOf(scores, boxes, 0.76)).toEqual([]);
  });
});

describe('overlapOf', () => {
  it('is the shared area over that of both', () => {
    expect(overlapOf(face(0, 0, 2, 2), face(1, 1, 3, 3))).toBeCloseTo(1 / 7, 12);
    expect(overlapOf(face(0, 0, 1, 1), face(0, 0, 1, 1))).toBe(1);
    expect(overlapOf(face(0, 0, 1, 1), face(1, 0, 2, 1))).toBe(0);
    expect(overlapOf(face(1, 1, 1, 1), face(1, 1, 1, 1))).toBe(0);
  });
});

describe('suppressed', () => {
  it('keeps the surest of boxes that overlap by more than the limit', () => {
    const [best, same, other] = [face(0, 0, 10, 10, 0.9), face(0, 0, 10, 9, 0.8), face(20, 0, 30, 10, 0.7)];
    expect(suppressed([same, other, best], 0.5)).toEqual([best, other]);
    // Exactly at the limit both stay.
    expect(suppressed([best, face(0, 0, 10, 5, 0.8)], 0.5)).toHaveLength(2);
  });

  it('lets a box stay that only a suppressed one overlaps', () => {
    const [a, b, c] = [face(0, 0, 10, 1, 0.9), face(3, 0, 13, 1, 0.8), face(6, 0, 16, 1, 0.7)];
    expect(suppressed([a, b, c], 0.4)).toEqual([a, c]);
  });

  const edge = fc.double({ min: 0, max: 1, noNaN: true });
  const confidence = fc.double({ min: 0.5, max: 1, noNaN: true });
  const boxes = fc.array(
    fc
      .tuple(edge, edge, edge, edge, confidence)
      .map(([x, y, w, h, sure]) => face(x, y, x + w + 0.01, y + h + 0.01, sure)),
    { maxLength: 20 },
  );

  it('keeps none that overlap, and loses none without a surer box over it', () => {
    fc.assert(
      fc.property(boxes, (all) => {
        const kept = suppressed(all, 0.5);
        for (const [i, a] of kept.entries())
          for (const b of kept.slice(i + 1)) expect(overlapOf(a, b)).toBeLessThanOrEqual(0.5);
        for (const lost of all.filter((one) => !kept.includes(one)))
          expect(kept.some((one) => one.confidence >= lost.confidence && overlapOf(one, lost) > 0.5)).toBe(true);
      }),
    );
  });

  it('is the same whether less sure boxes are left out before or after', () => {
    fc.assert(
      fc.property(boxes, confidence, (all, least) => {
        const sure = (faces: readonly Face[]) => faces.filter((one) => one.confidence >= least);
        expect(sure(suppressed(all, 0.5))).toEqual(suppressed(sure(all), 0.5));
      }),
    );
  });
});

describe('pixelsOf', () => {
  it('covers every pixel that the box touches, and ends at the edges', () => {
    const size = { width: 100, height: 50 };
    expect(pixelsOf(face(0.101, 0.1, 0.199, 0.31), size)).toEqual({ left: 10, top: 5, width: 10, height: 11 });
    expect(pixelsOf(face(-0.2, -1, 2, 1.5), size)).toEqual({ left: 0, top: 0, width: 100, height: 50 });
    expect(pixelsOf(face(1.1, 0, 1.2, 1), size)).toBeNull();
    expect(pixelsOf(face(-0.2, 0, -0.1, 1), size)).toBeNull();
  });
});
