/** Candidates as selection sees them, without tables behind them. */
import type { Candidate, LabelFact } from '../../models/selection/candidate.ts';
import type { Context } from '../../models/selection/select.ts';
import { verdictOf } from '../../models/selection/verdict.ts';

export const labelFact = (fields: Partial<LabelFact> = {}): LabelFact => ({
  task: 'pairwise',
  response: null,
  aspect: null,
  category: null,
  value: null,
  pFlip: null,
  agreement: null,
  n: 1,
  ...fields,
});

/** A pair whose first response is preferred, alone in its group. */
export const candidateOf = (item: string, fields: Partial<Candidate> = {}): Candidate => ({
  item,
  group: item,
  origin: { drop: 'd', file: 'f', row: 1, license: 'MIT', subject: null },
  language: null,
  domain: null,
  labelled: true,
  verdict: verdictOf([labelFact({ category: 'a' })], 2),
  responses: ['r0', 'r1'],
  content: item,
  scores: null,
  spreads: null,
  generator: null,
  aspects: {},
  masses: {},
  screened: new Map(),
  tags: new Map(),
  overlaps: [],
  resemblances: [],
  near: null,
  differences: [],
  votedAt: null,
  voices: null,
  ...fields,
});

/** Nothing beside the candidates. */
export const alone: Context = { terms: { purposes: [], consent: false }, vectors: async () => new Map() };
