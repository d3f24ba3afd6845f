/** Labels of one item from its annotations: majority for categories, mean for numbers, counts for the rest (S195). */
import type { Annotation, Task } from '../../schemas/annotation.ts';
import type { Label } from '../../schemas/label.ts';
import type { Learned } from './learned.ts';
import { countVotes, flipProbability, majorityOf, pairShare } from './majority.ts';
import { numberOf } from './numbers.ts';
import type { RoundOf, Vote, VoteGroup } from './votes.ts';
import { voteGroups } from './votes.ts';

/**
 * What a tie becomes: `tie` where the task has it; for safety the warning stands; otherwise nothing is claimed that half the
 * voters denied. Named rubric levels fall to the first by text.
 */
const ON_TIE: Partial<Record<Task, string>> = {
  pairwise: 'tie',
  binary: 'false',
  keywords: 'false',
  checklist: 'false',
  assertion: 'false',
  safety: 'true',
};

/** The category that a tie of this task becomes; of tasks without one, the first by text. */
export const tieOf = (task: Task): string | undefined => ON_TIE[task];

/** The two sides of tasks with a yes and a no; `tie` votes of pairwise take no side. */
const SIDES: Partial<Record<Task, readonly [string, string]>> = {
  pairwise: ['a', 'b'],
  binary: ['true', 'false'],
  keywords: ['true', 'false'],
  checklist: ['true', 'false'],
  assertion: ['true', 'false'],
  safety: ['true', 'false'],
};

/** Of the two sides' posterior mass, the other side's share. */
const learnedFlip = (task: Task, category: string, posteriors: ReadonlyMap<string, number>): number | null => {
  const sides = SIDES[task];
  if (sides === undefined || !sides.includes(category)) return null;
  const mass = sides.reduce((sum, side) => sum + (posteriors.get(side) ?? 0), 0);
  return 1 - (posteriors.get(category) ?? 0) / mass;
};

const pFlipOf = (task: Task, category: string, votes: Readonly<Record<string, number>>): number | null => {
  const sides = SIDES[task];
  if (sides === undefined || !sides.includes(category)) return null;
  const n = sides.reduce((sum, side) => sum + (votes[side] ?? 0), 0);
  return flipProbability(votes[category] ?? 0, n);
};

const meanAndStd = (values: readonly number[]): { mean: number; std: number | null } => {
  // Sorted, so that the sum's rounding does not depend on the order of arrival.
  const sorted = [...values].sort((a, b) => a - b);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: sorted.length < 2 ? null : Math.sqrt(squares / (sorted.length - 1)) };
};

/** The mean strength that votes for the category state; null where none does. */
const strengthOf = (votes: readonly Vote[], category: string): number | null => {
  const stated = votes.flatMap(({ value, strength }) => (value === category ? (strength ?? []) : []));
  return stated.length === 0 ? null : meanAndStd(stated).mean;
};

/** The likeliest category; of several, what a tie becomes, else the first by text. */
const likeliest = (task: Task, posteriors: ReadonlyMap<string, number>): string => {
  const most = Math.max(...posteriors.values());
  const leaders = [...posteriors].flatMap(([category, p]) => (p === most ? category : []));
  const onTie = tieOf(task);
  return (leaders.length > 1 && onTie !== undefined ? onTie : leaders[0]) ?? '';
};

/** A label that a reviewer has ruled: their answer, and beside it what the votes were. How far it can be trusted is not told by votes. */
const ruled = (label: Label, { kind, ruling, votes }: VoteGroup): Label => {
  if (ruling === null || kind === 'count') return label;
  const { value, strength } = ruling;
  if (kind === 'number') return { ...label, value: Number(value), method: 'ruling' };
  const category = String(value);
  const share = votes.filter((vote) => String(vote.value) === category).length / votes.length;
  return { ...label, category, value: strength, posterior: share, pFlip: null, method: 'ruling' };
};

/** The label of one group of votes: by a reviewer's ruling, by majority or mean, or by what was learnt from the whole drop. */
export const labelOf = (item: string, group: VoteGroup, learned: Learned | null = null): Label =>
  ruled(votedLabel(item, group, learned), group);

const votedLabel = (
  item: string,
  { task, response, aspect, kind, votes }: VoteGroup,
  learned: Learned | null,
): Label => {
  const values = votes.map(({ value }) => value);
  const place = { item, task, response, aspect, n: values.length };
  const none = { category: null, value: null, posterior: null, pFlip: null, agreement: null, std: null };
  switch (kind) {
    case 'count':
      return { ...place, ...none, votes: {}, method: 'majority' };
    case 'number': {
      const { mean, std } = meanAndStd(values.map(Number));
      const counted = countVotes(values);
      const numbers = { ...place, ...none, std, agreement: pairShare(counted), votes: counted };
      if (learned?.kind !== 'number') return { ...numbers, value: mean, method: 'mean' };
      const given = votes.map(({ source, value }) => ({ source, value: Number(value) }));
      return { ...numbers, value: numberOf(given, learned.method, learned.scales), method: learned.method };
    }
    case 'category': {
      const { category, posterior, votes: counted } = majorityOf(values, ON_TIE[task]);
      const value = category === 'tie' ? null : strengthOf(votes, category);
      const agreement = pairShare(counted);
      const pFlip = pFlipOf(task, category, counted);
      if (learned?.kind === 'category') {
        const { method, posteriors } = learned;
        const winner = likeliest(task, posteriors);
        return {
          ...place,
          ...none,
          category: winner,
          value: winner === 'tie' ? null : strengthOf(votes, winner),
          posterior: posteriors.get(winner) ?? 0,
          pFlip: learnedFlip(task, winner, posteriors),
          agreement,
          votes: counted,
          method,
        };
      }
      return { ...place, ...none, category, value, posterior, pFlip, agreement, votes: counted, method: 'majority' };
    }
  }
};

/**
 * The labels of one item, sorted by task, response and aspect, the same whatever the order of its annotations. Sources are never
 * mixed: people speak for a task if any answered it, else judges, else verifiers, else models.
 */
export const aggregateItem = (annotations: readonly Annotation[], roundOf?: RoundOf): Label[] => {
  const [first] = annotations;
  if (first === undefined) return [];
  if (annotations.some(({ item }) => item !== first.item)) throw new RangeError('annotations of more than one item');
  return voteGroups(annotations, roundOf).map((group) => labelOf(first.item, group));
};
