import type { Split, TrainingSet } from '../training/examples.ts';

/** The set with those examples alone whose rows stay on their side; features and facts of rows are kept. */
export const examplesWhere = (set: TrainingSet, stays: (row: number, split: Split) => boolean): TrainingSet => {
  const kept = <T extends { readonly row: number; readonly split: Split }>(examples: readonly T[]) =>
    examples.filter(({ row, split }) => stays(row, split));
  return {
    ...set,
    pairs: set.pairs.filter(({ winner, loser, split }) => stays(winner, split) && stays(loser, split)),
    lists: set.lists.filter(({ rows, split }) => rows.every((row) => stays(row, split))),
    ratings: kept(set.ratings),
    steps: kept(set.steps),
    ...(set.dense === undefined ? {} : { dense: { ...set.dense, images: kept(set.dense.images) } }),
  };
};
