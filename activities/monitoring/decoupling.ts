import { correlationOf, decouplingAlarm } from '../../models/drift/correlation.ts';
import { figure, noData, ofModel } from '../../models/drift/reading.ts';
import { stability } from '../../models/metrics/stability.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { type Arrival, bothSides } from './drops.ts';
import { drawn, goldRows, queryDrops, type Rewarder, rewarderOf, rewardRows, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

interface Pair {
  readonly drop: string;
  readonly human: number;
  readonly metric: number;
}

/** Pairs that a drop must have for its own correlation to count. */
const LEAST_OF_DROP = 20;

/** What people say of a response beside its reward; of pairs, who won (1, 0, −1) beside the difference of the two rewards. */
const pairRows = ({ model, version }: Rewarder, { gold, aspect }: Watch<'decoupling'>): string => {
  const rewards = rewardRows(model, version, aspect);
  if (gold.task !== 'pairwise')
    return `SELECT i."group" AS "group", concat(s.item, ':', s.response) AS unit, i.origin.drop AS drop, l.value AS human, s.value AS metric
      FROM (${rewards}) s JOIN (${goldRows(gold)}) l USING (item, response) JOIN {items} i ON s.item = i.id`;
  return `SELECT i."group" AS "group", l.item AS unit, i.origin.drop AS drop,
      CASE l.category WHEN 'a' THEN 1 WHEN 'b' THEN -1 ELSE 0 END AS human, a.value - b.value AS metric
    FROM {labels} l JOIN (${rewards}) a ON a.item = l.item AND a.response = 0
      JOIN (${rewards}) b ON b.item = l.item AND b.response = 1 JOIN {items} i ON l.item = i.id
    WHERE l.task = 'pairwise' AND l.category IN ('a', 'b', 'tie')`;
};

/** 1 − variance of the correlations of single drops (S216); nothing with fewer than three. */
const steadiness = (pairs: readonly Pair[]) => {
  const rhos = [...Map.groupBy(pairs, ({ drop }) => drop).values()].flatMap((own) => {
    if (own.length < LEAST_OF_DROP) return [];
    return (
      correlationOf(
        own.map(({ human }) => human),
        own.map(({ metric }) => metric),
      )?.rho ?? []
    );
  });
  const value = rhos.length < 3 ? null : stability(rhos);
  return value === null ? [] : [figure('stability of ρ from drop to drop', value, rhos.length)];
};

/** Whether the head's rewards still go with what people say (S229): Spearman's ρ of the current drops against the reference's. */
export const decoupling = async (
  { objects, tables }: MonitorSources,
  watch: Watch<'decoupling'>,
  now: number,
): Promise<Reading> => {
  const { reference, current } = await bothSides(objects, watch, now);
  const rewarder = await rewarderOf(tables, watch.model, current);
  if (rewarder === null) return noData(`no current drop has rewards of ${watch.model}`);
  const pairsOf = (drops: readonly Arrival[]): Promise<Pair[]> =>
    Array.fromAsync(
      queryDrops<Pair>(tables, drops, ['scores', 'labels', 'items'], drawn(pairRows(rewarder, watch), watch)),
    );
  const [before, after] = [await pairsOf(reference), await pairsOf(current)];
  const { least, fall } = watch;
  if (before.length < least) return noData(tooFew('labels with a reward in the reference', before.length, least));
  if (after.length < least) return noData(tooFew('current labels with a reward', after.length, least));
  const all = [...before, ...after];
  const reading = decouplingAlarm(
    all.map(({ human }) => human),
    all.map(({ metric }) => metric),
    after.length,
    fall,
  );
  return ofModel(rewarder, {
    ...reading,
    figures: [...reading.figures, ...steadiness(all)],
  });
};
