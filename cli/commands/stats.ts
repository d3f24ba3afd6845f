/** `assay stats`: agreement, aggregation, calibration, ratings, heatmaps and metrics of files, without a stack. */
import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import type { RowMethod } from '../../models/aggregation/rows.ts';
import type { Coefficient } from '../../models/agreement/coefficient.ts';
import type { Circles } from '../../models/ratings/circles.ts';
import { RATING_METHODS, type RatingMethod, ratingsDocument } from '../../models/ratings/document.ts';
import { aggregateDocument, agreementDocument, calibrationDocument } from '../../models/statistics.ts';
import { AssayError } from '../../schemas/errors.ts';
import { CategoryMethod, MeasurementLevel, NumberMethod } from '../../schemas/label.ts';
import type { Register } from '../context.ts';
import { compareFiles } from '../stats-heatmap.ts';
import { registerMetrics } from '../stats-metrics.ts';

const ROW_METHODS: readonly RowMethod[] = [...CategoryMethod.options, ...NumberMethod.options];

export const register: Register = (program, { output }) => {
  const stats = program
    .command('stats')
    .description('agreement, aggregation, calibration, ratings, heatmaps and metrics of files');
  stats
    .command('agreement')
    .description('Krippendorff’s alpha and the other coefficients that fit, with bootstrap intervals')
    .argument('<file>', 'CSV with columns item, annotator, value')
    .option('--level <level>', MeasurementLevel.options.join(', '), oneOf(MeasurementLevel.options), 'nominal')
    .option('--by <column>', 'alpha for each value of one more column too, as language or guideline')
    .action(async (file: string, { level, by }: { level: MeasurementLevel; by?: string }) => {
      output.result(agreementDocument(await text(file), file, level, by === undefined ? {} : { by }), (d) =>
        [
          `Krippendorff α (${level}) ${d.alpha?.toFixed(3) ?? '–'}${d.ci === null ? '' : `, 95 % CI ${d.ci.map((x) => x.toFixed(3)).join(' … ')}`}`,
          `${d.items} items, ${d.annotators} annotators, ${d.ratings} ratings`,
          ...d.coefficients.flatMap(({ name, value, ci }) =>
            value === null ? [] : `${figures(3, value, ci)}\t${name}`,
          ),
          ...notComputed(d.coefficients),
          ...(d.by ?? []).map(({ value, alpha, ci, items }) =>
            [alpha === null ? '–' : figures(3, alpha, ci), `α of ${by} ${value}`, `${items} items`].join('\t'),
          ),
        ].join('\n'),
      );
    });
  stats
    .command('aggregate')
    .description('one label per item from several annotators, and how far each can be trusted')
    .argument('<file>', 'CSV with columns item, annotator, value')
    .option('--method <method>', ROW_METHODS.join(', '), oneOf(ROW_METHODS), 'majority')
    .option('--truth <column>', 'column with the right value, where it is known: the labels’ accuracy too')
    .action(async (file: string, { method, truth }: { method: RowMethod; truth?: string }) => {
      const document = aggregateDocument(await text(file), file, method, truth === undefined ? {} : { truth });
      output.result(document, (d) =>
        [
          ...d.labels.map((l) => `${l.item}\t${l.value}\t${l.posterior?.toFixed(3) ?? '–'}`),
          ...(d.converged ? [] : [`not converged after ${d.iterations} rounds`]),
          ...(d.truth === undefined
            ? []
            : [`accuracy ${figures(3, d.truth.accuracy, d.truth.ci)} on ${d.truth.n} items`]),
        ].join('\n'),
      );
    });
  stats
    .command('calibration')
    .description('calibration error, Brier score, temperature and Platt fit')
    .argument('<file>', 'CSV with columns logit, label')
    .action(async (file: string) => {
      output.result(calibrationDocument(await text(file), file), (d) => JSON.stringify(d, null, 2));
    });
  stats
    .command('heatmap')
    .description('predicted heatmaps against true ones: MSE, CC, KLD, SIM, NSS and AUC-Judd, with bootstrap intervals')
    .argument('<pred>', '.npy, maps × height × width, 0 … 1')
    .argument('<truth>', '.npy of the same shape')
    .action(async (pred: string, truth: string) => {
      output.result(await compareFiles(pred, truth), ({ n, ci, ...means }) =>
        [
          `${n} maps`,
          ...Object.entries(means).map(([name, value]) =>
            value === null ? `–\t${name}` : `${figures(5, value, ci[name as keyof typeof ci])}\t${name}`,
          ),
        ].join('\n'),
      );
    });
  registerMetrics(stats, output);
  stats
    .command('ratings')
    .description('ratings of models from comparisons of two, with bootstrap intervals')
    .argument('<file>', 'JSON Lines with model_a, model_b, winner: model_a, model_b or tie')
    .option('--method <method>', RATING_METHODS.join(', '), oneOf(RATING_METHODS), 'bt')
    .option('--k <points>', 'step of --method elo', positive, 4)
    .option(
      '--style',
      '--method bt beside what the answers’ looks do: rows have style_a and style_b, or response_a and response_b',
    )
    .action(
      async (file: string, { method, k, style = false }: { method: RatingMethod; k: number; style?: boolean }) => {
        if (style && method !== 'bt') throw new AssayError('ASY-9005', { reason: '--style goes with --method bt' });
        output.result(await ratingsDocument(await text(file), file, method, { k, style }), (d) =>
          [
            ...d.ratings.map((r) => `${figures(1, r.rating, r.ci)}\t${r.model}`),
            ...(d.style ?? []).map((s) => `${figures(3, s.coefficient, s.ci)}\t${s.feature}`),
            ...circles(d.triads),
          ].join('\n'),
        );
      },
    );
};

/** One line a reason, with the coefficients that have no value for it. */
const notComputed = (coefficients: readonly Coefficient[]): string[] => {
  const without = coefficients.filter(({ value }) => value === null);
  const reasons = Map.groupBy(without, ({ notComputed: reason }) => reason);
  return [...reasons].map(([reason, own]) => `not computed (${reason}): ${own.map(({ name }) => name).join(', ')}`);
};

const figures = (digits: number, value: number, ci: readonly number[] | null): string =>
  [value, ...(ci ?? [])].map((x) => x.toFixed(digits)).join('\t');

/** What ratings on one scale cannot show; nothing where all is in order. */
const circles = ({ circular, maximum, zeta, example }: Circles): string[] =>
  example === null
    ? []
    : [
        `${circular} circular ${circular === 1 ? 'triad' : 'triads'} of at most ${maximum}${zeta === null ? '' : `, Kendall’s ζ ${zeta.toFixed(3)}`}: ` +
          `${example[0]} beats ${example[1]}, which beats ${example[2]}, which beats ${example[0]}; no ranking explains that`,
      ];

const positive = (value: string): number => {
  const number = Number(value);
  if (!(number > 0 && Number.isFinite(number))) throw new InvalidArgumentError('a number above 0');
  return number;
};

const oneOf =
  <T extends string>(choices: readonly T[]) =>
  (value: string): T => {
    if (!choices.includes(value as T)) throw new InvalidArgumentError(`one of ${choices.join(', ')}`);
    return value as T;
  };

const text = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AssayError('ASY-7002', { file, reason: (error as Error).message }, { cause: error });
  }
};
