import { type Encoder, resolveEncoder } from '../models/encoders/index.ts';
import { hashOf, sha256 } from '../models/hash.ts';
import { checkRevision, type Head, openHead } from '../models/heads/head.ts';
import { segvr } from '../models/segvr.ts';
import { AssayError } from '../schemas/errors.ts';
import { Item } from '../schemas/item.ts';
import { keys } from '../schemas/keys.ts';
import { HeadManifest } from '../schemas/model.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { Modality } from '../schemas/primitives.ts';
import { FeatureRow, Score } from '../schemas/score.ts';
import type { Shard, TableRef } from '../schemas/table.ts';
import type { ScoreActivities } from './contract.ts';
import { type Encodable, encodables } from './encoding.ts';
import { breathe, chunked } from './pace.ts';
import type { MediaProbe, ObjectStore, Progress, TableStore } from './ports.ts';
import { once } from './receipts.ts';
import { padded } from './shards.ts';
import { readVector, toBase64 } from './vectors.ts';

const ENCODED_AT_ONCE = { text: 512, image: 16 } as const;
const SCORED_AT_ONCE = 1024;

/** Features of a chunk, each distinct content encoded once. */
const encodeChunk = async (
  encoder: Encoder,
  chunk: readonly Encodable[],
  signal: AbortSignal,
): Promise<FeatureRow[]> => {
  const firsts = new Map<string, number>();
  const distinct: Encodable[] = [];
  for (const encodable of chunk) {
    if (firsts.has(encodable.contentHash)) continue;
    firsts.set(encodable.contentHash, distinct.length);
    distinct.push(encodable);
  }
  const features = await encoder.encode(await Promise.all(distinct.map(({ load }) => load())), { signal });
  const { id, revision, dims } = encoder.manifest;
  return chunk.map(({ item, response, segment, at, contentHash }) => {
    const from = (firsts.get(contentHash) ?? 0) * dims;
    const vector = toBase64(features.subarray(from, from + dims));
    return { item, response, segment, at, encoder: id, revision, contentHash, dims, vector };
  });
};

/** Rewards of a run of feature rows. */
const rewardsOf = async (head: Head, rows: readonly FeatureRow[], model: string): Promise<Float32Array> => {
  const { dims } = head.encoder;
  const features = new Float32Array(rows.length * dims);
  for (const [index, row] of rows.entries()) {
    checkRevision(head, row.revision, model);
    readVector(row.vector, features, index * dims, dims);
  }
  return (await head.score(features, rows.length)).reward;
};

interface Segment {
  readonly row: FeatureRow;
  readonly reward: number;
}

/** Scores from segment rewards, those of one response together: the mean over its segments (SegVR). */
async function* scoresOf(
  segments: AsyncIterable<Segment>,
  model: { readonly name: string; readonly version: string },
): AsyncGenerator<Score> {
  let open: Segment[] = [];
  const close = (): Score | null => {
    const [first] = open;
    if (first === undefined) return null;
    const { item, response } = first.row;
    const value = segvr(open.map(({ reward }) => reward));
    const timed = open.flatMap(({ row, reward }) => (row.at === null ? [] : { at: row.at, value: reward }));
    const place = { item, response, model: model.name, version: model.version };
    return { ...place, aspect: 'preference', value, std: null, ood: null, segments: timed.length === 0 ? null : timed };
  };
  for await (const segment of segments) {
    const [first] = open;
    if (first !== undefined && (first.row.item !== segment.row.item || first.row.response !== segment.row.response)) {
      const score = close();
      if (score !== null) yield score;
      open = [];
    }
    open.push(segment);
  }
  const score = close();
  if (score !== null) yield score;
}

/** A stored head, its bytes held against its manifest. Throws ASY-5001, ASY-5002. */
const loadHead = async (objects: ObjectStore, model: { name: string; version: string }): Promise<Head> => {
  const { name, version } = model;
  const key = keys.model(name, version, 'manifest.json');
  if ((await objects.head(key)) === null) throw new AssayError('ASY-5001', { model: `${name} ${version}` });
  const manifest = HeadManifest.parse(JSON.parse((await objects.get(key)).toString('utf8')));
  const file = keys.model(name, version, manifest.onnx.file);
  const bytes = await objects.get(file);
  if (sha256(bytes) !== manifest.onnx.sha256) throw new AssayError('ASY-5002', { file });
  return openHead(bytes);
};

/** What all items of a drop are; an empty table counts as text. */
const modalityOf = async (tables: TableStore, items: TableRef): Promise<Modality> => {
  for await (const { modality } of tables.query<{ modality: Modality }>('SELECT modality FROM {items} LIMIT 1', {
    items,
  }))
    return modality;
  return 'text';
};

const shardOf = async (tables: TableStore, ref: TableRef, index: number): Promise<Shard> => {
  const shard = (await tables.shards(ref))[index];
  if (shard === undefined) throw new AssayError('ASY-3002', { key: `${ref.table}/${ref.partition}#${index}` });
  return shard;
};

/** Encoding and scoring, a shard at a time; commits gather what the shards' receipts name. */
export const createScoreActivities = (deps: {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly media: MediaProbe;
  readonly progress: () => Progress;
}): ScoreActivities => {
  const { objects, tables } = deps;

  const encoderFor = async (items: TableRef, config: PipelineConfig['score']) => {
    const encoder = await resolveEncoder(config.encoder, await modalityOf(tables, items));
    const { id, revision } = encoder.manifest;
    const stage = `encode-${hashOf({ items: items.digest, id, revision, config }).slice(0, 16)}`;
    return { encoder, stage };
  };
  const scoreStage = (features: TableRef, { name, version }: { name: string; version: string }) =>
    `score-${hashOf({ features: features.digest, name, version }).slice(0, 16)}`;

  /** The shards that the receipts of a stage name, in order; an empty one where there was nothing to do. */
  const gather = async (run: string, stage: string, count: number, empty: () => Promise<Shard>): Promise<Shard[]> => {
    if (count === 0) return [await empty()];
    const shards: Shard[] = [];
    for (let shard = 0; shard < count; shard++)
      shards.push(JSON.parse((await objects.get(keys.receipt(run, stage, padded(shard)))).toString('utf8')) as Shard);
    return shards;
  };

  return {
    async encodeShard({ run, items, shard, config }) {
      const progress = deps.progress();
      const { encoder, stage } = await encoderFor(items, config);
      const written = await once(objects, keys.receipt(run, stage, padded(shard)), async () => {
        const source = await shardOf(tables, items, shard);
        const inputs = async function* (): AsyncGenerator<Encodable> {
          for await (const item of tables.readShard(source, Item)) yield* encodables(item, encoder, config, deps);
        };
        const rows = async function* (): AsyncGenerator<FeatureRow> {
          let done = 0;
          for await (const chunk of chunked(inputs(), ENCODED_AT_ONCE[encoder.image === null ? 'text' : 'image'])) {
            yield* await encodeChunk(encoder, chunk, progress.cancelled);
            done += chunk.length;
            progress.heartbeat({ shard, rows: done });
            await breathe();
          }
        };
        return tables.writeShard('features', FeatureRow, rows());
      });
      return { rows: written.rows };
    },

    async commitFeatures({ run, items, config }) {
      const { encoder, stage } = await encoderFor(items, config);
      const shards = await gather(run, stage, items.shards, () => tables.writeShard('features', FeatureRow, []));
      const { id, revision } = encoder.manifest;
      return { features: await tables.commit('features', run, shards), encoder: id, revision };
    },

    async scoreShard({ run, features, shard, model }) {
      const progress = deps.progress();
      const receipt = keys.receipt(run, scoreStage(features, model), padded(shard));
      const written = await once(objects, receipt, async () => {
        const head = await loadHead(objects, model);
        const source = await shardOf(tables, features, shard);
        const segments = async function* (): AsyncGenerator<Segment> {
          let done = 0;
          for await (const chunk of chunked(tables.readShard(source, FeatureRow), SCORED_AT_ONCE)) {
            const rewards = await rewardsOf(head, chunk, model.name);
            for (const [index, row] of chunk.entries()) yield { row, reward: rewards[index] ?? Number.NaN };
            done += chunk.length;
            progress.cancelled.throwIfAborted();
            progress.heartbeat({ shard, rows: done });
            await breathe();
          }
        };
        return tables.writeShard('scores', Score, scoresOf(segments(), model));
      });
      return { rows: written.rows };
    },

    async commitScores({ run, features, model }) {
      const stage = scoreStage(features, model);
      const shards = await gather(run, stage, features.shards, () => tables.writeShard('scores', Score, []));
      return { scores: await tables.commit('scores', run, shards) };
    },
  };
};
