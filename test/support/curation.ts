/** The path from items and annotations to a published dataset, as the workflows call it, on any object store. */

import { createImageCodec } from '../../activities/adapters/image-codec.ts';
import { createPictureWriter } from '../../activities/adapters/pictures.ts';
import type { RemoteModels } from '../../activities/adapters/remote/index.ts';
import { createTableStore } from '../../activities/adapters/tables.ts';
import type { CurateInput, ExamineActivities, ExamineInput } from '../../activities/contract.ts';
import { createCurateActivities } from '../../activities/curate.ts';
import { createExamineActivities } from '../../activities/examine.ts';
import { createLabelActivities } from '../../activities/labels.ts';
import type { MediaProbe, ObjectStore, Progress, TableStore } from '../../activities/ports.ts';
import { createScoreActivities } from '../../activities/score.ts';
import { createTrainActivities } from '../../activities/train.ts';
import { hashOf, opaqueId, unitHash } from '../../models/hash.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { isExamined } from '../../schemas/examination.ts';
import { Item } from '../../schemas/item.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import type { Origin } from '../../schemas/primitives.ts';
import type { TableRef } from '../../schemas/table.ts';
import { noRemotes } from './remote-models.ts';

export const idle = (): Progress => ({
  heartbeat: () => undefined,
  last: undefined,
  cancelled: new AbortController().signal,
});

/** A probe for drops that have no media. */
export const noMedia: MediaProbe = {
  probe: () => Promise.reject(new Error('no media here')),
  pixels: () => Promise.reject(new Error('no media here')),
  frames: () => Promise.reject(new Error('no media here')),
};

export const originOf = (drop: string, row: number, file = 'pairs.jsonl'): Origin => ({
  drop,
  file,
  row,
  license: 'CC-BY-4.0',
  subject: null,
});

/** An item with its id and hash made as ingest makes them. */
export const itemOf = (
  drop: string,
  row: number,
  content: Pick<Item, 'prompt' | 'responses'> & Partial<Item>,
): Item => ({
  id: opaqueId('it', drop, row),
  externalId: `x${row}`,
  modality: 'text',
  language: 'en',
  translatedFrom: null,
  domain: null,
  promptMedia: null,
  group: hashOf(content.prompt),
  contentHash: hashOf([content.prompt, content.responses]),
  origin: originOf(drop, row),
  ...content,
});

export const textResponse = (text: string | null, model: string | null = null) => ({ model, text, media: null });

export const annotationOf = (
  item: Item,
  annotator: string,
  statement: Pick<Annotation, 'task' | 'value'>,
): Annotation =>
  ({
    id: opaqueId('an', item.id, statement.task, annotator, JSON.stringify(statement.value)),
    item: item.id,
    source: { kind: 'human', id: annotator },
    guideline: null,
    seconds: null,
    at: null,
    shown: null,
    ruling: false,
    origin: item.origin,
    ...statement,
  }) as Annotation;

const pick = <T>(words: readonly T[], seed: string): T => words[Math.floor(unitHash(7, seed) * words.length)] as T;

const TOPICS = ['rivers', 'bread', 'planets', 'bicycles', 'violins', 'chess', 'volcanoes', 'tea', 'bridges', 'owls'];
const KIND = ['Certainly, here is a careful explanation', 'Happy to help, step by step', 'Good question, in detail'];
const CURT = ['No idea', 'Look it up yourself', 'Whatever, who cares'];

/** Pairs of which the helpful side is preferred by three people, each wrong one time in ten. */
export const plantedPairs = (drop: string, count: number): { items: Item[]; annotations: Annotation[] } => {
  const items: Item[] = [];
  const annotations: Annotation[] = [];
  for (let row = 1; row <= count; row++) {
    const seed = `${drop} ${row}`;
    const topic = pick(TOPICS, `topic ${seed}`);
    const kind = `${pick(KIND, `kind ${seed}`)} about ${topic} number ${row}.`;
    const curt = `${pick(CURT, `curt ${seed}`)} about ${topic}, and do not ask again about number ${row}.`;
    const helpfulFirst = unitHash(7, `side ${seed}`) < 0.5;
    const item = itemOf(drop, row, {
      prompt: [{ role: 'user', content: `Tell me about ${topic} (${row}).` }],
      responses: (helpfulFirst ? [kind, curt] : [curt, kind]).map((text, i) => textResponse(text, `m${i}`)),
    });
    items.push(item);
    for (const who of ['ann', 'bob', 'cat']) {
      const wrong = unitHash(7, `${who} ${seed}`) < 0.1;
      const preferred = helpfulFirst !== wrong ? 'a' : 'b';
      annotations.push(annotationOf(item, who, { task: 'pairwise', value: { preferred, strength: null } }));
    }
  }
  return { items, annotations };
};

/** What exports of pictures are made with. */
export const exporting = (media: MediaProbe = noMedia) => ({
  media,
  codec: createImageCodec(),
  pictures: createPictureWriter(),
});

export interface Stage {
  readonly objects: ObjectStore;
  readonly remotes: RemoteModels;
  readonly tables: TableStore;
}

export const stageOn = (objects: ObjectStore, tempDir: string, remotes: RemoteModels = noRemotes): Stage => ({
  objects,
  remotes,
  tables: createTableStore({ objects, tempDir }),
});

/** Commits items and annotations as ingest would, in shards of `perShard` items. */
export const ingestRows = async (
  { tables }: Stage,
  drop: string,
  rows: { items: readonly Item[]; annotations: readonly Annotation[] },
  perShard = 40,
): Promise<{ items: TableRef; annotations: TableRef }> => {
  const shards = [];
  for (let at = 0; at === 0 || at < rows.items.length; at += perShard)
    shards.push(await tables.writeShard('items', Item, rows.items.slice(at, at + perShard)));
  const annotations = await tables.writeShard('annotations', Annotation, rows.annotations);
  return {
    items: await tables.commit('items', drop, shards),
    annotations: await tables.commit('annotations', drop, [annotations]),
  };
};

/** Examination as its workflow runs it. */
export const examine = async (activities: ExamineActivities, input: ExamineInput): Promise<void> => {
  const { units, partitions, clusters = 0 } = await activities.planExamination(input);
  for (let unit = 0; unit < units; unit++) await activities.examineShard({ ...input, unit });
  for (let partition = 0; partition < partitions; partition++) await activities.linkNear({ ...input, partition });
  if (clusters > 0) {
    await activities.fitClusters(input);
    for (let unit = 0; unit < units; unit++) await activities.assignShard({ ...input, unit });
    for (let partition = 0; partition < partitions; partition++) await activities.linkMeanings({ ...input, partition });
  }
  if (partitions > 0) await activities.mergeNear(input);
};

/** From committed items to what is selected of them, without a model and without publishing. */
export const selectRows = async (
  stage: Stage,
  run: string,
  { items, annotations }: { items: TableRef; annotations: TableRef },
  given: unknown = {},
) => {
  const config = PipelineConfig.parse(given);
  const deps = { ...stage, ...exporting(), progress: idle };
  const [labelling, scoring, curating] = [
    createLabelActivities(deps),
    createScoreActivities(deps),
    createCurateActivities(deps),
  ];
  const labels = await labelling.aggregate({ run, items, annotations: [annotations], config: config.aggregate });
  let features: TableRef | null = null;
  if (config.curate.select.length > 0) {
    for (let shard = 0; shard < items.shards; shard++)
      await scoring.encodeShard({ run, items, shard, config: config.score });
    ({ features } = await scoring.commitFeatures({ run, items, config: config.score }));
  }
  const input: CurateInput = {
    name: run,
    run,
    modality: 'text',
    items,
    annotations: [annotations],
    labels: labels.labels,
    features,
    scores: null,
    model: null,
    summaries: labels.summaries,
    config: config.curate,
    exports: config.export,
  };
  const { version } = await curating.planDataset(input);
  if (isExamined(config.curate)) await examine(createExamineActivities(deps), { run, items, config: config.curate });
  return { input, version, ...(await curating.selectRows({ ...input, version })) };
};

/** Everything from committed items to the published dataset. */
export const runCuration = async (
  stage: Stage,
  run: string,
  { items, annotations }: { items: TableRef; annotations: TableRef },
  given: unknown = {},
  media: MediaProbe = noMedia,
) => {
  const config = PipelineConfig.parse(given);
  const { model: choice } = config.score;
  const { tables } = stage;
  const deps = { ...stage, ...exporting(media), progress: idle };
  const [labelling, scoring] = [createLabelActivities(deps), createScoreActivities(deps)];
  const [training, curating] = [createTrainActivities(deps), createCurateActivities(deps)];
  const labels = await labelling.aggregate({ run, items, annotations: [annotations], config: config.aggregate });
  for (let shard = 0; shard < items.shards; shard++)
    await scoring.encodeShard({ run, items, shard, config: config.score });
  const { features } = await scoring.commitFeatures({ run, items, config: config.score });
  const modality = (await tables.read(items, Item)[Symbol.asyncIterator]().next()).value?.modality ?? 'text';
  const sources = { run, name: run, modality, items, labels: labels.labels, features };
  const plan = await training.planTraining({ ...sources, config: config.train });
  let head = null;
  let scores: TableRef | null = null;
  if (plan.skipped === null) {
    const planned = { name: run, version: plan.version };
    head = await training.fitHead({ run, ...planned });
    head = { ...head, promoted: (await training.promoteHead(planned)).promoted };
  }
  const chosen = choice === null ? null : await scoring.resolveModel({ model: choice, items, config: config.score });
  const scorer = chosen ?? head;
  const model = scorer === null ? null : { name: scorer.name, version: scorer.version };
  if (model !== null) {
    const source = chosen?.reads === 'items' ? { items } : { features };
    const { shards } = chosen?.reads === 'items' ? items : features;
    for (let shard = 0; shard < shards; shard++) await scoring.scoreShard({ run, ...source, shard, model });
    ({ scores } = await scoring.commitScores({ run, ...source, model }));
  }
  const input: CurateInput = {
    name: run,
    run,
    modality,
    items,
    annotations: [annotations],
    labels: labels.labels,
    features,
    scores,
    model,
    summaries: labels.summaries,
    config: config.curate,
    exports: config.export,
  };
  const planned = await curating.planDataset(input);
  if (isExamined(config.curate)) await examine(createExamineActivities(deps), { run, items, config: config.curate });
  const { funnel, formats } = await curating.selectRows({ ...input, ...planned });
  for (const format of formats) await curating.exportDataset({ name: run, version: planned.version, format });
  const dataset = await curating.publishDataset({ ...input, ...planned, formats });
  return { labels, plan, head, scores, features, funnel, formats, dataset, input };
};
