import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonChanges } from '../../models/json-changes.ts';

it('names each place at which two values differ', () => {
  expect(jsonChanges({ a: 1, b: { c: [1, 2], d: null } }, { a: 1, b: { c: [1, 3, 4], d: {} }, e: 0 })).toEqual([
    { path: 'b.c.1', before: 2, after: 3 },
    { path: 'b.c.2', before: undefined, after: 4 },
    { path: 'b.d', before: null, after: {} },
    { path: 'e', before: undefined, after: 0 },
  ]);
  expect(jsonChanges({ a: [1] }, { a: { 0: 1 } })).toEqual([{ path: 'a', before: [1], after: { 0: 1 } }]);
});

it('finds nothing in a value beside itself, and something beside every other one', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(jsonChanges(a, JSON.parse(JSON.stringify(a)))).toEqual([]);
      const equal = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(jsonChanges(a, b).length === 0).toBe(equal);
    }),
  );
});

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : value !== null && typeof value === 'object'
      ? Object.entries(value)
          .sort(([x], [y]) => (x < y ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)])
          .concat([['object']])
      : value;
