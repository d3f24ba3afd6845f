/** Whether annotators agree, and with themselves: by task (S195–S197), on two occasions, between parts (S225–S227). */
import type { Figure, MetricRow } from '../../../schemas/metrics.ts';
import type { Coefficient } from '../../agreement/coefficient.ts';
import { cohenKappa } from '../../agreement/cohen.ts';
import { type AgreementReport, agreementReport, type RatingRow } from '../../agreement/report.ts';
import { weightsOf } from '../../agreement/weights.ts';
import { byText } from '../../order.ts';
import { cronbachAlpha, splitHalf, testRetest } from '../reliability.ts';
import { having, type Metric, type MetricOptions, resampledFigure, shareOf, slicesOf } from './metric.ts';

const NEEDS = 'item, annotator and value (two annotators on one item at least)';

/** Agreement of each task's first votes: numbers as intervals, anything else as categories. */
const reports = (rows: readonly MetricRow[], { seed }: MetricOptions): { task: string; report: AgreementReport }[] => {
  const votes = having(rows, 'item', 'annotator', 'value').filter(({ occasion }) => occasion !== 2);
  return slicesOf(votes, ({ task }) => task ?? '').map(([task, own]) => {
    const numbers = own.every(({ value }) => typeof value === 'number');
    const ratings = own.map(({ item, annotator, value }): RatingRow => {
      return { item, annotator, value: numbers ? value : String(value) };
    });
    return { task, report: agreementReport(ratings, numbers ? 'interval' : 'nominal', { seed, file: 'the rows' }) };
  });
};

const figuresOf = (task: string, coefficients: readonly Coefficient[]): Figure[] =>
  coefficients.flatMap(({ name, value, ci, n }) =>
    value === null ? [] : [{ name, of: task === '' ? null : task, value, ci: ci && [ci[0], ci[1]], n }],
  );

const chanceCorrected: Metric = {
  id: 'S195',
  metric: 'Cohen’s κ, and the coefficients beside it',
  needs: NEEDS,
  compute: (rows, options) =>
    reports(rows, options).flatMap(({ task, report }) =>
      figuresOf(
        task,
        report.coefficients.filter(({ name }) => name !== 'fleiss-kappa'),
      ),
    ),
};

const alpha: Metric = {
  id: 'S196',
  metric: 'Krippendorff’s α',
  needs: NEEDS,
  compute: (rows, options) =>
    reports(rows, options).flatMap(({ task, report: { alpha: value, ci, items: n } }) =>
      figuresOf(task, [{ name: 'α', value, ci, n }]),
    ),
};

const fleiss: Metric = {
  id: 'S197',
  metric: 'Fleiss’ κ',
  needs: `${NEEDS}, categories, as many annotators on each`,
  compute: (rows, options) => {
    const own = reports(rows, options).flatMap(({ task, report }) => {
      const found = report.coefficients.filter(({ name }) => name === 'fleiss-kappa');
      return found.map((coefficient) => ({ task, coefficient }));
    });
    const figures = own.flatMap(({ task, coefficient }) => figuresOf(task, [coefficient]));
    return figures.length > 0 ? figures : (own[0]?.coefficient.notComputed ?? []);
  },
};

type Renewed = MetricRow & { readonly before: string; readonly after: string };

const kappaOf = (rows: readonly Renewed[]): number | null => {
  const categories = [...new Set(rows.flatMap(({ before, after }) => [before, after]))].sort(byText);
  const table = new Float64Array(categories.length ** 2);
  for (const { before, after } of rows) {
    const cell = categories.indexOf(before) * categories.length + categories.indexOf(after);
    table[cell] = (table[cell] ?? 0) + 1;
  }
  return cohenKappa(table, weightsOf(categories, 'identity'));
};

const renewed: Metric = {
  id: 'S074',
  metric: 'labels asked for again: Cohen’s κ of old and new',
  needs: 'before and after: items asked about before the window of a filter on age, and in it',
  compute: (rows, options) =>
    slicesOf(having(rows, 'before', 'after'), ({ task }) => task ?? '').flatMap(([task, own]) => {
      const of = task === '' ? null : task;
      return [
        ...resampledFigure('κ', own, kappaOf, options, of),
        ...shareOf('unchanged', own, ({ before, after }) => before === after, of),
      ];
    }),
};

const twice: Metric = {
  id: 'S225',
  metric: 'test–retest reliability',
  needs: 'item, annotator, a number as value, and occasion (1 and 2 of two items at least)',
  compute: (rows, options) => {
    const asked = having(rows, 'item', 'annotator', 'value', 'occasion');
    const pairs = slicesOf(asked, ({ item, annotator, task }) => JSON.stringify([task ?? '', item, annotator])).flatMap(
      ([, own]) => {
        const [first, second] = [1, 2].map((wanted) => own.find(({ occasion }) => occasion === wanted)?.value);
        return typeof first === 'number' && typeof second === 'number' ? [{ ...own[0], first, second }] : [];
      },
    );
    if (pairs.length < 2) return [];
    const on = (part: readonly (typeof pairs)[number][]) =>
      testRetest(
        part.map(({ first }) => first),
        part.map(({ second }) => second),
      );
    return [
      ...resampledFigure('r', pairs, (part) => on(part).r, options),
      ...Object.keys(on(pairs).icc).flatMap((form) =>
        resampledFigure(form, pairs, (part) => on(part).icc[form as keyof ReturnType<typeof on>['icc']], options),
      ),
    ];
  },
};

/** Rows with the same dimensions as the first that has any, as a table. */
const tableOf = (rows: readonly MetricRow[]): (MetricRow & { readonly parts: readonly number[] })[] => {
  const all = having(rows, 'dimensions');
  const names = Object.keys(all[0]?.dimensions ?? {}).sort();
  return all
    .filter(
      ({ dimensions }) => names.length === Object.keys(dimensions).length && names.every((name) => name in dimensions),
    )
    .map((row) => ({ ...row, parts: names.map((name) => row.dimensions[name] ?? 0) }));
};

const partsOf = (rows: readonly { readonly parts: readonly number[] }[]) => rows.map(({ parts }) => parts);

const halves: Metric = {
  id: 'S226',
  metric: 'split-half reliability, stepped up by Spearman–Brown',
  needs: 'dimensions (two at least, of two rows at least)',
  compute: (rows, options) =>
    resampledFigure('r', tableOf(rows), (part) => splitHalf(partsOf(part), { splits: 5, seed: options.seed }), options),
};

const cronbach: Metric = {
  id: 'S227',
  metric: 'Cronbach’s α',
  needs: 'dimensions (two at least, of two rows at least)',
  compute: (rows, options) => resampledFigure('α', tableOf(rows), (part) => cronbachAlpha(partsOf(part)), options),
};

export const AGREEMENT: readonly Metric[] = [renewed, chanceCorrected, alpha, fleiss, twice, halves, cronbach];
