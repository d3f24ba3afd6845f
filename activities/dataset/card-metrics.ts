/** What a card says of metrics: the figures there are, and of the others why not. */
import type { Figure, MetricsReport } from '../../schemas/metrics.ts';
import { significant } from '../../schemas/significant.ts';
import { table } from './card-table.ts';

/** Figures of one metric that the card shows; `metrics.json` has all. */
const SHOWN = 12;

const FAIRNESS: ReadonlySet<string> = new Set(['S045', 'S046', 'S047', 'S206', 'S207', 'S221']);

const row = (id: string, metric: string, { name, of, value, ci, n, note }: Figure): (string | number | null)[] => [
  id,
  [metric, ...(name === metric ? [] : [name])].join(': '),
  of,
  significant(value),
  ci === null ? null : `${significant(ci[0])} … ${significant(ci[1])}`,
  n,
  note ?? null,
];

const figuresOf = (metrics: MetricsReport['metrics']): string =>
  table(
    ['', 'metric', 'of', 'value', '95 % CI', 'n', ''],
    metrics.flatMap(({ id, metric, figures }) => figures.slice(0, SHOWN).map((figure) => row(id, metric, figure))),
  );

const missing = (metrics: MetricsReport['metrics']): string =>
  metrics
    .filter(({ notComputed }) => notComputed !== null)
    .map(({ id, metric, notComputed }) => `- ${id}, ${metric}: not computed: ${notComputed}`)
    .join('\n');

const section = (metrics: MetricsReport['metrics']): string => {
  const [told, untold] = [metrics.filter(({ figures }) => figures.length > 0), missing(metrics)];
  return [...(told.length === 0 ? [] : [figuresOf(told)]), ...(untold === '' ? [] : [untold])].join('\n\n');
};

/** How groups fared in the selection, and items that are alike with the reward. */
export const fairnessSection = ({ metrics }: MetricsReport): string =>
  section(metrics.filter(({ id }) => FAIRNESS.has(id)));

/** All other metrics. */
export const metricsSection = ({ metrics }: MetricsReport): string =>
  section(metrics.filter(({ id }) => !FAIRNESS.has(id)));
