/** Stub activities typed by the contract: what the workflows see, without rows behind it. */
import type {
  AnnotateActivities,
  CurateActivities,
  ErasureActivities,
  ExamineActivities,
  HeatmapActivities,
  IngestActivities,
  LabelActivities,
  MonitorActivities,
  ReportActivities,
  RetentionActivities,
  ScoreActivities,
  TrainActivities,
} from '../../activities/contract.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import type { RunReport } from '../../schemas/run-report.ts';
import type { TableName, TableRef } from '../../schemas/table.ts';

export type Activities = IngestActivities &
  AnnotateActivities &
  LabelActivities &
  ScoreActivities &
  HeatmapActivities &
  TrainActivities &
  ExamineActivities &
  CurateActivities &
  ErasureActivities &
  MonitorActivities &
  RetentionActivities &
  ReportActivities;

export const ref = (table: TableName, shards = 2): TableRef => ({
  table,
  version: 1,
  partition: 'demo',
  digest: 'a'.repeat(64),
  rows: 20,
  shards,
});

const metrics = {
  accuracy: 0.7,
  accuracyCi: [0.6, 0.8] as [number, number],
  lengthOnlyAccuracy: 0.55,
  n: 100,
  trainPairs: 400,
  trainAccuracy: 0.75,
  ece: 0.04,
  nll: 0.6,
  temperature: 1.2,
};

/** Calls in order, for tests that ask what happened; activities as a run with 3 units and 4 items sees them. */
export const stubActivities = (
  config: Parameters<typeof PipelineConfig.parse>[0] = {},
  overrides: Partial<Activities> = {},
): { activities: Activities; calls: string[]; reports: RunReport[]; saved: string[] } => {
  const calls: string[] = [];
  const reports: RunReport[] = [];
  const saved: string[] = [];
  const items = ['a', 'b', 'c', 'd'].map((x) => `it_${x.repeat(32)}`);
  const activities: Activities = {
    planDrop: async () => ({ units: 3, modality: 'text', config: PipelineConfig.parse(config) }),
    parseUnit: async () => ({ rowsIn: 10, rowsOut: 9, quarantined: 1 }),
    commitDrop: async () => ({
      counts: {
        files: 1,
        rowsIn: 30,
        rowsOut: 27,
        quarantined: 3,
        items: 27,
        annotations: 27,
        media: 0,
        languages: { en: 27 },
      },
      items: ref('items'),
      annotations: ref('annotations'),
      quarantine: ref('quarantine', 1),
      samples: [{ file: 'pairs.jsonl', row: 7, code: 'ASY-2001', message: 'not JSON: <b>|</b>' }],
    }),
    planBatches: async ({ itemIds }) => ({ batches: 1, items: itemIds?.length ?? items.length }),
    loadBatch: async () => ({ items, saved: null }),
    saveVotes: async ({ votes }) => {
      saved.push(...votes.map((v) => `${v.item}:${v.annotator}:${v.category}`));
      return { votes: votes.length };
    },
    setAside: async () => undefined,
    commitVotes: async () => ({ annotations: ref('annotations', 1), votes: saved.length }),
    aggregate: async () => ({
      labels: ref('labels'),
      summaries: [
        {
          task: 'pairwise',
          aspect: null,
          level: 'nominal',
          n: 27,
          annotations: 54,
          annotators: 2,
          alpha: 0.71,
          ci: [0.6, 0.8],
          percent: 0.85,
        },
      ],
      flagged: [{ item: items[0] as string, task: 'pairwise', agreement: 0.5, file: 'pairs.jsonl', row: 3 }],
      flaggedCount: 1,
    }),
    encodeShard: async () => ({ rows: 20 }),
    commitFeatures: async () => ({ features: ref('features'), encoder: 'hashed-ngrams', revision: '1' }),
    resolveModel: async ({ model }) => ({
      name: model,
      version: 'v7',
      reads: model.startsWith('remote/') ? 'items' : 'features',
    }),
    scoreShard: async () => ({ rows: 20 }),
    commitScores: async () => ({ scores: ref('scores') }),
    mergeShard: async () => ({ rows: 20 }),
    commitMerged: async () => ({
      heatmaps: ref('heatmaps'),
      regions: [
        {
          kind: 'implausibility',
          images: 20,
          marked: 12,
          pairs: 30,
          iou: { value: 0.42, ci: [0.35, 0.5] },
          sim: { value: 0.61, ci: [0.5, 0.7] },
        },
      ],
      left: 3,
      flagged: [{ item: items[1] as string, response: 0, kind: 'implausibility', mass: 0.31, annotators: 3 }],
    }),
    predictShard: async () => ({ rows: 20 }),
    commitPredicted: async () => ({ heatmaps: { ...ref('heatmaps'), partition: 'demo/predicted' } }),
    planTraining: async () => ({ version: 'v1', pairs: 27, skipped: null }),
    fitHead: async ({ name, version }) => ({ name, version, metrics, promoted: false }),
    promoteHead: async () => ({ promoted: true, reason: 'first head of its name' }),
    planExamination: async ({ config }) => ({
      units: 3,
      partitions: config.dedup === 'near' ? 2 : 0,
      clusters: config.near.semantic === undefined ? 0 : 5,
    }),
    examineShard: async () => ({ rows: 9 }),
    linkNear: async () => ({ edges: 1 }),
    fitClusters: async () => ({ clusters: 5 }),
    assignShard: async () => ({ rows: 9 }),
    linkMeanings: async () => ({ edges: 1 }),
    mergeNear: async () => ({ items: 4 }),
    planDataset: async () => ({ version: 'd1' }),
    selectRows: async () => ({
      rows: 20,
      funnel: [
        { step: 'items', in: 27, out: 27, reasons: {} as Record<string, number> },
        { step: 'rows', in: 27, out: 20, reasons: { tie: 7 } as Record<string, number> },
      ],
      formats: ['parquet', 'trl-preference'],
      conflicts: 0,
    }),
    exportDataset: async () => ({ files: 1, rows: 20 }),
    publishDataset: async ({ name, version }) => ({ name, version, rows: 20 }),
    planErasure: async () => ({
      drops: [
        { drop: 'plain', again: 'run' },
        { drop: 'half', again: 'ingest' },
        { drop: 'raw', again: 'none' },
      ],
      reached: { rows: 4, items: 3 },
    }),
    withdrawHeads: async () => undefined,
    rewriteDrop: async () => ({ votes: [ref('annotations', 1)] }),
    sweepErased: async () => undefined,
    proveErasure: async ({ id }) => ({
      id,
      reached: { rows: 4, items: 3 },
      datasets: [{ name: 'plain', withdrawn: 'd0', version: 'd1' }],
      models: [],
      proof: `erasures/${id}.json`,
    }),
    takeReading: async () => ({
      number: 3,
      at: '2026-01-02T03:04:05.000Z',
      reading: {
        state: 'red',
        reason: 'PSI 0.31 is above 0.2',
        figures: [{ name: 'psi', value: 0.31234567, ci: [0.25, 0.38], n: 400, limit: 0.2 }],
      },
      alert: { n: 3, since: '2026-01-02T03:04:05.000Z', acknowledged: null },
      toSend: true,
    }),
    sendAlert: async () => undefined,
    noteDelivery: async () => undefined,
    planRetention: async () => ({
      counts: [
        { class: 'raw', rule: 1, reason: 'expired', objects: 3, bytes: 300 },
        { class: 'raw', rule: 1, reason: 'held', objects: 2, bytes: 200 },
      ],
      parts: 2,
    }),
    removeExpired: async ({ part }) => ({ removed: 2 - part, changed: 0 }),
    recordRetention: async ({ id }) => ({
      id,
      policy: 1,
      at: '2026-01-01T00:00:00.000Z',
      counts: [],
      removed: 3,
      changed: 0,
      parts: 2,
      holds: [],
    }),
    writeReport: async ({ report }) => void reports.push(report),
    ...overrides,
  };
  const recorded = Object.fromEntries(
    Object.entries(activities).map(([name, run]) => [
      name,
      (input: never) => {
        calls.push(name);
        return (run as (input: never) => Promise<unknown>)(input);
      },
    ]),
  ) as unknown as Activities;
  return { activities: recorded, calls, reports, saved };
};

/** What a drop of images with marks sees beside that: a rich-feedback head, which predicts heatmaps. */
export const imageActivities = (
  config: Parameters<typeof PipelineConfig.parse>[0] = {},
  overrides: Partial<Activities> = {},
) => {
  const asText = stubActivities(config).activities;
  return stubActivities(config, {
    planDrop: async () => ({ units: 1, modality: 'image', config: PipelineConfig.parse(config) }),
    aggregate: async (input) => {
      const labels = await asText.aggregate(input);
      return { ...labels, summaries: labels.summaries.map((summary) => ({ ...summary, task: 'regions' as const })) };
    },
    fitHead: async (input) => {
      const head = await asText.fitHead(input);
      const figures = {
        n: 40,
        mse: 0.0123,
        mseEmpty: 0.001,
        cc: 0.456,
        kld: 1.5,
        sim: 0.4,
        nss: 2.345,
        aucJudd: 0.891,
      };
      return { ...head, metrics: { ...head.metrics, heatmaps: { implausibility: figures } } };
    },
    ...overrides,
  });
};
