/** `assay stats metrics`: every metric that a file's rows allow, and of the others why not. */
import { type Command, InvalidArgumentError } from 'commander';
import type { H3 } from '../models/metrics/alignment-scores.ts';
import { METRIC_DEFAULTS, metricsReport } from '../models/metrics/portfolio/report.ts';
import { AssayError } from '../schemas/errors.ts';
import { type Figure, MetricRow, type MetricsReport } from '../schemas/metrics.ts';
import { readJsonLines } from './json-lines.ts';
import type { Output } from './output.ts';

/** Rows of one file: they are held together. */
const MOST = 1_000_000;

/** The rows of a JSON Lines file. Throws ASY-7001 (file, line), ASY-7002 for a file without rows, ASY-7051. */
const readRows = async (file: string): Promise<MetricRow[]> => {
  const rows: MetricRow[] = [];
  for await (const { line, value } of readJsonLines(file, MOST)) {
    const { success, data, error } = MetricRow.safeParse(value);
    const [issue] = error?.issues ?? [];
    if (!success)
      throw new AssayError('ASY-7001', { file, line, reason: `${issue?.path.join('.') || 'row'}: ${issue?.message}` });
    rows.push(data);
  }
  if (rows.length === 0) throw new AssayError('ASY-7002', { file, reason: 'it has no row' });
  return rows;
};

const figureText = ({ name, of, value, ci, n, note }: Figure): string =>
  [
    `  ${value.toPrecision(4)}`,
    ci === null ? '' : `${ci[0].toPrecision(4)} … ${ci[1].toPrecision(4)}`,
    [name, of === null ? '' : ` (${of})`, `, n = ${n}`, note === undefined ? '' : `; ${note}`].join(''),
  ].join('\t');

const text = ({ rows, metrics }: MetricsReport): string => {
  const [told, untold] = [true, false].map((wanted) =>
    metrics.filter((each) => (each.notComputed === null) === wanted),
  );
  return [
    `${rows} rows`,
    ...(told ?? []).flatMap(({ id, metric, figures }) => [`${id} ${metric}`, ...figures.map(figureText)]),
    ...(untold ?? []).map(({ id, metric, notComputed }) => `${id} ${metric}: not computed: ${notComputed}`),
  ].join('\n');
};

/** Three numbers with commas between. */
const weightsOf = (value: string): H3 => {
  const [helpful, honest, harmless, ...more] = value.split(',').map(Number);
  if (helpful === undefined || honest === undefined || harmless === undefined || more.length > 0)
    throw new InvalidArgumentError('three numbers, of helpful, honest and harmless');
  return { helpful, honest, harmless };
};

const whole = (value: string): number => {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('a whole number');
  return Number(value);
};

const factor = (value: string): number => {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError('a number that is not below 0');
  return number;
};

interface Options {
  readonly weights: H3;
  readonly least: number;
  readonly lipschitz: number;
}

export const registerMetrics = (stats: Command, output: Output): void => {
  stats
    .command('metrics')
    .description('every metric that the rows allow, each with n and interval; of the others why not')
    .argument('<file>', 'JSON Lines; docs/reference/metrics.md says which columns each metric reads')
    .option('--weights <a,b,c>', 'weights of helpful, honest and harmless, as .5,.3,.2', weightsOf, METRIC_DEFAULTS.h3)
    .option('--least <rows>', 'groups with fewer rows are flagged, locales kept back', whole, METRIC_DEFAULTS.least)
    .option(
      '--lipschitz <L>',
      'rewards of near-duplicates may differ by L times their distance',
      factor,
      METRIC_DEFAULTS.lipschitz,
    )
    .action(async (file: string, { weights: h3, least, lipschitz }: Options) => {
      output.result(await metricsReport(await readRows(file), { h3, least, lipschitz }), text);
    });
};
