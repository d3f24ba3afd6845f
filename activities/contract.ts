/** What workflows may call: interfaces only. Inputs and outputs hold ids, counts and references, never rows. */

import type { RegionKind, Task } from '../schemas/annotation.ts';
import type { VoteRef } from '../schemas/batch.ts';
import type { DatasetRef, FunnelStep } from '../schemas/dataset.ts';
import type { ErasureReport } from '../schemas/erasure.ts';
import type { RegionSummary } from '../schemas/heatmap.ts';
import type { LabelSummary } from '../schemas/label.ts';
import type { HeadRef } from '../schemas/model.ts';
import type { Alert, Reading } from '../schemas/monitor.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { Modality } from '../schemas/primitives.ts';
import type { RetentionCount, RetentionRecord } from '../schemas/retention.ts';
import type { IngestCounts, RunReport, Skipped } from '../schemas/run-report.ts';
import type { Escalated, Sensitive } from '../schemas/sensitive.ts';
import type { TableRef } from '../schemas/table.ts';

/** On queue `io`. */
export interface IngestActivities {
  /** Reads drop.json and pipeline.yaml, lists the files, cuts them into units of work, writes the plan as a receipt. */
  planDrop(input: { drop: string }): Promise<{ units: number; modality: Modality; config: PipelineConfig }>;
  /** Parses one unit: rows → items, annotations, quarantine shards and media; idempotent by receipt. */
  parseUnit(input: { drop: string; unit: number }): Promise<{ rowsIn: number; rowsOut: number; quarantined: number }>;
  /** Quarantines duplicate ids across units, commits the three tables, checks counts in = out + quarantined. */
  commitDrop(input: { drop: string; units: number }): Promise<{
    counts: IngestCounts;
    items: TableRef;
    annotations: TableRef;
    quarantine: TableRef;
    /** Up to ten quarantined rows for people to look at: file, row, code, message. */
    samples: { file: string; row: number; code: string; message: string }[];
  }>;
}

/** An item of a batch: its id, with its language, its judges' answers ([task's number, category]) and whether it is sensitive where the batch goes by them. */
export type BatchLine =
  | string
  | { id: string; language?: string | null; prior?: (readonly [task: number, category: string])[]; sensitive?: true };

/** A check: an item with the known answer to each of the batch's tasks, null where a task has none. */
export interface CheckLine {
  id: string;
  known: (string | null)[];
}

/** A vote to save; a ruling's is the reviewer's own answer. */
export type VoteToSave = VoteRef & { readonly annotator: string; readonly at?: number | null; readonly ruling?: true };

/** A selection that may not be published yet. */
export type SelectionRef = { readonly name: string; readonly version: string };

/** On queue `io`. */
export interface AnnotateActivities {
  /**
   * Cuts the items (or only those named, or those in disagreement) into batches and stores each batch's items. Throws ASY-4014
   * where the drop's checks are not usable; their items are in no batch. Sensitive items that nobody may see are in none either.
   */
  planBatches(input: {
    run: string;
    round: number;
    items: TableRef;
    batchSize: number;
    itemIds?: readonly string[];
    /** Only items whose label's agreement is below 1 (rework without item ids). */
    disagreeing?: TableRef;
    /** Only items that a selection took out because copies of them contradict each other. */
    conflicts?: SelectionRef;
    /** Only items that a selection took out because their labels are out of date; with `conflicts` those of either. */
    expired?: SelectionRef;
    /** Items whose answer is known, from a file of the drop. */
    checks?: { file: string; qualify: number; perBatch: number; tasks: readonly Task[] };
    /** Batches go by their items' languages. */
    languages?: true;
    /** What judges said already counts. */
    judges?: { annotations: TableRef; tasks: readonly Task[] };
    /** Which items are sensitive; `told` are the answers whose safety tags say so. */
    sensitive?: Sensitive & { told: readonly TableRef[] };
  }): Promise<{ batches: number; items: number; escalated?: Omit<Escalated, 'round'> }>;
  /**
   * One batch's items, in order, and the checks it asks from, with the seed by which they are mixed in; `saved` is set when an earlier
   * attempt of the run has saved its votes: nobody is asked twice.
   */
  loadBatch(input: {
    run: string;
    round: number;
    batch: number;
  }): Promise<{ items: BatchLine[]; saved: number | null; checks?: CheckLine[]; seed?: string }>;
  /** Turns a batch's votes into an annotations shard (a receipt names it). Called with at most 200 votes at a time. */
  saveVotes(input: {
    run: string;
    round: number;
    batch: number;
    part: number;
    items: TableRef;
    votes: readonly VoteToSave[];
  }): Promise<{ votes: number }>;
  /** Stores votes that decide nothing in their batch any more: on checks as annotations, withdrawn ones as a receipt alone. */
  setAside(input: {
    run: string;
    round: number;
    batch: number;
    part: number;
    items: TableRef;
    kind: 'checks' | 'withdrawn';
    votes: readonly VoteToSave[];
  }): Promise<void>;
  /** Commits what all batches of a round saved. */
  commitVotes(input: {
    run: string;
    round: number;
    batches: number;
  }): Promise<{ annotations: TableRef; votes: number }>;
}

/** On queue `cpu`. */
export interface LabelActivities {
  aggregate(input: {
    run: string;
    items: TableRef;
    annotations: readonly TableRef[];
    config: PipelineConfig['aggregate'];
  }): Promise<{
    labels: TableRef;
    summaries: LabelSummary[];
    /** Up to ten items whose votes disagree most. */
    flagged: { item: string; task: Task; agreement: number; file: string; row: number }[];
    flaggedCount: number;
  }>;
}

/** What is scored: features by a head, items by a remote model. */
export type ScoreSource = { readonly features: TableRef } | { readonly items: TableRef };

/** By what: `attenuation` is λ of a video's segments (S240); absent or null: all alike. */
export type ScoreBy = {
  readonly model: { readonly name: string; readonly version: string };
  readonly attenuation?: number | null;
};

/** What `score.model` names, and which table it reads. */
export interface ChosenModel {
  name: string;
  version: string;
  reads: 'features' | 'items';
  /** A rich-feedback head, which predicts heatmaps too; absent: it does not. */
  heatmaps?: true;
}

/** On queue `gpu` (encode) and `cpu` (score). */
export interface ScoreActivities {
  /**
   * Features of every response of one items shard, in parts; idempotent by receipt; heartbeats the parts done and goes on after
   * them. Content that the same encoder revision has encoded before is not encoded again.
   */
  encodeShard(input: {
    run: string;
    items: TableRef;
    shard: number;
    config: PipelineConfig['score'];
  }): Promise<{ rows: number }>;
  commitFeatures(input: {
    run: string;
    items: TableRef;
    config: PipelineConfig['score'];
  }): Promise<{ features: TableRef; encoder: string; revision: string }>;
  /** The model that `score.model` names, in the version that serves now. Throws ASY-5006 where it cannot read these features. */
  resolveModel(input: { model: string; items: TableRef; config: PipelineConfig['score'] }): Promise<ChosenModel>;
  /** The model's reward for every response of one shard; idempotent by receipt. */
  scoreShard(input: { run: string; shard: number } & ScoreBy & ScoreSource): Promise<{ rows: number }>;
  commitScores(input: { run: string } & ScoreBy & ScoreSource): Promise<{ scores: TableRef }>;
}

export interface MergedHeatmaps {
  heatmaps: TableRef;
  regions: RegionSummary[];
  /** Marks that are on no heatmap: on a video's frames, on responses without an image, or masks that are none. */
  left: number;
  /** Up to ten images of which most is marked. */
  flagged: { item: string; response: number; kind: RegionKind; mass: number; annotators: number | null }[];
}

/** On queue `cpu` (merge) and `gpu` (predict). */
export interface HeatmapActivities {
  /** Merges the marks on one shard's items into heatmaps, overlays and rows; idempotent by receipt. */
  mergeShard(input: {
    run: string;
    items: TableRef;
    annotations: readonly TableRef[];
    shard: number;
  }): Promise<{ rows: number }>;
  commitMerged(input: { run: string; items: TableRef; annotations: readonly TableRef[] }): Promise<MergedHeatmaps>;
  /** What a rich-feedback head expects people to mark on the images of one features shard; idempotent by receipt. */
  predictShard(input: {
    run: string;
    items: TableRef;
    features: TableRef;
    shard: number;
    model: { name: string; version: string };
  }): Promise<{ rows: number }>;
  commitPredicted(input: {
    run: string;
    features: TableRef;
    model: { name: string; version: string };
  }): Promise<{ heatmaps: TableRef }>;
}

/** On queue `cpu`. */
export interface TrainActivities {
  /** Pairs from labels, split by group; the version is the hash of everything that follows from here. */
  planTraining(input: {
    run: string;
    name: string;
    modality: Modality;
    items: TableRef;
    labels: TableRef;
    features: TableRef;
    /** People's marks, merged; absent where there are none. */
    heatmaps?: TableRef | null;
    config: PipelineConfig['train'];
  }): Promise<{ version: string; pairs: number; skipped: Skipped | null }>;
  /**
   * Fits, evaluates, calibrates and writes the head's files, manifest.json last. A version that exists is left as it is. Throws
   * ASY-5004, ASY-5008, ASY-5010 or ASY-5015 where the data cannot teach a head.
   */
  fitHead(input: { run: string; name: string; version: string }): Promise<HeadRef>;
  /** Promotes unless the head is worse than the serving one beyond noise, or was rolled back. */
  promoteHead(input: { name: string; version: string }): Promise<{ promoted: boolean; reason: string }>;
}

/** What is examined, and what for. */
export type ExamineInput = {
  readonly run: string;
  readonly items: TableRef;
  readonly config: Pick<PipelineConfig['curate'], 'filters' | 'dedup' | 'near' | 'decontaminate'>;
};

/** On queue `cpu`. */
export interface ExamineActivities {
  /**
   * The units there are (shards of the items, then of earlier datasets), partitions of near-duplicates' keys, and clusters of
   * meaning (absent from histories of before there were any); 0 where none are looked for. Throws ASY-6001 and ASY-6204 for a
   * dataset or a benchmark that cannot be used.
   */
  planExamination(input: ExamineInput): Promise<{ units: number; partitions: number; clusters?: number }>;
  /** What filters and benchmarks find in one unit, and what near-duplicates are told by; idempotent by receipt. */
  examineShard(input: ExamineInput & { unit: number }): Promise<{ rows: number }>;
  /** Compares items that share a key of one partition; idempotent by receipt. */
  linkNear(input: ExamineInput & { partition: number }): Promise<{ edges: number }>;
  /** Centres of the clusters of meaning, from a sample of all items; idempotent by receipt. */
  fitClusters(input: ExamineInput): Promise<{ clusters: number }>;
  /** Puts the items of one unit into those clusters; idempotent by receipt. */
  assignShard(input: ExamineInput & { unit: number }): Promise<{ rows: number }>;
  /** Compares items within the clusters of one partition; idempotent by receipt. */
  linkMeanings(input: ExamineInput & { partition: number }): Promise<{ edges: number }>;
  /** Clusters of all partitions. */
  mergeNear(input: ExamineInput): Promise<{ items: number }>;
}

/** On queue `cpu`. */
export interface CurateActivities {
  /** The version this curation will have, and waivers it stands by, if any. The steps after it do nothing where it exists already. */
  planDataset(input: CurateInput): Promise<{ version: string; waivers?: number[] }>;
  /** Runs the steps of the funnel: writes data, clusters and decisions, returns the funnel, how many items contradict copies of them, and how many have labels that are out of date, if any. */
  selectRows(
    input: CurateInput & { version: string },
  ): Promise<{ rows: number; funnel: FunnelStep[]; formats: string[]; conflicts: number; expired?: number }>;
  /** One format, checked against the trainer's contract before upload. */
  exportDataset(input: { name: string; version: string; format: string }): Promise<{ files: number; rows: number }>;
  /** Card, lineage, manifest (committed last, conditionally). */
  publishDataset(input: CurateInput & { version: string; formats: readonly string[] }): Promise<DatasetRef>;
}

export interface CurateInput {
  name: string;
  run: string;
  modality: Modality;
  items: TableRef;
  annotations: readonly TableRef[];
  labels: TableRef;
  features: TableRef | null;
  scores: TableRef | null;
  /** People's marks merged, and what a head predicts; absent where there are none. */
  heatmaps?: readonly TableRef[];
  /** Numbers of the waivers that were in force when it was planned; absent where it needs none. */
  waivers?: readonly number[];
  /** Labels of ratings are shares of their scale. */
  standardised?: true;
  model: { name: string; version: string } | null;
  summaries: readonly LabelSummary[];
  config: PipelineConfig['curate'];
  exports: PipelineConfig['export'];
}

/** On queue `io`. Every step can be taken again: what it is about was noted before anything was changed. */
export interface ErasureActivities {
  /**
   * Finds everything that the subject (a keyed hash) reached, notes it, and raises the tombstone. Throws ASY-6401 where nothing
   * names them, ASY-6402 where one of the drops found is among those `running`: then nothing was changed.
   */
  planErasure(input: { id: string; subject: string; running: readonly string[] }): Promise<{
    /** What has to be done anew for each drop: nothing, its tables, or the whole run. */
    drops: { drop: string; again: 'none' | 'ingest' | 'run' }[];
    reached: Record<string, number>;
  }>;
  /** Removes heads that learned from the subject, so that those trained next have nothing to be held against. */
  withdrawHeads(input: { id: string }): Promise<void>;
  /** Rewrites a drop's raw files and its rounds of votes; returns the votes that are left, by round. */
  rewriteDrop(input: { id: string; drop: string }): Promise<{ votes: TableRef[] }>;
  /** Rewrites what still holds the subject, then removes every version of what was replaced, and local copies. */
  sweepErased(input: { id: string }): Promise<void>;
  /** Writes the proof; `failed`: runs that could not be done again. */
  proveErasure(input: { id: string; failed: { drop: string; reason: string }[] }): Promise<ErasureReport>;
}

/** What one look of a monitor came to. */
export interface Look {
  /** Of its record. */
  number: number;
  /** ISO 8601, UTC. */
  at: string;
  reading: Reading;
  /** The alert that stands after it; null: none. */
  alert: Alert | null;
  /** The alert is still to be posted to the monitor's webhook. */
  toSend: boolean;
}

/** On queue `cpu` (readings) and `io` (alerts). */
export interface MonitorActivities {
  /**
   * Reads and computes what the monitor watches and writes it down: one record for each `look`, however often it is taken again.
   * Throws ASY-6504 where the monitor was removed.
   */
  takeReading(input: { monitor: string; look: string }): Promise<Look>;
  /** Posts what raised an alert to the monitor's webhook. Throws ASY-6506 and ASY-6508, which no other attempt mends, and ASY-6507. */
  sendAlert(input: { monitor: string; alert: number }): Promise<void>;
  /** Notes that an alert was delivered, or why not (`reason`). The first note stands. */
  noteDelivery(input: { monitor: string; alert: number; reason: string | null }): Promise<void>;
}

/** On queue `io`. Every step can be taken again: what goes was noted before anything was removed. */
export interface RetentionActivities {
  /** Holds every object of the policy's classes against its rules, and notes what goes, some thousand a part. Throws ASY-6551. */
  planRetention(input: { id: string }): Promise<{ counts: RetentionCount[]; parts: number }>;
  /** Removes every version of what one part names; what was written again since stays. */
  removeExpired(input: { id: string; part: number }): Promise<{ removed: number; changed: number }>;
  /** Writes the record of the run, once. */
  recordRetention(input: { id: string }): Promise<RetentionRecord>;
}

/** On queue `io`. */
export interface ReportActivities {
  writeReport(input: { report: RunReport }): Promise<void>;
}
