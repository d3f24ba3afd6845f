import { expect, test } from 'vitest';
import { type Given, gridOf } from '../../console/review/answer-grid.ts';
import type { Statement } from '../../schemas/annotation.ts';

const said = (by: string, statement: Statement): Given => ({ by, statement });
const rating = (response: number, aspects: Record<string, number>): Statement => ({
  task: 'rating',
  value: { response, aspects, min: 1, max: 5 },
});

test('people stand side by side, and rows say where they differ', () => {
  const given = [said('x', rating(0, { clear: 4, correct: 2 })), said('y', rating(0, { correct: 5, clear: 4 }))];
  expect(gridOf(given, ['x', 'y', 'z'], 1)).toEqual([
    { name: 'clear', cells: ['4', '4', null], differs: false },
    { name: 'correct', cells: ['2', '5', null], differs: true },
  ]);
});

test('of several responses each row names the one it is about', () => {
  const rows = gridOf([said('x', rating(1, { clear: 4 })), said('y', rating(0, { clear: 1 }))], ['x', 'y'], 2);
  expect(rows.map(({ name, cells }) => [name, cells])).toEqual([
    ['B: clear', ['4', null]],
    ['A: clear', [null, '1']],
  ]);
});

test('preferences are told by the letters that the reviewer sees', () => {
  const a: Statement = { task: 'pairwise', value: { preferred: 'a', strength: 3 } };
  const b: Statement = { task: 'pairwise', value: { preferred: 'b', strength: null } };
  expect(gridOf([said('x', a), said('y', b)], ['x', 'y'], 2)).toEqual([
    { name: 'answer', cells: ['A is better, by 3 of 4', 'B is better'], differs: true },
  ]);
});

test('policies in another order are the same policies; steps have a row each', () => {
  const safety = (tags: string[]): Statement => ({ task: 'safety', value: { response: 0, tags, severity: 2 } });
  expect(
    gridOf([said('x', safety(['a', 'b'])), said('y', safety(['b', 'a']))], ['x', 'y'], 1).every(
      ({ differs }) => !differs,
    ),
  ).toBe(true);
  const steps = (labels: number[]): Statement => ({ task: 'steps', value: { response: 0, labels } });
  expect(gridOf([said('x', steps([1, -1])), said('y', steps([1]))], ['x', 'y'], 1)).toEqual([
    { name: 'step 1', cells: ['✓ right', '✓ right'], differs: false },
    { name: 'step 2', cells: ['✗ wrong', null], differs: false },
  ]);
});
