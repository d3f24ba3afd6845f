import type { Encoder } from '../models/encoders/index.ts';
import { hashOf, sha256 } from '../models/hash.ts';
import { checkRevision, type Head, type HeadScores, openHead } from '../models/heads/head.ts';
import { AssayError } from '../schemas/errors.ts';
import { Item } from '../schemas/item.ts';
import { keys } from '../schemas/keys.ts';
import { HeadManifest } from '../schemas/model.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { Modality } from '../schemas/primitives.ts';
import { FeatureRow, Score } from '../schemas/score.ts';
import type { Shard, TableRef } from '../schemas/table.ts';
import type { ScoreActivities } from './contract.ts';
import { encodeParts, PART } from './encode-parts.ts';
import { openEncoder } from './encoder-catalog.ts';
import { encodables } from './encoding.ts';
import { createFeatureCache } from './feature-cache.ts';
import { breathe, chunked } from './pace.ts';
import type { MediaProbe, ObjectStore, Progress, TableStore } from './ports.ts';
import { once } from './receipts.ts';
import { responseScores, type Segment } from './response-scores.ts';
import { padded } from './shards.ts';
import { readVector } from './vectors.ts';

const SCORED_AT_ONCE = 1024;

/** A head's output for a run of feature rows. */
const scoresOfRows = async (head: Head, rows: readonly FeatureRow[], model: string): Promise<HeadScores> => {
  const { dims } = head.encoder;
  const features = new Float32Array(rows.length * dims);
  for (const [index, row] of rows.entries()) {
    checkRevision(head, row.revision, model);
    readVector(row.vector, features, index * dims, dims);
  }
  return head.score(features, rows.length, { languages: rows.map(({ language }) => language) });
};

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
  /** Told of each encoder that is about to work. */
  readonly onEncoder?: (encoder: Encoder) => void;
}): ScoreActivities => {
  const { objects, tables } = deps;
  const cache = createFeatureCache(deps);

  const encoderFor = async (items: TableRef, config: PipelineConfig['score']) => {
    const encoder = await openEncoder(objects, config.encoder, await modalityOf(tables, items));
    const { id, revision } = encoder.manifest;
    const stage = `encode-${hashOf({ items: items.digest, id, revision, config, part: PART }).slice(0, 16)}`;
    return { encoder, stage };
  };
  const scoreStage = (features: TableRef, { name, version }: { name: string; version: string }) =>
    `score-${hashOf({ features: features.digest, name, version }).slice(0, 16)}`;

  /** The shards that the receipts of a stage name, in order; an empty one where there was nothing to do. */
  const gather = async (run: string, stage: string, count: number, empty: () => Promise<Shard>): Promise<Shard[]> => {
    if (count === 0) return [await empty()];
    const shards: Shard[] = [];
    for (let shard = 0; shard < count; shard++) {
      const receipt = await objects.get(keys.receipt(run, stage, padded(shard)));
      shards.push(...[JSON.parse(receipt.toString('utf8')) as Shard | Shard[]].flat());
    }
    return shards;
  };

  return {
    async encodeShard({ run, items, shard, config }) {
      const progress = deps.progress();
      const { encoder, stage } = await encoderFor(items, config);
      const parts = await once(objects, keys.receipt(run, stage, padded(shard)), async () => {
        const source = await shardOf(tables, items, shard);
        deps.onEncoder?.(encoder);
        const rows = tables.readShard(source, Item);
        const encodablesOf = (item: Item) => encodables(item, encoder, config, deps);
        return encodeParts(`${stage}/${shard}`, rows, encodablesOf, { tables, cache, encoder, progress });
      });
      return { rows: parts.reduce((sum, { rows }) => sum + rows, 0) };
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
            const { reward, std, ood } = await scoresOfRows(head, chunk, model.name);
            for (const [i, row] of chunk.entries())
              yield { row, reward: reward[i] ?? Number.NaN, std: std?.[i] ?? null, ood: ood?.[i] ?? null };
            done += chunk.length;
            progress.cancelled.throwIfAborted();
            progress.heartbeat({ shard, rows: done });
            await breathe();
          }
        };
        return tables.writeShard('scores', Score, responseScores(segments(), model));
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
