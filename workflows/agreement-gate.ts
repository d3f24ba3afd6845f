/** Least agreement before curation (S109). */
import type { Task } from '../schemas/annotation.ts';
import type { LabelSummary } from '../schemas/label.ts';
import type { BelowAlpha } from '../schemas/run-report.ts';

/** Tasks whose agreement is below what the pipeline asks: the least α over a task's aspects; one that no item shows counts as below. */
export const belowAlpha = (
  summaries: readonly LabelSummary[],
  wanted: Partial<Record<Task, number>> | undefined,
): BelowAlpha[] =>
  (Object.entries(wanted ?? {}) as [Task, number][]).flatMap(([task, least]) => {
    const alphas = summaries.filter((summary) => summary.task === task).map(({ alpha }) => alpha);
    const known = alphas.filter((alpha) => alpha !== null);
    const alpha = alphas.length === 0 || known.length < alphas.length ? null : Math.min(...known);
    return alpha !== null && alpha >= least ? [] : [{ task, alpha, wanted: least }];
  });

/** Why a run stops, as Markdown; nothing where it does not. */
export const belowText = (below: readonly BelowAlpha[]): string =>
  below
    .map(({ task, alpha, wanted }) =>
      alpha === null
        ? `**Agreement on ${task} is not known** (no item has two votes that can be compared); α of ${wanted} is asked.`
        : `**Agreement on ${task} is too low**: α is ${alpha.toFixed(3)}, ${wanted} is asked.`,
    )
    .join('\n\n');
