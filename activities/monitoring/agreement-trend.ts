import { createSummary, type Summary } from '../../models/aggregation/summary.ts';
import { type AgreementPoint, agreementAlarm } from '../../models/drift/agreement.ts';
import { about, noData, together } from '../../models/drift/reading.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { dayOf } from '../figures/agreement.ts';
import { currentDrops } from './drops.ts';
import type { MonitorSources } from './sources.ts';
import { type DropVotes, votesOfDrops } from './votes.ts';

/** Resamples of an interval. */
const BOOTSTRAPS = 200;

/** The drop of an item, or the day of its last vote; null where nobody knows the day. */
const partOf = ({ drop, item }: DropVotes, by: 'drop' | 'day'): string | null => {
  if (by === 'drop') return drop;
  const last = Math.max(...item.votes.map(({ at }) => at ?? Number.NEGATIVE_INFINITY));
  return Number.isFinite(last) ? dayOf(last) : null;
};

/** α by drop or day, question by question (task and aspect); below the floor or falling (S196, S123). */
export const agreementTrend = async (
  deps: MonitorSources,
  watch: Watch<'agreement-trend'>,
  now: number,
): Promise<Reading> => {
  const drops = await currentDrops(deps.objects, watch, now);
  const parts = new Map<string, Summary>();
  for await (const votes of votesOfDrops(deps, drops, watch.sample)) {
    const part = partOf(votes, watch.by);
    // Everybody answers a check: it would weigh more than any other item.
    if (part === null || votes.item.votes.length === 0 || votes.answers.known.has(votes.item.item)) continue;
    const { levels, item } = votes;
    const summary = parts.get(part) ?? createSummary({ levels, bootstraps: BOOTSTRAPS, roundOf: item.roundOf });
    parts.set(part, summary);
    summary.add(item.votes);
  }
  // Drops come oldest first, days are sorted.
  const ordered = watch.by === 'drop' ? [...parts] : [...parts].sort(([a], [b]) => (a < b ? -1 : 1));
  const series = new Map<string, AgreementPoint[]>();
  for (const [part, summary] of ordered)
    for (const { task, aspect, n, alpha, ci } of summary.end()) {
      if (alpha === null || ci === null || n < watch.least || (watch.task !== undefined && task !== watch.task))
        continue;
      const question = aspect === null ? task : `${task} ${aspect}`;
      series.set(question, [...(series.get(question) ?? []), { part, alpha, ci, n }]);
    }
  if (series.size === 0) return noData(`no ${watch.by} has ${watch.least} questions with votes that can agree`);
  return together(
    [...series].map(([question, points]) =>
      about(question, agreementAlarm(points, watch.floor, watch.alpha / series.size)),
    ),
  );
};
