import type { CurriculumConfig } from '../../schemas/curation.ts';
import { AssayError } from '../../schemas/errors.ts';
import { type Candidate, figureOf } from './candidate.ts';
import { curriculum } from './curriculum.ts';

/** Higher is harder. A pair that the model tells apart by much is easy, whichever side it prefers; without a figure nothing is known: last. */
const difficultyOf = (candidate: Candidate, by: CurriculumConfig['by']): number => {
  const figure = figureOf(candidate, by);
  if (figure === null) return Infinity;
  return by === 'pFlip' ? figure : by === 'margin' ? -Math.abs(figure) : -figure;
};

/** Items of the training rows in the order of the curriculum. Throws ASY-6201 where no candidate has the figure. */
export const lessons = (candidates: readonly Candidate[], { by, stages }: CurriculumConfig, seed: number): string[] => {
  const graded = candidates.map((candidate) => ({ id: candidate.item, difficulty: difficultyOf(candidate, by) }));
  if (graded.length > 0 && graded.every(({ difficulty }) => difficulty === Infinity))
    throw new AssayError('ASY-6201', { rule: 'curriculum', needs: by });
  return curriculum(graded, stages, seed).flatMap((stage) => stage.map(({ id }) => id));
};
