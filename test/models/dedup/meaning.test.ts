import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeClusters } from '../../../models/dedup/forest.ts';
import {
  alignMeanings,
  linkMeanings,
  type Meaning,
  meaningSimilarity,
  pointOf,
} from '../../../models/dedup/meaning.ts';
import { createRandom } from '../../../models/random.ts';

const now = async (): Promise<void> => undefined;
const unit = (...values: number[]): Float32Array => {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => (length === 0 ? 0 : value / length));
};
const NOTHING = unit(0, 0, 0);
const meaning = (prompt: Float32Array, ...responses: Float32Array[]): Meaning => ({
  prompt,
  responses,
  particulars: [],
  shown: '',
});

describe('two items', () => {
  const [x, y, z] = [unit(1, 0, 0), unit(0, 1, 0), unit(0, 0, 1)];

  it('are as alike as the least of prompts and of responses that belong together', () => {
    const [a, b] = [meaning(x, y, z), meaning(unit(1, 0.1, 0), z, unit(0, 1, 0.2))];
    expect(alignMeanings(a, b)).toEqual([1, 0]);
    expect(meaningSimilarity(a, b)).toBeCloseTo(1 / Math.hypot(1, 0.2), 6);
    expect(meaningSimilarity(a, meaning(x, y, z))).toBe(1);
  });

  it('are not for prompts or responses alone, nor for others of them', () => {
    expect(meaningSimilarity(meaning(x, y), meaning(z, y))).toBe(0);
    expect(meaningSimilarity(meaning(x, y), meaning(x, z))).toBe(0);
    expect(meaningSimilarity(meaning(x, y), meaning(x, y, y))).toBe(0);
    expect(meaningSimilarity(meaning(x, y), { ...meaning(x, y), shown: 'picture' })).toBe(0);
    expect(meaningSimilarity(meaning(NOTHING, y), meaning(x, y))).toBe(0);
    expect(meaningSimilarity(meaning(NOTHING, y), meaning(NOTHING, y))).toBe(1);
  });

  it('have the same particulars, in prompt and in the responses that belong together', () => {
    const told = (...particulars: number[]): Meaning => ({ ...meaning(x, y, unit(0, 1, 0.1)), particulars });
    expect(meaningSimilarity(told(7, 1, 2), told(7, 1, 2))).toBe(1);
    expect(meaningSimilarity(told(7, 1, 2), told(8, 1, 2))).toBe(0);
    expect(meaningSimilarity(told(7, 1, 2), told(7, 1, 3))).toBe(0);
    // By cosine alone each would belong to the one in its place.
    expect(alignMeanings(told(7, 1, 2), told(7, 2, 1))).toEqual([1, 0]);
    expect(meaningSimilarity(told(7, 1, 2), told(7, 2, 1))).toBeCloseTo(1 / Math.hypot(1, 0.1), 6);
    // Where all differ, cosines say which belong together.
    expect(alignMeanings(meaning(x, y, z), { ...meaning(x, z, y), particulars: [0, 5, 6] })).toEqual([1, 0]);
  });

  it('have one point each, whatever the order of responses', () => {
    expect(pointOf(meaning(x, y, z))).toEqual(pointOf(meaning(x, z, y)));
    expect([...pointOf(meaning(x, y, z))].map((value) => Math.round(1e4 * value))).toEqual([8165, 4082, 4082]);
    expect(pointOf(meaning(NOTHING, y))).toEqual(y);
  });
});

it('joins what comparing all with all joins, over several strips and kinds of items', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 290 }), fc.integer(), async (n, seed) => {
      const random = createRandom(seed);
      const draw = () => unit(...Array.from({ length: 3 }, () => Math.round(4 * random() - 2) || 1));
      const rows = Array.from({ length: n }, (): Meaning => {
        const prompt = random() < 0.2 ? NOTHING : draw();
        const responses = Array.from({ length: random() < 0.5 ? 1 : 2 }, draw);
        const particulars = [0, ...responses.map(() => Math.round(random()))];
        return { prompt, responses, particulars, shown: random() < 0.1 ? 'picture' : '' };
      });
      // Between the cosines that small integers have, so that rounding decides nothing.
      const threshold = 0.9137;
      const near = rows.flatMap((a, i) =>
        rows.slice(i + 1).flatMap((b, k) => (meaningSimilarity(a, b) >= threshold ? [i, i + 1 + k] : [])),
      );
      expect(mergeClusters(n, [await linkMeanings(rows, threshold, now)])).toEqual(
        mergeClusters(n, [Int32Array.from(near)]),
      );
    }),
    { numRuns: 8 },
  );
});
