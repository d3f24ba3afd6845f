/** Agreement of a run's votes, as a whole and by part. Memory grows with distinct answers, not with votes. */
import { createSummary, type Summary } from '../../models/aggregation/summary.ts';
import type { Annotation, Task } from '../../schemas/annotation.ts';
import type { MeasurementLevel } from '../../schemas/label.ts';
import type { AgreementFigures, AgreementLine } from '../../schemas/scorecard.ts';
import type { ItemVotes } from './read.ts';

/** Resamples of an interval: enough for two digits, few enough for a page. */
const BOOTSTRAPS = 200;
/** Parts that are told apart; what comes later is left out. */
const MOST_PARTS = 60;

/** The day of a moment, by UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Takes all votes of one item, each item once. */
export const collectAgreement = (levels: Partial<Record<Task, MeasurementLevel>>) => {
  const dimension = () => new Map<string | null, Summary>();
  const [whole, languages, guidelines, days] = [dimension(), dimension(), dimension(), dimension()];
  const add = (to: Map<string | null, Summary>, part: string | null, item: ItemVotes, votes: readonly Annotation[]) => {
    const known = to.get(part);
    if (known === undefined && to.size >= MOST_PARTS) return;
    const summary = known ?? createSummary({ levels, bootstraps: BOOTSTRAPS, roundOf: item.roundOf });
    to.set(part, summary);
    summary.add(votes);
  };
  const linesOf = (from: ReadonlyMap<string | null, Summary>): AgreementLine[] =>
    [...from]
      .sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))
      .flatMap(([part, summary]) =>
        summary
          .end()
          .map(({ n, annotations, ...line }) => ({ ...line, part, labels: n, votes: annotations }))
          // Texts and marks have no answers that could be equal.
          .filter(({ percent }) => percent !== null),
      );
  return {
    add(item: ItemVotes): void {
      if (item.votes.length === 0) return;
      add(whole, null, item, item.votes);
      add(languages, item.language, item, item.votes);
      for (const [guideline, votes] of Map.groupBy(item.votes, (vote) => vote.guideline))
        add(guidelines, guideline, item, votes);
      const last = Math.max(...item.votes.map(({ at }) => at ?? Number.NEGATIVE_INFINITY));
      if (Number.isFinite(last)) add(days, dayOf(last), item, item.votes);
    },
    end: (): Omit<AgreementFigures, 'coverage'> => ({
      byTask: linesOf(whole),
      byLanguage: linesOf(languages),
      byGuideline: linesOf(guidelines),
      overTime: linesOf(days),
    }),
  };
};
