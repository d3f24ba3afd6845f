import fc from 'fast-check';
import { expect, test } from 'vitest';
import { segmentFrames, segvr, tarCoefficients } from '../../models/segvr.ts';

const plan = { frames: 16, fps: 8, segments: 4, seed: 'clip' } as const;

test('S240: first, middle and random frame of each of four segments of 16 frames', () => {
  expect(segmentFrames({ ...plan, frame: 'first' }).map(({ index }) => index)).toEqual([0, 4, 8, 12]);
  expect(segmentFrames({ ...plan, frame: 'middle' })).toEqual([
    { index: 2, at: 0.25 },
    { index: 6, at: 0.75 },
    { index: 10, at: 1.25 },
    { index: 14, at: 1.75 },
  ]);
  const random = segmentFrames({ ...plan, frame: 'random' });
  expect(segmentFrames({ ...plan, frame: 'random' })).toEqual(random);
  const others = Array.from({ length: 8 }, (_, seed) => segmentFrames({ ...plan, frame: 'random', seed }));
  expect(new Set(others.map((frames) => JSON.stringify(frames))).size).toBeGreaterThan(1);
});

test('each segment has exactly one frame, inside it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 64 }),
      fc.constantFrom('random' as const, 'first' as const, 'middle' as const),
      fc.integer(),
      (frames, segments, frame, seed) => {
        const sampled = segmentFrames({ frames, fps: 30, segments, frame, seed });
        const span = Math.floor(frames / Math.min(segments, frames));
        expect(sampled).toHaveLength(Math.min(segments, frames));
        sampled.forEach(({ index, at }, segment) => {
          expect(Math.floor(index / span)).toBe(segment);
          expect(index).toBeLessThan(frames);
          expect(at).toBe(index / 30);
        });
      },
    ),
  );
});

test('a constant reward is the reward of the video; as many segments as frames is the full mean', () => {
  expect(segvr([0.7, 0.7, 0.7])).toBeCloseTo(0.7, 12);
  const rewards = Array.from({ length: 12 }, (_, i) => i * i);
  const all = segmentFrames({ ...plan, frames: 12, segments: 12, frame: 'random' });
  expect(segvr(all.map(({ index }) => rewards[index] ?? Number.NaN))).toBeCloseTo(506 / 12, 12);
});

test('TAR attenuates by distance from the centre frame and is not renormalised', () => {
  const coefficients = tarCoefficients([7, 8, 10], 16);
  expect(coefficients).toEqual([Math.exp(-1), 1, Math.exp(-2)]);
  expect(segvr([1, 1, 1], coefficients)).toBeCloseTo((1 + Math.exp(-1) + Math.exp(-2)) / 3, 12);
  expect(tarCoefficients([3], 16, 0)).toEqual([1]);
});

test('clips without frames and videos without rewards are mistakes of the caller', () => {
  expect(() => segmentFrames({ ...plan, frames: 0, frame: 'first' })).toThrow(RangeError);
  expect(() => segmentFrames({ ...plan, fps: 0, frame: 'first' })).toThrow(RangeError);
  expect(() => segvr([])).toThrow(RangeError);
});
