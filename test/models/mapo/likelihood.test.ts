import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inverseCrossEntropy, paddedWidths } from '../../../models/mapo/likelihood.ts';

const sums = Float64Array.of(-6, -2, -12);
const lengths = Int32Array.of(3, 2, 4);

test('a score is 1 over the mean loss of a reference’s own tokens', () => {
  expect([...inverseCrossEntropy({ sums, lengths })]).toEqual([0.5, 1, 1 / 3]);
});

test('over the padded width, as in the released code, a shorter reference gains and the longest stays', () => {
  // One batch, 4 wide: losses 6/4, 2/4, 12/4.
  const widths = paddedWidths(lengths, Int32Array.of(0, 0, 0));
  expect([...widths]).toEqual([4, 4, 4]);
  expect([...inverseCrossEntropy({ sums, lengths }, widths)]).toEqual([4 / 6, 2, 1 / 3]);
});

test('batches are of one answer: its first 20 references, then the rest', () => {
  const many = Int32Array.from({ length: 45 }, (_, i) => i + 1);
  const answers = Int32Array.from(many, (_, i) => (i < 42 ? 0 : 1));
  expect([...paddedWidths(many, answers)]).toEqual([...Array(20).fill(20), ...Array(22).fill(42), 45, 45, 45]);
});

test('a certain reference has a large score, not an infinite one', () => {
  const certain = { sums: Float64Array.of(0), lengths: Int32Array.of(5) };
  expect([...inverseCrossEntropy(certain)]).toEqual([1e6]);
});

test('the padded mean never scores below the true one', () => {
  const rows = fc.array(
    fc.record({ loss: fc.double({ min: 0.01, max: 20, noNaN: true }), tokens: fc.integer({ min: 1, max: 99 }) }),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(rows, (given) => {
      const own = Int32Array.from(given, ({ tokens }) => tokens);
      const all = { sums: Float64Array.from(given, ({ loss, tokens }) => -loss * tokens), lengths: own };
      const truth = inverseCrossEntropy(all);
      inverseCrossEntropy(all, paddedWidths(own, new Int32Array(given.length))).forEach((padded, i) =>
        expect(padded).toBeGreaterThanOrEqual((truth[i] ?? 0) * (1 - 1e-12)),
      );
    }),
  );
});
