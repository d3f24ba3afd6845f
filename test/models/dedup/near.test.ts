import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clustersOf, linkNear, nearnessTo } from '../../../models/dedup/near.ts';
import {
  alignResponses,
  createItemSigner,
  isNear,
  itemSimilarity,
  type Signed,
} from '../../../models/dedup/signature.ts';
import { byText } from '../../../models/order.ts';
import { NearConfig } from '../../../schemas/curation.ts';

const config = NearConfig.parse({});
const sign = createItemSigner(config);
const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `w${from + i}`).join(' ');
const item = (prompt: string, ...responses: string[]): Signed => ({
  prompt,
  responses,
  frames: responses.map(() => []),
  shown: '',
});
const media = (prompt: string, ...hashes: (bigint | null)[]): Signed => ({
  prompt,
  responses: hashes.map(() => null),
  frames: hashes.map((hash) => [hash]),
  shown: '',
});

const shareKey = (a: Signed, b: Signed): boolean => {
  const keys = new Set(sign(a).keys);
  return sign(b).keys.some((key) => keys.has(key));
};

describe('two items', () => {
  const [prompt, x, y] = [words(0, 50), words(100, 50), words(200, 50)];

  it('are near where prompts and responses both are, in whatever order the sides stand', () => {
    const [a, b] = [sign(item(prompt, x, y)), sign(item(`${prompt} so`, `${y} too`, x))];
    expect(isNear(a, b, config)).toBe(true);
    expect(itemSimilarity(a, b, config)).toBeGreaterThan(0.9);
    expect(alignResponses(b, a, config)).toEqual([1, 0]);
    expect(nearnessTo(a, b, config)).toMatchObject({ sides: [1, 0] });
    expect(shareKey(item(prompt, x, y), item(prompt, y, x))).toBe(true);
  });

  it('are not near for a long prompt in common, nor for answers in common', () => {
    const long = words(1000, 2000);
    expect(isNear(sign(item(long, x)), sign(item(long, y)), config)).toBe(false);
    expect(isNear(sign(item(prompt, x)), sign(item(words(400, 50), x)), config)).toBe(false);
    expect(isNear(sign(item(prompt, x)), sign(item(prompt, x, x)), config)).toBe(false);
    expect(isNear(sign({ ...item(prompt, x), shown: 'one' }), sign({ ...item(prompt, x), shown: 'two' }), config)).toBe(
      false,
    );
  });

  it('are near by images that differ in few bits, for the same prompt', () => {
    const picture = 0xf0f0_1234_5678_9abcn;
    const [a, close, far] = [
      media('a cat', picture),
      media('a cat', picture ^ 0b111111n),
      media('a cat', ~picture & 0xffff_ffff_ffff_ffffn),
    ];
    expect(isNear(sign(a), sign(close), config)).toBe(true);
    expect(itemSimilarity(sign(a), sign(close), config)).toBeCloseTo(1 - 6 / 64);
    expect(shareKey(a, close)).toBe(true);
    expect(isNear(sign(a), sign(far), config)).toBe(false);
    expect(isNear(sign(a), sign(media('a dog', picture)), config)).toBe(false);
    const blank = media('a cat', null);
    expect(sign(blank).keys).toEqual([]);
    expect(isNear(sign(blank), sign(blank), config)).toBe(false);
  });

  it('are near by videos of which enough frames match in order', () => {
    const frames = [1n, 2n, 3n, 4n].map((n) => (n * 0x0123_4567_89ab_cdefn) & 0xffff_ffff_ffff_ffffn);
    const video = (own: readonly bigint[]): Signed => ({ prompt: 'p', responses: [null], frames: [own], shown: '' });
    const [first = 0n, ...rest] = frames;
    expect(isNear(sign(video(frames)), sign(video([first ^ 1n, ...rest])), config)).toBe(true);
    expect(isNear(sign(video(frames)), sign(video([...rest, first])), config)).toBe(true);
    expect(isNear(sign(video(frames)), sign(video(frames.toReversed())), config)).toBe(false);
    expect(shareKey(video(frames), video([...rest, first]))).toBe(true);
  });
});

it('finds equal items whatever else is there, and compares nothing else than what shares a key', () => {
  const near = fc.record({
    group: fc.integer({ min: 0, max: 4 }),
    edit: fc.integer({ min: 0, max: 2 }),
    swapped: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(near, { minLength: 2, maxLength: 14 }), fc.integer({ min: 1, max: 4 }), (given, of) => {
      const signed = given.map(({ group, edit, swapped }, i) => {
        const sides = [`${words(1000 * group, 40)} ${edit}`, words(1000 * group + 500, 40)];
        return [`i${i}`, sign(item(words(1000 * group + 200, 40), ...(swapped ? sides.toReversed() : sides)))] as const;
      });
      const clusters = (rows: typeof signed, partitions: number) => {
        const edges = Array.from({ length: partitions }, (_, partition) => {
          const buckets = new Map<number, string[]>();
          for (const [id, { keys }] of rows)
            for (const key of keys)
              if (key % partitions === partition) buckets.set(key, [...(buckets.get(key) ?? []), id]);
          return linkNear(
            [...buckets.values()].filter(({ length }) => length > 1),
            new Map(rows),
            config,
          );
        });
        return [...clustersOf(edges.flat())].sort(([a], [b]) => byText(a, b));
      };
      const whole = clusters(signed, 1);
      expect(clusters(signed.toReversed(), of)).toEqual(whole);
      const roots = new Map(whole);
      given.forEach((a, i) =>
        given.forEach((b, j) => {
          const together = i === j || (roots.has(`i${i}`) && roots.get(`i${i}`) === roots.get(`i${j}`));
          if (a.group === b.group && a.edit === b.edit) expect(together).toBe(true);
          if (a.group !== b.group) expect(together).toBe(false);
        }),
      );
    }),
    { numRuns: 40 },
  );
});
