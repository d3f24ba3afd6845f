/** Following a run to its end, with a line per step for people. */
import type { HeadMetrics } from '../schemas/model.ts';
import type { RunReport } from '../schemas/run-report.ts';
import type { Runs } from '../server/ports.ts';
import type { Output } from './output.ts';

/** What `drop push --wait` and `run show` print (design §8); fields of an unfinished run are empty. */
export interface RunDocument {
  readonly run: string;
  readonly drop: string;
  readonly status: string;
  readonly stage: string;
  readonly items: number;
  readonly annotations: number;
  /** Sensitive items that nobody was asked about. */
  readonly escalated: number;
  readonly quarantined: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly labels: { task: string; aspect: string | null; n: number; alpha: number | null }[];
  /** Agreement on where images were marked. */
  readonly regions: RunReport['regions'];
  readonly models: { name: string; version: string; metrics: HeadMetrics }[];
  readonly datasets: { name: string; version: string; rows: number }[];
  readonly seconds: number;
}

export const runDocument = (drop: string, status: string, stage: string, report: Partial<RunReport>): RunDocument => ({
  run: `run/${drop}`,
  drop,
  status,
  stage,
  items: report.counts?.items ?? 0,
  annotations: (report.counts?.annotations ?? 0) + (report.collected?.votes ?? 0),
  escalated: (report.escalated ?? []).reduce((sum, { items }) => sum + items, 0),
  quarantined: report.counts?.quarantined ?? 0,
  rowsIn: report.counts?.rowsIn ?? 0,
  rowsOut: report.counts?.rowsOut ?? 0,
  labels: (report.labels ?? []).map(({ task, aspect, n, alpha }) => ({ task, aspect, n, alpha })),
  regions: report.regions ?? [],
  models: (report.models ?? []).map(({ name, version, metrics }) => ({ name, version, metrics })),
  datasets: report.datasets ?? [],
  seconds: report.seconds ?? 0,
});

const STEPS: Record<string, string> = {
  ingest: 'reading and checking rows',
  annotate: 'waiting for people to vote',
  aggregate: 'aggregating votes into labels',
  encode: 'encoding responses',
  train: 'training the reward head',
  score: 'scoring responses',
  approval: 'waiting for approval: `assay run approve`, or Send an Update in the Temporal UI',
  curate: 'selecting, exporting, writing card and lineage',
};

/** Says each new stage until the run ends; throws the fault it ended with. */
export const watchRun = async (runs: Runs, drop: string, output: Output): Promise<RunDocument> => {
  const result = runs.result(drop);
  let ended = false;
  const settled = result.then(
    () => (ended = true),
    () => (ended = true),
  );
  let said = '';
  while (!ended) {
    const stage = await runs.state(drop).then(
      (state) => state.stage,
      () => said,
    );
    if (stage !== said && STEPS[stage] !== undefined) output.progress(`  ${drop}: ${STEPS[stage]}`);
    said = stage;
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 300))]);
  }
  const report = await result;
  return runDocument(drop, report.status, report.status, report);
};

const figure = (value: number | null | undefined): string => value?.toFixed(3) ?? '–';

/** How far annotators mark the same places, a line per kind of region. */
const regionLines = ({ regions }: RunDocument): string[] =>
  regions.map(({ kind, images, marked, pairs, iou, sim }) => {
    const of = `  ${kind}: marked on ${marked} of ${images} images`;
    return pairs === 0 ? of : `${of}; IoU ${figure(iou?.value)}, SIM ${figure(sim?.value)} (${pairs} pairs)`;
  });

/** How a head's heatmaps and words do on images it was not fitted on. */
const mapLines = ({ heatmaps = {}, keywords }: HeadMetrics): string[] => [
  ...Object.entries(heatmaps).map(
    ([kind, { n, cc, nss, aucJudd }]) =>
      `    ${kind} on ${n} images: CC ${figure(cc)}, NSS ${figure(nss)}, AUC ${figure(aucJudd)}`,
  ),
  ...(keywords === undefined ? [] : [`    missed words of ${keywords.n} prompts: F1 ${figure(keywords.f1)}`]),
];

/** A run as text of at most 80 columns. */
export const runText = (run: RunDocument): string =>
  [
    `${run.drop}: ${run.status}${run.stage === run.status ? '' : ` (${run.stage})`}`,
    `  rows in ${run.rowsIn} = out ${run.rowsOut} + quarantined ${run.quarantined}`,
    `  items ${run.items}, annotations ${run.annotations}`,
    ...(run.escalated > 0 ? [`  escalated ${run.escalated} (sensitive: nobody was asked)`] : []),
    ...run.labels.map(
      (l) =>
        `  ${l.task}${l.aspect === null ? '' : ` ${l.aspect}`}: ${l.n} labels, Krippendorff α ${l.alpha?.toFixed(3) ?? '– (one vote each)'}`,
    ),
    ...regionLines(run),
    ...run.models.flatMap(({ name, version, metrics }) => {
      const { accuracy, lengthOnlyAccuracy, n } = metrics;
      const on = `on ${n} held-out pairs (baseline ${figure(lengthOnlyAccuracy)})`;
      return [`  head ${name} ${version}: accuracy ${figure(accuracy)} ${on}`, ...mapLines(metrics)];
    }),
    ...run.datasets.map((d) => `  dataset ${d.name} ${d.version}: ${d.rows} rows`),
    ...(run.seconds > 0 ? [`  ${run.seconds.toFixed(1)} s`] : []),
  ].join('\n');
