import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Stretches } from '../../../schemas/annotator.ts';
import { restsUntil, withWork } from '../../../server/console/stretches.ts';

const MINUTE = 60_000;
const limit = { minutes: 30, breakMinutes: 10 };

it('joins what has no pause between it, and keeps pauses', () => {
  let known: Stretches = withWork([], 0, MINUTE);
  known = withWork(known, MINUTE + 30_000, 3 * MINUTE);
  expect(known).toEqual([[0, 3 * MINUTE]]);
  known = withWork(known, 5 * MINUTE, 6 * MINUTE);
  expect(known).toEqual([
    [0, 3 * MINUTE],
    [5 * MINUTE, 6 * MINUTE],
  ]);
  // An answer that says of more work than there was since the last sign.
  expect(withWork(known, 0, 7 * MINUTE)).toEqual([
    [0, 3 * MINUTE],
    [5 * MINUTE, 7 * MINUTE],
  ]);
});

it('a break is as long as the limit asks, counted from the last sign of work', () => {
  const known: Stretches = [
    [0, 20 * MINUTE],
    [25 * MINUTE, 30 * MINUTE],
  ];
  expect(restsUntil(known, 31 * MINUTE, limit)).toBe(40 * MINUTE);
  expect(restsUntil(known, 40 * MINUTE, limit)).toBeNull();
  expect(restsUntil(known, 31 * MINUTE, { minutes: 31, breakMinutes: 10 })).toBeNull();
  expect(restsUntil(known, 31 * MINUTE, { minutes: 30, breakMinutes: 5 })).toBeNull();
  expect(restsUntil([], 0, limit)).toBeNull();
});

it('nobody is held longer than one break after they stopped, nor let through while they have worked too long', () => {
  const signs = fc.array(fc.record({ pause: fc.nat(15), work: fc.integer({ min: 1, max: 15 }) }), { maxLength: 40 });
  fc.assert(
    fc.property(signs, fc.nat(20), (acts, after) => {
      let [now, began, stopped] = [0, 0, -Infinity];
      let known: Stretches = [];
      for (const { pause, work } of acts) {
        now += pause * MINUTE;
        if (now - stopped >= limit.breakMinutes * MINUTE) began = now;
        known = withWork(known, now, now + work * MINUTE);
        stopped = now += work * MINUTE;
      }
      now += after * MINUTE;
      const resting = acts.length > 0 && stopped - began >= 30 * MINUTE && now - stopped < 10 * MINUTE;
      expect(restsUntil(known, now, limit)).toBe(resting ? stopped + 10 * MINUTE : null);
    }),
  );
});
