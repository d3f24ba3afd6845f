import type { Task } from '../../schemas/annotation.ts';
import type { LabelFact, Verdict } from './candidate.ts';

/** Tasks that go through a list, item by item. */
const LISTS: readonly Task[] = ['checklist', 'assertion', 'rubric'];

/** A figure of one response on one item of a list. */
export interface ListFigure {
  readonly response: number;
  readonly aspect: string;
  readonly value: number;
}

const NONE: readonly number[] = [];

const figuresOf = (labels: readonly LabelFact[]): ListFigure[] =>
  labels.flatMap(({ task, response, aspect, category, value }) => {
    if (!LISTS.includes(task) || aspect === null) return [];
    const figure = category === 'true' ? 1 : category === 'false' ? 0 : value;
    return figure === null ? [] : [{ response: response ?? 0, aspect: `${task} ${aspect}`, value: figure }];
  });

/**
 * Chosen minus rejected on every item of a checklist that both were judged on (RLCF): by people or judges, or where they judged none, by
 * a model's aspects.
 */
export const differencesOf = (
  verdict: Verdict | null,
  labels: readonly LabelFact[],
  scored: readonly ListFigure[],
): readonly number[] => {
  if (verdict === null || verdict.chosen === null || verdict.rejected === null) return NONE;
  const labelled = figuresOf(labels);
  const figures = labelled.length > 0 ? labelled : scored;
  if (figures.length === 0) return NONE;
  const valueOf = (aspect: string, response: number | null) =>
    figures.find((figure) => figure.aspect === aspect && figure.response === response)?.value;
  return [...new Set(figures.map(({ aspect }) => aspect))].flatMap((aspect) => {
    const [won, lost] = [valueOf(aspect, verdict.chosen), valueOf(aspect, verdict.rejected)];
    return won === undefined || lost === undefined ? [] : [won - lost];
  });
};
