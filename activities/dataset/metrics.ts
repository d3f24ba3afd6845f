/** `metrics.json`: the portfolio of metrics on a dataset version. */
import { metricsReport } from '../../models/metrics/portfolio/report.ts';
import type { HeadReport } from '../../schemas/evaluation.ts';
import type { LabelSummary } from '../../schemas/label.ts';
import type { Figure, MetricsReport } from '../../schemas/metrics.ts';
import type { CurateInput } from '../contract.ts';
import { breathe } from '../pace.ts';
import type { TableStore } from '../ports.ts';
import { metricRows } from './metric-rows.ts';
import type { SelectionFile } from './selection-file.ts';

const taskOf = ({ task, aspect }: LabelSummary): string => (aspect === null ? task : `${task}: ${aspect}`);

/** Agreement as it was measured on all votes. */
const agreementFigures = (summaries: readonly LabelSummary[]): [string, Figure[]][] => {
  const coefficients = (wanted: (name: string) => boolean): Figure[] =>
    summaries.flatMap((summary) =>
      (summary.coefficients ?? [])
        .filter(({ name }) => wanted(name))
        .map(({ name, value, ci, n }) => ({ name, of: taskOf(summary), value, ci, n })),
    );
  const alphas = summaries.flatMap((summary): Figure[] =>
    summary.alpha === null
      ? []
      : [{ name: 'α', of: taskOf(summary), value: summary.alpha, ci: summary.ci, n: summary.n }],
  );
  return [
    ['S195', coefficients((name) => name !== 'fleiss-kappa')],
    ['S196', alphas],
    ['S197', coefficients((name) => name === 'fleiss-kappa')],
  ];
};

/** What was measured of the head when it was trained. */
const headFigures = ({ leaveOneOut, robustness }: HeadReport): [string, Figure[]][] => [
  [
    'S218',
    leaveOneOut.flatMap(({ by, rows }) =>
      rows.map(({ held, n, accuracy, ci }) => ({
        name: 'accuracy of a head fitted without it',
        of: `${by}: ${held}`,
        value: accuracy,
        ci,
        n,
      })),
    ),
  ],
  [
    'S219',
    (robustness?.augmented.attacks ?? []).map(({ attack, accuracy }) => ({
      name: 'accuracy under attack',
      of: attack,
      value: accuracy,
      ci: null,
      n: robustness?.augmented.clean.n ?? 0,
    })),
  ],
];

/** The report on a version: on its rows, and with what aggregation and training have measured already. Calls `beat` before each metric. */
export const measureDataset = async (
  tables: TableStore,
  input: CurateInput,
  selection: SelectionFile,
  evaluation: HeadReport | null,
  beat: () => void,
): Promise<MetricsReport> => {
  const measured = [...agreementFigures(input.summaries), ...(evaluation === null ? [] : headFigures(evaluation))];
  const known = new Map(measured.filter(([, figures]) => figures.length > 0));
  const pause = async () => {
    beat();
    await breathe();
  };
  const rows = await Array.fromAsync(metricRows(tables, input, selection));
  const lipschitz = input.config.report?.lipschitz;
  return metricsReport(rows, { known, pause, ...(lipschitz === undefined ? {} : { lipschitz }) });
};
