/** Selection with its effects: candidates in, data, decisions and `selection.json` out. */
import { byText } from '../../models/order.ts';
import type { Candidate } from '../../models/selection/candidate.ts';
import { generatorReports } from '../../models/selection/generators.ts';
import { lessons } from '../../models/selection/lessons.ts';
import type { Selection } from '../../models/selection/select.ts';
import { ClusterRow, type DatasetRow, Decision } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { ExportFormat } from '../../schemas/pipeline.ts';
import type { Shard } from '../../schemas/table.ts';
import type { CurateInput } from '../contract.ts';
import { createFormatFinder } from '../exporters/finder.ts';
import { type ExportContext, type Exporter, exporterOf, exporters } from '../exporters/index.ts';
import { showsMedia } from '../exporters/vision.ts';
import { paced } from '../pace.ts';
import type { Progress, TableStore } from '../ports.ts';
import { padded, shardsOf, writeShards } from '../shards.ts';
import { conditionsOf } from './conditions.ts';
import { type Selected, writeData } from './data.ts';
import { type DecideDeps, decide } from './decide.ts';
import { checkPermits } from './permits.ts';
import { createRedactor } from './redaction.ts';
import { CLUSTERS, type SelectionFile } from './selection-file.ts';
import { redactedPictures } from './told.ts';

type Input = CurateInput & { readonly version: string };

/** Counts per key, sorted by it. */
const tally = <T>(rows: Iterable<T>, keyOf: (row: T) => string): Record<string, number> => {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => byText(a, b)));
};

/** Drops with their licences, and how many rows each file gave. */
const sourcesOf = (selected: readonly Candidate[]): SelectionFile['sources'] => {
  const sources = new Map<string, { drop: string; license: string; origins: Candidate['origin'][] }>();
  for (const { origin } of selected) {
    const { drop, license } = origin;
    const key = JSON.stringify([drop, license]);
    const source = sources.get(key) ?? { drop, license, origins: [] };
    sources.set(key, source);
    source.origins.push(origin);
  }
  return [...sources]
    .sort(([a], [b]) => byText(a, b))
    .map(([, { drop, license, origins }]) => {
      const files = Object.entries(tally(origins, ({ file }) => file)).map(([file, rows]) => ({ file, rows }));
      return { drop, license, rows: origins.length, files };
    });
};

/** The rating scale as sources stated it; where none did, the range of the labels. */
const scaleOf = async (
  tables: TableStore,
  { annotations, labels, standardised }: Input,
): Promise<ExportContext['scale']> => {
  type Ends = { low: number | null; high: number | null };
  const first = async (rows: AsyncIterable<Ends>): Promise<Ends> => {
    for await (const row of rows) return row;
    return { low: null, high: null };
  };
  const observed = await first(
    tables.query<Ends>(`SELECT min(value) AS low, max(value) AS high FROM {labels} WHERE task = 'rating'`, { labels }),
  );
  if (observed.low === null || observed.high === null) return null;
  if (standardised === true) return { min: 0, max: 1 };
  const shards = await shardsOf(tables, annotations);
  const end = (name: string) => `TRY_CAST(json_extract_string(value, '$.${name}') AS DOUBLE)`;
  const stated =
    shards.length === 0
      ? { low: null, high: null }
      : await first(
          tables.query<Ends>(
            `SELECT min(${end('min')}) AS low, max(${end('max')}) AS high FROM {annotations} WHERE task = 'rating'`,
            { annotations: shards },
          ),
        );
  return { min: stated.low ?? observed.low, max: stated.high ?? observed.high };
};

/** Formats asked for, or with `auto` all that have rows and are not made on demand. Throws ASY-6002 for one that was asked for and has none. */
const chooseFormats = (
  asked: Input['exports']['formats'],
  offered: readonly Exporter[],
  found: ReadonlySet<ExportFormat>,
  visual: boolean,
): Pick<SelectionFile, 'formats' | 'leftOut'> => {
  const possible = (format: ExportFormat) => exporterOf(format, { visual }).always || found.has(format);
  if (asked !== 'auto') {
    const formats = [...new Set(asked)];
    const missing = formats.find((format) => !possible(format));
    if (missing !== undefined)
      throw new AssayError('ASY-6002', { format: missing, needs: exporterOf(missing, { visual }).needs });
    return { formats, leftOut: [] };
  }
  const wanted = offered.filter(({ onDemand }) => onDemand !== true);
  return {
    formats: wanted.map(({ format }) => format).filter(possible),
    leftOut: wanted
      .filter(({ format }) => !possible(format))
      .map(({ format }) => ({ format, needs: exporterOf(format, { visual }).needs })),
  };
};

const writeDecisions = (
  tables: TableStore,
  { name, version }: Input,
  selection: Selection,
  beat: () => void,
): Promise<Shard[]> =>
  writeShards<typeof Decision>(
    (rows, n) =>
      tables.writeParquet(() => keys.datasetFile(name, version, `decisions/${padded(n)}.parquet`), Decision, rows),
    paced(selection.decisions, beat),
  );

const writeClusters = (
  tables: TableStore,
  { name, version, config }: Input,
  { clusters }: Selection,
): Promise<Shard> | null =>
  config.dedup === 'none'
    ? null
    : tables.writeParquet(() => keys.datasetFile(name, version, CLUSTERS), ClusterRow, clusters);

type Counts = Pick<
  SelectionFile,
  | 'rows'
  | 'splits'
  | 'languages'
  | 'tasks'
  | 'sources'
  | 'funnel'
  | 'decisions'
  | 'clusters'
  | 'conflicts'
  | 'generators'
>;

/** Decides and writes the decisions. Only what writing rows needs is handed on: the candidates themselves can be forgotten. */
const choose = async (
  deps: DecideDeps,
  input: Input,
  beat: (rows?: number) => void,
): Promise<{ selected: Map<string, Selected>; order: string[] | null; counts: Counts }> => {
  const { tables } = deps;
  const { config } = input;
  const { candidates, selection } = await decide(deps, input, beat);
  const decisions = await writeDecisions(tables, input, selection, beat);
  const selected = new Map<string, Selected>();
  const chosen: Candidate[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const split = selection.splits[index] ?? null;
    if (split === null) continue;
    chosen.push(candidate);
    selected.set(candidate.item, { verdict: candidate.verdict, scores: candidate.scores, split });
  }
  const counts = {
    rows: chosen.length,
    splits: tally(selected.values(), ({ split }) => split),
    languages: tally(chosen, ({ language }) => language ?? 'und'),
    tasks: tally(chosen, ({ verdict }) => verdict?.task ?? 'none'),
    sources: sourcesOf(chosen),
    funnel: [...selection.funnel],
    decisions,
    clusters: await writeClusters(tables, input, selection),
    conflicts: selection.clusters.filter(({ reason }) => reason === 'conflict').length,
    generators: generatorReports(candidates, (index) => selection.splits[index] != null).map((report) => ({
      ...report,
      ratings: { ...report.ratings },
      mass: { ...report.mass },
    })),
  };
  const trained = chosen.filter(({ item }) => selected.get(item)?.split === 'train');
  const order = config.curriculum && lessons(trained, config.curriculum, config.seed);
  return { selected, order, counts };
};

/** Runs selection and writes its data and decisions; everything but `selection.json` itself, which the caller writes last. */
export const select = async (deps: DecideDeps, input: Input, progress: Progress): Promise<SelectionFile> => {
  const { tables } = deps;
  const beat = (rows?: number) => {
    progress.cancelled.throwIfAborted();
    progress.heartbeat({ rows });
  };
  const { selected, order, counts } = await choose(deps, input, beat);
  await checkPermits(deps.objects, input, counts.sources);
  const scale = await scaleOf(tables, input);
  const { pairs, masks, conditional } = input.exports;
  // Exporters of media take texts too: what they find holds for a dataset of texts alone.
  const offered = exporters({ visual: true }).filter(({ modalities }) => modalities?.includes(input.modality) ?? true);
  // Which bins there are does not decide whether a response has one.
  const unbinned = conditional === null ? null : { by: conditional.by, edges: [] };
  const finder = createFormatFinder(offered, { scale, pairs, masks, conditional: unbinned });
  let visual = false;
  const see = (row: DatasetRow) => {
    visual ||= showsMedia(row);
    finder.see(row);
  };
  const redactor = createRedactor(input.config.filters, await redactedPictures(deps, input));
  const pass = (row: DatasetRow): DatasetRow => {
    const clean = redactor.row(row);
    see(clean);
    return clean;
  };
  const data = await writeData(tables, input, { selected, lessons: order, pass }, beat);
  const formats = chooseFormats(input.exports.formats, offered, finder.found(), visual);
  const train = data.filter(({ split }) => split === 'train').map(({ shard }) => shard);
  return {
    modality: input.modality,
    ...counts,
    scale,
    visual,
    pairs,
    masks,
    conditional: conditional === null ? null : await conditionsOf(tables, train, conditional),
    ...formats,
    data,
    redacted: redactor.counts(),
  };
};
