/** What selection is told beside the tables that every curation reads: only what its configuration asks about. */
import { ageFilterOf } from '../../models/selection/age.ts';
import { readsVoices } from '../../models/selection/choice.ts';
import type { Terms } from '../../models/selection/declared.ts';
import { isContentFilter, isExamined, readsMeaning } from '../../schemas/examination.ts';
import type { TableRef } from '../../schemas/table.ts';
import { createAnnotatorCatalog } from '../annotator-catalog.ts';
import { readManifest } from '../drop-plan.ts';
import { statedTerms } from '../drop-terms.ts';
import { benchmarkHashes } from '../examine/benchmark-file.ts';
import { foundBy } from '../examine/finder.ts';
import { openEmbedder } from '../examine/meaning-row.ts';
import { RedactedRow } from '../examine/rows.ts';
import { readExamined } from '../examine.ts';
import { hasColumn } from '../has-column.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { shardsOf } from '../shards.ts';
import { readVector } from '../vectors.ts';
import type { DecideDeps, Deciding } from './decide.ts';
import type { Told, Vendors } from './evidence.ts';

const vendorsOf = async (objects: ObjectStore): Promise<Vendors> => {
  const profiles = await createAnnotatorCatalog(objects).list();
  return new Map(profiles.flatMap(({ subject, vendor }) => (vendor === null ? [] : [[subject, vendor] as const])));
};

/** Annotations that state times, where a filter asks for them. */
const datedBy = async (
  tables: TableStore,
  annotations: Deciding['annotations'],
  { filters }: Deciding['config'],
): Promise<Told['dated']> => {
  if (ageFilterOf(filters) === null) return null;
  const shards = await shardsOf(tables, annotations);
  return shards.length > 0 && (await hasColumn(tables, shards, 'at')) ? shards : [];
};

/** Examined texts and media, and who labelled what. Throws ASY-3002 where the items were not examined. */
export const toldOf = async (deps: DecideDeps, { run, items, annotations, config }: Deciding): Promise<Told> => ({
  examined: isExamined(config)
    ? await readExamined(deps, { run, items, config })
    : { findings: [], redacted: [], overlaps: [], resemblances: [], near: [] },
  voices: readsVoices(config.select)
    ? { annotations: await shardsOf(deps.tables, annotations), vendors: await vendorsOf(deps.objects) }
    : null,
  dated: await datedBy(deps.tables, annotations, config),
});

/**
 * The pictures that stand for others in rows, by the other's hash, of several the one with most faces redacted; none where no filter
 * redacts faces.
 */
export const redactedPictures = async (
  deps: DecideDeps,
  { run, items, config }: Deciding,
): Promise<ReadonlyMap<string, RedactedRow>> => {
  const pictures = new Map<string, RedactedRow>();
  if (!config.filters.some((filter) => filter.kind === 'faces' && filter.action === 'redact')) return pictures;
  const { redacted } = await readExamined(deps, { run, items, config });
  if (redacted.length === 0) return pictures;
  for await (const row of deps.tables.query('SELECT * FROM {redacted} ORDER BY faces, media.sha256', { redacted })) {
    const picture = RedactedRow.parse(row);
    pictures.set(picture.sha256, picture);
  }
  return pictures;
};

const asksTerms = ({ filters }: Deciding['config']): boolean => filters.some(({ kind }) => kind === 'permission');

/** Purposes and consent as drop.json states them; none where no filter asks. */
export const termsOf = async ({ objects }: DecideDeps, { run, config }: Deciding): Promise<Terms> => {
  if (!asksTerms(config)) return { purposes: [], consent: false };
  return statedTerms(await readManifest(objects, run));
};

/** Everything outside the tables that decides who is selected: part of a dataset's version. Throws ASY-6204 for a benchmark, ASY-6210 for a tokenizer that is not there. */
export const besideTables = async (deps: DecideDeps, input: Deciding): Promise<object> => {
  const { run, config } = input;
  return {
    benchmarks: await benchmarkHashes(deps.objects, run, config.decontaminate),
    ...(await foundBy(deps.objects, run, config.filters.filter(isContentFilter))),
    terms: await termsOf(deps, input),
    vendors: readsVoices(config.select) ? Object.fromEntries(await vendorsOf(deps.objects)) : {},
    ...(readsMeaning(config) && { embedder: (await openEmbedder()).revision }),
  };
};

/** Features of the responses named by item; of a video the mean over its segments. Items without features are absent. */
export const featuresOf = async (
  tables: TableStore,
  features: TableRef | null,
  responses: ReadonlyMap<string, number>,
): Promise<Map<string, Float32Array>> => {
  const sums = new Map<string, { readonly sum: Float32Array; n: number }>();
  if (features === null) return new Map();
  const sql = 'SELECT item, response, dims, vector FROM {features}';
  type Row = { item: string; response: number; dims: number; vector: Uint8Array };
  for await (const { item, response, dims, vector } of tables.query<Row>(sql, { features })) {
    if (responses.get(item) !== response) continue;
    const known = sums.get(item) ?? { sum: new Float32Array(dims), n: 0 };
    const own = new Float32Array(dims);
    readVector(vector, own, 0, dims);
    for (let i = 0; i < dims; i++) known.sum[i] = (known.sum[i] ?? 0) + (own[i] ?? 0);
    known.n++;
    sums.set(item, known);
  }
  return new Map([...sums].map(([item, { sum, n }]) => [item, sum.map((value) => value / n)]));
};
