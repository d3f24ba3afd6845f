/** The rows of tables that examples need, and no others: feature vectors, lengths, languages, sources. */
import type { Encoder } from '../../models/encoders/index.ts';
import type { RowFacts } from '../../models/training/examples.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Modality } from '../../schemas/primitives.ts';
import type { Shard, TableRef } from '../../schemas/table.ts';
import { type ModelSources, openEncoderOf } from '../encoder-catalog.ts';
import { hasColumn } from '../has-column.ts';
import { breathe } from '../pace.ts';
import type { Progress, TableStore } from '../ports.ts';
import { readVector } from '../vectors.ts';
import type { EncoderFacts } from './plan.ts';
import { type ItemFacts, type Matrix, responseName } from './set.ts';

const BREATH = 2_000;

export interface Tables {
  readonly items: TableRef;
  readonly features: TableRef;
  readonly pairs: Shard;
  /** Null where pairs are all there is. */
  readonly examples: Shard | null;
}

/** Every response that an example names. */
const named = ({ examples }: Tables): string => `SELECT winner AS item, "winnerResponse" AS response FROM {pairs}
  UNION SELECT loser, "loserResponse" FROM {pairs}
  ${examples === null ? '' : 'UNION SELECT item, response FROM {examples}'}`;

const sources = ({ items, features, pairs, examples }: Tables) => ({
  items,
  features,
  pairs: [pairs],
  ...(examples === null ? {} : { examples: [examples] }),
});

interface FactRow {
  readonly item: string;
  readonly response: number;
  readonly content: string;
  readonly language: string | null;
  readonly translatedFrom: string | null;
  readonly file: string;
  readonly name: string;
  readonly characters: number | null;
  readonly model: string | null;
  readonly domain: string | null;
}

/** What is known of each response, in order; `content` is equal where what was encoded is. */
const factSql = (
  tables: Tables,
  domain: boolean,
): string => `SELECT n.item, n.response, f.content, i.language, i."translatedFrom", i.origin.file AS file,
    i."group" AS name, length(i.responses[n.response + 1].text) AS characters, i.responses[n.response + 1].model AS model,
    ${domain ? 'i.domain' : 'NULL'} AS domain
  FROM (${named(tables)}) n JOIN {items} i ON i.id = n.item JOIN (
    SELECT item, response, string_agg("contentHash", ' ' ORDER BY segment) AS content FROM {features} GROUP BY ALL
  ) f ON f.item = n.item AND f.response = n.response ORDER BY n.item, n.response`;

interface Facts extends Pick<Matrix, 'rowOf' | 'facts' | 'items'> {
  /** Responses whose vectors are read: the first of each content. */
  readonly firsts: ReadonlyMap<string, number>;
}

const loadFacts = async (store: TableStore, tables: Tables, modality: Modality): Promise<Facts> => {
  const rowOf = new Map<string, number>();
  const facts: RowFacts[] = [];
  const items = new Map<string, ItemFacts>();
  const contents = new Map<string, number>();
  const firsts = new Map<string, number>();
  // Items stored before they had domains lack the column.
  const domains = await hasColumn(store, tables.items, 'domain');
  for await (const row of store.query<FactRow>(factSql(tables, domains), sources(tables))) {
    const name = responseName(row.item, row.response);
    let at = contents.get(row.content);
    if (at === undefined) {
      at = facts.length;
      contents.set(row.content, at);
      firsts.set(name, at);
      const { language, file: source, name: group, characters, model: generator, domain } = row;
      const length = modality === 'text' ? (characters ?? 0) : null;
      facts.push({ language, source, group, length, generator, ...(domain === null ? {} : { domain }) });
    }
    rowOf.set(name, at);
    items.set(row.item, { language: row.language, source: row.file, translated: row.translatedFrom !== null });
  }
  return { rowOf, facts, items, firsts };
};

/** A video's vector is the mean over its segments: a linear head's mean reward is the reward of the mean. */
const meanOver = (features: Float32Array, counts: Int32Array, dims: number): void => {
  for (const [row, count] of counts.entries())
    if (count > 1) for (let j = row * dims; j < (row + 1) * dims; j++) features[j] = (features[j] ?? 0) / count;
};

/** The encoder that made the features, which may no longer be the newest of its name. Throws ASY-5001, ASY-5020. */
export const encoderOfFeatures = async (
  sources: ModelSources,
  { id, revision }: EncoderFacts,
  modality: Modality,
): Promise<Encoder> => {
  const encoder = await openEncoderOf(sources, { id, revision }, modality);
  if (encoder.manifest.revision !== revision) throw new AssayError('ASY-5001', { model: `${id}@${revision}` });
  return encoder;
};

/** The matrix of the examples' responses. Throws ASY-5001 or ASY-5020 where the encoder of the features is not there. */
export const loadMatrix = async (
  { tables: store, ...models }: ModelSources & { readonly tables: TableStore },
  tables: Tables,
  { encoder, modality }: { readonly encoder: EncoderFacts; readonly modality: Modality },
  progress: Progress,
): Promise<Matrix> => {
  const { dims } = encoder;
  const { firsts, ...known } = await loadFacts(store, tables, modality);
  const features = new Float32Array(known.facts.length * dims);
  const counts = new Int32Array(known.facts.length);
  const vector = new Float32Array(dims);
  // Only sums depend on an order; a text or an image has one vector.
  const sql = `SELECT f.item, f.response, f.vector FROM {features} f
    SEMI JOIN (${named(tables)}) n ON f.item = n.item AND f.response = n.response
    ${modality === 'video' ? 'ORDER BY f.item, f.response, f.segment' : ''}`;
  const rows = store.query<{ item: string; response: number; vector: Uint8Array }>(sql, sources(tables));
  let done = 0;
  for await (const { item, response, vector: bytes } of rows) {
    const row = firsts.get(responseName(item, response));
    if (row === undefined) continue;
    readVector(bytes, vector, 0, dims);
    for (let j = 0; j < dims; j++) features[row * dims + j] = (features[row * dims + j] ?? 0) + (vector[j] ?? 0);
    counts[row] = (counts[row] ?? 0) + 1;
    if (++done % BREATH !== 0) continue;
    progress.heartbeat({ vectors: done });
    await breathe();
  }
  meanOver(features, counts, dims);
  const { blocks } = await encoderOfFeatures(models, encoder, modality);
  return { encoder, blocks, features, ...known };
};
