import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdsMore } from '../../schemas/value-count.ts';

const count = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Object.values(value).reduce((sum: number, inner) => sum + count(inner), 0)
    : 1;

test('holds more exactly where counting to the end says so', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 12 }), (value, most) => {
      expect(holdsMore(value, most)).toBe(count(value) > most);
    }),
  );
});

test('bytes are one value', () => {
  expect(holdsMore({ vector: new Uint8Array(1000) }, 2)).toBe(false);
});
