import { expect, test } from 'vitest';
import { gradesFor, nextUngraded } from '../../console/evalgen/grades.ts';
import type { Study } from '../../schemas/evalgen.ts';

const place = (n: number) => ({ item: `it_${n}`, response: 0 });
const study = {
  sample: [0, 1, 2].map((n) => ({ ...place(n), prompt: [], text: '' })),
  own: [
    { ...place(2), criterion: null, good: false },
    { ...place(0), criterion: 'brief', good: true },
    { ...place(9), criterion: null, good: true },
  ],
} as unknown as Study;

test('grades are those of one criterion, or of the whole', () => {
  expect([...gradesFor(study, null)]).toEqual([[2, false]]);
  expect([...gradesFor(study, 'brief')]).toEqual([[0, true]]);
});

test('grading goes on after the one just graded, and comes back to those left out', () => {
  const graded = (...places: number[]) => new Map(places.map((at) => [at, true]));
  expect(nextUngraded(graded(), 3, 0)).toBe(0);
  expect(nextUngraded(graded(1), 3, 1)).toBe(2);
  expect(nextUngraded(graded(1, 2), 3, 2)).toBe(0);
  expect(nextUngraded(graded(0, 1, 2), 3, 0)).toBeNull();
  expect(nextUngraded(graded(), 0, 0)).toBeNull();
});
