/** Every metric of the portfolio on one set of rows: no metric alone says enough (S192). */
import { isAssayError } from '../../../schemas/errors.ts';
import type { Figure, MetricEntry, MetricRow, MetricsReport } from '../../../schemas/metrics.ts';
import { byText } from '../../order.ts';
import { AGREEMENT } from './agreement.ts';
import { CULTURE } from './culture.ts';
import { DIVERSITY } from './diversity.ts';
import { FAIRNESS } from './fairness.ts';
import { LANGUAGE_MODEL } from './language-model.ts';
import type { Metric, MetricOptions } from './metric.ts';
import { PREFERENCE } from './preference.ts';
import { ROBUSTNESS } from './robustness.ts';
import { SAFETY } from './safety.ts';
import { TRUTH } from './truth.ts';

/** In the order of their ids. */
export const METRICS: readonly Metric[] = [
  AGREEMENT,
  CULTURE,
  DIVERSITY,
  FAIRNESS,
  LANGUAGE_MODEL,
  PREFERENCE,
  ROBUSTNESS,
  SAFETY,
  TRUTH,
]
  .flat()
  .sort((a, b) => byText(a.id, b.id));

export const METRIC_DEFAULTS: MetricOptions = {
  h3: { helpful: 1 / 3, honest: 1 / 3, harmless: 1 / 3 },
  least: 30,
  lipschitz: 5,
  seed: 0,
};

/** The figures, or the reason why there are none. */
const outcomeOf = async (
  { needs, compute }: Metric,
  rows: readonly MetricRow[],
  options: MetricOptions,
): Promise<readonly Figure[] | string> => {
  try {
    const figures = await compute(rows, options);
    if (typeof figures === 'string' || figures.length > 0) return figures;
    return `no row has ${needs}`;
  } catch (error) {
    // Rows on which a metric is not defined are no fault of the report.
    if (isAssayError(error) && error.code.startsWith('ASY-7')) return error.message;
    throw error;
  }
};

export interface ReportOptions extends Partial<MetricOptions> {
  /** Figures of metrics that were measured elsewhere, by id. */
  readonly known?: ReadonlyMap<string, readonly Figure[]>;
  /** Called before each metric, so that what else the process does has its turn. */
  readonly pause?: () => Promise<void>;
}

/** Every metric with its figures, or why it has none. Throws ASY-5007 for weights that do not sum to 1. */
export const metricsReport = async (
  rows: readonly MetricRow[],
  { known = new Map(), pause, ...options }: ReportOptions = {},
): Promise<MetricsReport> => {
  const metrics: MetricEntry[] = [];
  for (const metric of METRICS) {
    await pause?.();
    const outcome = known.get(metric.id) ?? (await outcomeOf(metric, rows, { ...METRIC_DEFAULTS, ...options }));
    const told = typeof outcome !== 'string';
    metrics.push({
      id: metric.id,
      metric: metric.metric,
      figures: told ? [...outcome] : [],
      notComputed: told ? null : outcome,
    });
  }
  return { rows: rows.length, metrics };
};
