import type { HeadConfig } from '../../models/training/examples.ts';

/** A plain Bradley–Terry head; tests say what they want otherwise. */
export const HEAD_CONFIG: HeadConfig = {
  objective: 'bradley-terry',
  margin: 'none',
  flips: 'ignore',
  l2: 1e-3,
  ensemble: { members: 1, combine: 'mean', lambda: 1 },
  languages: { heads: 'shared', shrinkage: 'auto', temperature: 1 },
  aspects: {},
  oodQuantile: 0.99,
  seed: 0,
};
