import { describe, expect, it } from 'vitest';
import { aggregateItem } from '../../../models/aggregation/item.ts';
import { itemAgreement } from '../../../models/aggregation/item-agreement.ts';
import { misalignedWords, regionMarkers } from '../../../models/aggregation/regions.ts';
import type { Annotation, Statement } from '../../../schemas/annotation.ts';
import { annotation } from '../../support/annotations.ts';

const votes = (...given: ('a' | 'b' | 'tie')[]): Annotation[] =>
  given.map((preferred, i) => annotation(`p${i}`, { task: 'pairwise', value: { preferred, strength: 2 } }));
const ruled = (statement: Statement, by = 'reviewer'): Annotation => ({ ...annotation(by, statement), ruling: true });
const decided = ruled({ task: 'pairwise', value: { preferred: 'b', strength: 4 } });

describe('a ruling', () => {
  it('is the label, and the votes it overrules stand beside it', () => {
    const [label] = aggregateItem([...votes('a', 'a', 'b'), decided]);
    expect(label).toMatchObject({
      category: 'b',
      value: 4,
      posterior: 1 / 3,
      pFlip: null,
      agreement: 1 / 3,
      n: 3,
      votes: { a: 2, b: 1 },
      method: 'ruling',
    });
  });

  it('is the same whatever the order, and the newest of several counts', () => {
    const again = ruled({ task: 'pairwise', value: { preferred: 'tie', strength: null } }, 'second');
    const roundOf = (each: Annotation) => (each === again ? 1 : 0);
    const all = [...votes('a', 'b'), decided, again];
    expect(aggregateItem(all, roundOf)).toEqual(aggregateItem(all.toReversed(), roundOf));
    expect(aggregateItem(all, roundOf)[0]).toMatchObject({ category: 'tie', value: null, votes: { a: 1, b: 1 } });
  });

  it('stands alone where nobody else answered', () => {
    expect(aggregateItem([decided])[0]).toMatchObject({ category: 'b', n: 1, votes: { b: 1 }, method: 'ruling' });
  });

  it('replaces a mean, and leaves the spread of the votes', () => {
    const rate = (overall: number) => ({
      task: 'rating' as const,
      value: { response: 0, aspects: { overall }, min: 1, max: 5 },
    });
    const [label] = aggregateItem([annotation('p', rate(1)), annotation('q', rate(3)), ruled(rate(4))]);
    expect(label).toMatchObject({ value: 4, std: Math.SQRT2, n: 2, method: 'ruling' });
  });

  it('is no vote in agreement, and alone marks the image', () => {
    const mark = (x: number) => ({
      task: 'regions' as const,
      value: {
        response: 0,
        marks: [{ kind: 'implausibility' as const, shape: { type: 'point' as const, x, y: 0.5 } }],
      },
    });
    const words = (misaligned: boolean[]) => ({
      task: 'keywords' as const,
      value: { response: 0, words: ['red', 'dog'], misaligned },
    });
    const all = [
      annotation('p', mark(0.1)),
      ruled(mark(0.9)),
      annotation('p', words([true, false])),
      annotation('q', words([true, false])),
      ruled(words([false, true])),
    ];
    const { markers } = regionMarkers(all, () => 0);
    expect(markers.get(0)?.map(({ source }) => source)).toEqual(['human:reviewer']);
    expect(
      misalignedWords(all, () => 0)
        .get(0)
        ?.words.map(({ misaligned }) => misaligned),
    ).toEqual([0, 1]);
    expect(itemAgreement(all)).toEqual([{ task: 'keywords', name: 'word-f1', value: 1 }]);
  });
});
