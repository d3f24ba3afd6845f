import { AssayError } from '../../schemas/errors.ts';
import { unitHash } from '../hash.ts';
import { byText } from '../order.ts';

export interface Graded {
  readonly id: string;
  /** A difficulty, or a margin with its sign turned: a wide margin is easy. */
  readonly difficulty: number;
}

/**
 * Rows in the order of a curriculum (Bengio et al. 2009): `stages` of equal size (the first ones take the odd rows), easiest
 * first, each shuffled by the seed so that a stage has no order of its own. Throws ASY-5005 for a difficulty that is no number.
 */
export const curriculum = <R extends Graded>(rows: readonly R[], stages: number, seed: number | string = 0): R[][] => {
  for (const { id, difficulty } of rows)
    if (Number.isNaN(difficulty)) throw new AssayError('ASY-5005', { what: `difficulty of ${id}` });
  const easiest = rows.toSorted((a, b) =>
    a.difficulty === b.difficulty ? byText(a.id, b.id) : a.difficulty < b.difficulty ? -1 : 1,
  );
  const startOf = (stage: number) => Math.ceil((stage * rows.length) / stages);
  return Array.from({ length: stages }, (_, stage) =>
    easiest
      .slice(startOf(stage), startOf(stage + 1))
      .map((row) => ({ row, key: unitHash(seed, row.id) }))
      .sort((a, b) => a.key - b.key || byText(a.row.id, b.row.id))
      .map(({ row }) => row),
  );
};
