import type { Label } from '../../schemas/label.ts';

/** A label of one vote, with what a test says of it. */
export const labelWith = (change: Partial<Label>): Label => ({
  item: 'i',
  task: 'pairwise',
  response: null,
  aspect: null,
  category: null,
  value: null,
  posterior: null,
  pFlip: null,
  agreement: null,
  std: null,
  n: 1,
  votes: {},
  method: 'majority',
  ...change,
});
