/** What judges and people say of the same questions, on one scale from 0 to 1. */
import type { Annotation, Task } from '../../schemas/annotation.ts';
import { standardised } from '../aggregation/standardise.ts';
import { voteGroups } from '../aggregation/votes.ts';
import type { JudgedItem } from './judge-gap.ts';

/** One question that a judge and people answered. */
export interface JudgedQuestion extends JudgedItem {
  readonly source: string;
  readonly task: Task;
  /** Mean over pairs of a judge's answer and a person's: of categories, whether they are equal; of numbers, 1 − their distance. */
  readonly agreement: number;
}

const UNIT: Readonly<Record<string, number>> = { a: 1, tie: 0.5, b: 0, true: 1, false: 0 };
/** Severities go from 0 to 4, steps from −1 to 1. */
const unitOf = (task: Task, value: string | number): number | null => {
  if (typeof value === 'string') return UNIT[value] ?? null;
  if (task === 'rating') return value;
  if (task === 'safety') return value / 4;
  return task === 'steps' ? (value + 1) / 2 : null;
};

/** A rating that states no scale cannot be put on another. */
const hasScale = (annotation: Annotation): boolean =>
  annotation.task !== 'rating' ||
  (annotation.value.min !== null && annotation.value.max !== null && annotation.value.max > annotation.value.min);

interface Said {
  readonly task: Task;
  readonly values: readonly (string | number)[];
}

/** What some sources say of one item, by question; a source's latest answer counts. */
const saidBy = (annotations: readonly Annotation[]): ReadonlyMap<string, Said> =>
  new Map(
    voteGroups(annotations.filter(hasScale).map(standardised), ({ at }) => at ?? 0)
      .filter(({ kind, votes }) => kind !== 'count' && votes.length > 0)
      .map(({ task, response, aspect, votes }) => [
        JSON.stringify([task, response, aspect]),
        { task, values: votes.map(({ value }) => value) },
      ]),
  );

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const agreed = (task: Task, one: string | number, other: string | number): number => {
  if (typeof one === 'string' || typeof other === 'string') return Number(one === other);
  return 1 - Math.abs((unitOf(task, one) ?? 0) - (unitOf(task, other) ?? 0));
};

/** The questions of one item that people and a judge answered, judge by judge. Answers that lie on no scale are left out. */
export const judgedQuestions = (annotations: readonly Annotation[], group: string): JudgedQuestion[] => {
  const people = saidBy(annotations.filter(({ source, ruling }) => source.kind === 'human' && !ruling));
  const judges = Map.groupBy(
    annotations.filter(({ source }) => source.kind === 'judge'),
    ({ source }) => source.id,
  );
  return [...judges].flatMap(([source, own]) =>
    [...saidBy(own)].flatMap(([question, { task, values }]): JudgedQuestion[] => {
      const theirs = people.get(question)?.values ?? [];
      const [judge, human] = [values, theirs].map((all) => all.flatMap((value) => unitOf(task, value) ?? []));
      if (judge === undefined || human === undefined || judge.length === 0 || human.length === 0) return [];
      const agreement = mean(values.flatMap((one) => theirs.map((other) => agreed(task, one, other))));
      return [{ source, task, group, judge: mean(judge), human: mean(human), agreement }];
    }),
  );
};
