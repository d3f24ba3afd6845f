import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composed } from '../../../models/encoders/composed.ts';

const read = (response: string) => composed([{ kind: 'text', prompt: response, response }])[0]?.response ?? '';

test('S335: texts are read in NFC, and reading again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(read(text)).toBe(text.normalize('NFC'));
      expect(read(text.normalize('NFD'))).toBe(read(text));
      expect(read(read(text))).toBe(read(text));
    }),
  );
});

test('a megabyte of marks, which sorting would take minutes over, is read in bounded time', () => {
  const marks = `e${'\u0301\u0323\u0316\u0327'.repeat(250_000)}`;
  const start = performance.now();
  const text = read(marks);
  expect(performance.now() - start).toBeLessThan(5000);
  expect(text.length).toBeGreaterThan(marks.length);
  expect(text).not.toMatch(/[^\P{M}\u034f]{31}/u);
});

test('prompt and response are each read, and nothing else is changed', () => {
  expect(composed([{ kind: 'text', prompt: 'u\u0308', response: 'a' }])).toEqual([
    { kind: 'text', prompt: 'ü', response: 'a' },
  ]);
  expect(composed([])).toEqual([]);
});
