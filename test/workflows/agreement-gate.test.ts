import { describe, expect, it } from 'vitest';
import type { LabelSummary } from '../../schemas/label.ts';
import { belowAlpha, belowText } from '../../workflows/agreement-gate.ts';

const summary = (task: LabelSummary['task'], alpha: number | null, aspect: string | null = null): LabelSummary => ({
  task,
  aspect,
  alpha,
  level: 'nominal',
  n: 4,
  annotations: 8,
  annotators: 2,
  ci: null,
  percent: null,
});

describe('belowAlpha', () => {
  it('asks nothing where nothing is configured', () => {
    expect(belowAlpha([summary('pairwise', -0.2)], undefined)).toEqual([]);
    expect(belowAlpha([summary('pairwise', -0.2)], { binary: 0.5 })).toEqual([
      { task: 'binary', alpha: null, wanted: 0.5 },
    ]);
  });

  it('takes the least of a task’s aspects; reaching the bound is enough', () => {
    const ratings = [summary('rating', 0.8, 'clear'), summary('rating', 0.5, 'true')];
    expect(belowAlpha(ratings, { rating: 0.5 })).toEqual([]);
    expect(belowAlpha(ratings, { rating: 0.51 })).toEqual([{ task: 'rating', alpha: 0.5, wanted: 0.51 }]);
  });

  it('what is not known is not enough', () => {
    const below = belowAlpha([summary('rating', 0.9, 'clear'), summary('rating', null, 'true')], { rating: 0.1 });
    expect(below).toEqual([{ task: 'rating', alpha: null, wanted: 0.1 }]);
    expect(belowText(below)).toContain('is not known');
  });
});
