import type { Task } from '../../schemas/annotation.ts';
import type { LabelFact, Verdict } from './candidate.ts';

const NONE = { chosen: null, rejected: null, tie: false, rating: null, ratings: null, good: null };

/** Agreement over the labels a verdict rests on: their mean, of those that have one. */
const supportOf = (labels: readonly LabelFact[]): Pick<Verdict, 'agreement' | 'pFlip' | 'n'> => {
  const agreements = labels.flatMap(({ agreement }) => agreement ?? []);
  const mean = agreements.reduce((sum, value) => sum + value, 0) / agreements.length;
  const [only] = labels;
  return {
    agreement: agreements.length === 0 ? null : mean,
    pFlip: labels.length === 1 ? (only?.pFlip ?? null) : null,
    n: Math.max(...labels.map(({ n }) => n)),
  };
};

interface Figure {
  readonly response: number;
  readonly value: number;
}

/** Best and worst of the responses that have a figure (higher is better; of equals the first, and the last); a tie where all are equal. */
const extremes = (figures: readonly Figure[]): Pick<Verdict, 'chosen' | 'rejected' | 'tie'> => {
  const sorted = [...figures].sort((a, b) => b.value - a.value || a.response - b.response);
  const [best, worst] = [sorted[0], sorted.at(-1)];
  if (best === undefined || worst === undefined || sorted.length < 2) return NONE;
  const tie = best.value === worst.value;
  return { chosen: tie ? null : best.response, rejected: tie ? null : worst.response, tie };
};

const figuresBy = (labels: readonly LabelFact[], valueOf: (label: LabelFact) => number | null): Figure[] => {
  const values = new Map<number, number[]>();
  for (const label of labels) {
    const value = valueOf(label);
    const response = label.response ?? 0;
    if (value !== null) values.set(response, [...(values.get(response) ?? []), value]);
  }
  return [...values].map(([response, list]) => ({
    response,
    value: list.reduce((sum, value) => sum + value, 0) / list.length,
  }));
};

type Reader = (labels: readonly LabelFact[], responses: number) => Verdict | null;

const pairwise: Reader = (labels) => {
  const category = labels[0]?.category;
  if (category !== 'a' && category !== 'b' && category !== 'tie') return null;
  const sides = { a: { chosen: 0, rejected: 1 }, b: { chosen: 1, rejected: 0 }, tie: {} }[category];
  return { ...NONE, task: 'pairwise', ...sides, tie: category === 'tie', ...supportOf(labels) };
};

const ranking: Reader = (labels) => {
  // A mean rank: the lower the better.
  const figures = figuresBy(labels, ({ value }) => (value === null ? null : -value));
  return figures.length < 2 ? null : { ...NONE, task: 'ranking', ...extremes(figures), ...supportOf(labels) };
};

const rating: Reader = (labels) => {
  const figures = figuresBy(labels, ({ value }) => value);
  if (figures.length === 0) return null;
  const first = labels.filter(({ response, value }) => (response ?? 0) === 0 && value !== null);
  const ratings = Object.fromEntries(first.map(({ aspect, value }) => [aspect ?? 'rating', value ?? 0]));
  return {
    ...NONE,
    task: 'rating',
    ...extremes(figures),
    rating: figures.find(({ response }) => response === 0)?.value ?? null,
    ratings: first.length === 0 ? null : ratings,
    ...supportOf(labels),
  };
};

const binary: Reader = (labels) => {
  const figures = figuresBy(labels, ({ category }) => (category === 'true' ? 1 : category === 'false' ? 0 : null));
  if (figures.length === 0) return null;
  const own = figures.find(({ response }) => response === 0);
  const good = own === undefined ? null : own.value === 1;
  return { ...NONE, task: 'binary', ...extremes(figures), good, ...supportOf(labels) };
};

const demonstration: Reader = (labels, responses) => ({
  ...NONE,
  task: 'demonstration',
  chosen: responses,
  ...supportOf(labels),
});

/** What was marked is in heatmaps, what was said of steps in the labels: a verdict says no more than that somebody was asked. */
const asked =
  (task: Task): Reader =>
  (labels) => ({ ...NONE, task, agreement: null, pFlip: null, n: Math.max(...labels.map(({ n }) => n)) });

/** Which task speaks for an item that has labels of several: the most direct comparison first. */
const READERS: readonly (readonly [Task, Reader])[] = [
  ['pairwise', pairwise],
  ['ranking', ranking],
  ['rating', rating],
  ['binary', binary],
  ['demonstration', demonstration],
  ['regions', asked('regions')],
  ['keywords', asked('regions')],
  ['steps', asked('steps')],
];

/** Field by field: of verdicts made alike and not spread out of others a drop holds millions in half the memory. */
const compact = ({ task, chosen, rejected, tie, rating, ratings, good, agreement, pFlip, n }: Verdict): Verdict => ({
  task,
  chosen,
  rejected,
  tie,
  rating,
  ratings,
  good,
  agreement,
  pFlip,
  n,
});

/** What the labels of an item with `responses` responses say; null where none of them states a preference, a rating or a completion. */
export const verdictOf = (labels: readonly LabelFact[], responses: number): Verdict | null => {
  for (const [task, reader] of READERS) {
    const mine = labels.filter((label) => label.task === task);
    const verdict = mine.length === 0 ? null : reader(mine, responses);
    if (verdict !== null) return compact(verdict);
  }
  return null;
};
