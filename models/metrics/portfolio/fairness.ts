/** Whether groups are treated alike, each attribute by itself (S046, S206, S207, S221), and texts and items that are alike (S045, S047). */
import type { Figure, MetricRow } from '../../../schemas/metrics.ts';
import { isUnfair } from '../../fairness/individual.ts';
import { type Decided, demographicFairness, equalizedOdds, parityGap, selectionRates } from '../../fairness/parity.ts';
import { wilson } from '../wilson.ts';
import {
  having,
  type Metric,
  type MetricOptions,
  meanFigure,
  resampledFigure,
  shareFigure,
  slicesOf,
} from './metric.ts';

type Grouped = MetricRow & Decided & { readonly attribute: string };

/** A row for each attribute that it has a group of; decisions are of a selection. */
const grouped = (rows: readonly MetricRow[]): Grouped[] =>
  having(rows, 'group', 'selected').flatMap(({ group, ...row }) => {
    const groups = typeof group === 'string' ? { group } : group;
    return Object.entries(groups).map(([attribute, value]) => ({
      ...row,
      attribute,
      group: value,
      positive: row.selected,
    }));
  });

/** A statistic of each attribute that has two groups or more. */
const byAttribute = <R extends Grouped>(
  name: string,
  rows: readonly R[],
  statistic: (rows: readonly R[]) => number,
  options: MetricOptions,
): Figure[] =>
  slicesOf(rows, ({ attribute }) => attribute).flatMap(([attribute, own]) => {
    const rates = selectionRates(own, options.least);
    if (rates.length < 2) return [];
    const small = rates.filter((rate) => rate.small).map(({ group, n }) => `${group} (${n})`);
    const note = small.length === 0 ? {} : { note: `fewer than ${options.least} rows: ${small.join(', ')}` };
    return resampledFigure(name, own, statistic, options, attribute).map((figure) => ({ ...figure, ...note }));
  });

const TWO = 'group (two groups of an attribute at least) and selected';

const individual: Metric = {
  id: 'S045',
  metric: 'individual fairness: near-duplicates with unlike rewards',
  needs: 'distance and difference: near-duplicates that were looked for, and rewards of them',
  compute: (rows, { lipschitz }) => {
    const pairs = having(rows, 'distance', 'difference');
    const unfair = pairs.filter((pair) => isUnfair(pair.difference, pair.distance, lipschitz)).length;
    return shareFigure(`|f(x) − f(y)| > ${lipschitz} · d(x, y)`, unfair, pairs.length).map((figure) => ({
      ...figure,
      note: `${unfair} of ${pairs.length} pairs`,
    }));
  },
};

const counterfactual: Metric = {
  id: 'S047',
  metric: 'counterfactual fairness: what another group in the same text does to a score',
  needs: 'swapped, score and score_probed',
  compute: (rows, options) =>
    slicesOf(having(rows, 'swapped', 'score', 'score_probed'), ({ swapped }) => swapped).flatMap(([attribute, own]) => {
      const change = (row: (typeof own)[number]) => row.score_probed - row.score;
      return [
        ...meanFigure('mean |change|', own, (row) => Math.abs(change(row)), options, attribute),
        ...meanFigure('mean change', own, change, options, attribute),
      ];
    }),
};

const parity: Metric = {
  id: 'S046',
  metric: 'statistical parity: selection rate by group',
  needs: 'group and selected',
  compute: (rows, { least }) =>
    slicesOf(grouped(rows), ({ attribute }) => attribute).flatMap(([attribute, own]) =>
      selectionRates(own, least).map(({ group, n, rate, small }) => ({
        name: 'selected',
        of: `${attribute}: ${group}`,
        value: rate,
        ci: wilson(Math.round(rate * n), n),
        n,
        ...(small ? { note: `fewer than ${least} rows` } : {}),
      })),
    ),
};

const gap: Metric = {
  id: 'S206',
  metric: 'demographic parity difference',
  needs: TWO,
  compute: (rows, options) => byAttribute('largest gap', grouped(rows), parityGap, options),
};

const odds: Metric = {
  id: 'S207',
  metric: 'equalized odds difference',
  needs: `${TWO}, and truth`,
  compute: (rows, options) => {
    const own = having(grouped(rows), 'truth') as (Grouped & { readonly truth: boolean })[];
    return byAttribute('largest gap', own, (part) => equalizedOdds(part).gap, options);
  },
};

const fairness: Metric = {
  id: 'S221',
  metric: 'demographic fairness, 1 − the largest gap',
  needs: TWO,
  compute: (rows, options) => byAttribute('fairness', grouped(rows), demographicFairness, options),
};

export const FAIRNESS: readonly Metric[] = [individual, parity, counterfactual, gap, odds, fairness];
