import { expect, it } from 'vitest';
import { ageFilterOf, ageOf, beginOfWindow } from '../../../models/selection/age.ts';
import { CurateFilter } from '../../../schemas/curation.ts';

it('S074: a window ends on its day and begins so many days before, in UTC; on its edge a label holds', () => {
  const age = CurateFilter.parse({ kind: 'age', days: 30, asOf: '2026-03-01' });
  const filter = ageFilterOf([CurateFilter.parse({ kind: 'pFlip', max: 1 }), age]);
  if (filter === null) throw new Error('there is one');
  expect(beginOfWindow(filter)).toBe(Date.UTC(2026, 0, 30));
  expect(ageOf(filter, beginOfWindow(filter))).toBe(30);
  expect(ageOf(filter, Date.UTC(2026, 2, 2))).toBe(-1);
  expect(filter.action).toBe('reject');
  expect(ageFilterOf([])).toBeNull();
});
