/** What the routes call, as interfaces: implementations reach Temporal and S3, tests give their own, and the console's typed client sees no Node types. */
import type { Annotation } from '../schemas/annotation.ts';
import type { AnnotatorProfile, Preferences, Stretches } from '../schemas/annotator.ts';
import type { ReworkRequest, Verdict } from '../schemas/approval.ts';
import type { AuditEntry } from '../schemas/audit.ts';
import type {
  BatchItem,
  BatchState,
  CastVote,
  Claimant,
  ClaimGrant,
  OwnVote,
  ReviewEntry,
  Ruling,
  VoteBody,
} from '../schemas/batch.ts';
import type { ModelReport } from '../schemas/evaluation.ts';
import type { HeatmapRow } from '../schemas/heatmap.ts';
import type { Item } from '../schemas/item.ts';
import type { Label } from '../schemas/label.ts';
import type { HeadMetrics } from '../schemas/model.ts';
import type { Acknowledgement, AlertState, MonitorRecord, MonitorState } from '../schemas/monitor.ts';
import type { RunReport } from '../schemas/run-report.ts';
import type { Score } from '../schemas/score.ts';
import type { RunState } from '../workflows/messages.ts';

/** Starts, watches and decides runs: what the webhook, the HTTP API and the command line share. */
export interface Runs {
  /** Starts the drop's run. The same drop again finds the run that is under way or finished; only a failed run starts anew. */
  start(drop: string): Promise<{ workflowId: string; started: boolean }>;
  /** Whether a run of this drop is or was there, however it ended. */
  exists(drop: string): Promise<boolean>;
  state(drop: string): Promise<RunState & { status: string }>;
  /** Waits for the end; throws the fault the run ended with. */
  result(drop: string): Promise<RunReport>;
  approve(drop: string, verdict: Verdict): Promise<void>;
  reject(drop: string, verdict: Verdict): Promise<void>;
  rework(drop: string, request: ReworkRequest): Promise<void>;
  list(): Promise<{ drop: string; status: string; stage: string | null; startedAt: string }[]>;
}

/** What people do with batches. The console's routes and `assay batch replay` both act through this and so through the same Updates. */
export interface Annotators {
  /** Up to `n` items under a lease; with `items`, only from those. `claimant` is what the registry says of the annotator. */
  claim(batch: string, annotator: string, n: number, items?: string[], claimant?: Claimant): Promise<ClaimGrant>;
  /** Stores each vote's body under its hash, then submits the hashes: histories hold no answers. */
  submit(batch: string, annotator: string, votes: readonly { item: string; body: VoteBody }[]): Promise<BatchState>;
  skip(batch: string, annotator: string, item: string, reason: string): Promise<BatchState>;
  release(batch: string, annotator: string, items: string[]): Promise<BatchState>;
  /** Takes back one's own votes on an item and holds it again. */
  undo(batch: string, annotator: string, item: string): Promise<BatchState>;
  dispute(batch: string, annotator: string, item: string, text: string): Promise<BatchState>;
  comment(batch: string, by: string, item: string, text: string): Promise<BatchState>;
  adjudicate(
    batch: string,
    reviewer: string,
    ruling: {
      readonly item: string;
      readonly ruling: Ruling;
      readonly votes: readonly VoteBody[];
      readonly annotators?: string[];
      readonly note: string;
    },
  ): Promise<BatchState>;
  state(batch: string): Promise<BatchState>;
  /** Items that wait for a reviewer. */
  review(batch: string): Promise<ReviewEntry[]>;
  /** Everything the batch knows of an item; ASY-4004 where it has none of that id. */
  item(batch: string, item: string): Promise<BatchItem>;
  /** One's own work in the batch, newest first. */
  own(batch: string, annotator: string): Promise<OwnVote[]>;
  /** Items one holds in the batch. */
  held(batch: string, annotator: string): Promise<string[]>;
  /** All votes the batch counts, for live figures. */
  votes(batch: string): Promise<CastVote[]>;
  list(run?: string): Promise<(BatchState & { id: string })[]>;
}

/** The registry of annotators and what they chose for themselves. */
export interface Profiles {
  /** The profile, or an empty active one for somebody nobody has described. */
  get(subject: string): Promise<AnnotatorProfile>;
  put(profile: AnnotatorProfile): Promise<void>;
  list(): Promise<AnnotatorProfile[]>;
  preferences(subject: string): Promise<Preferences>;
  setPreferences(subject: string, preferences: Preferences): Promise<void>;
  /** When they worked on runs that limit sessions. */
  stretches(subject: string): Promise<Stretches>;
  setStretches(subject: string, stretches: Stretches): Promise<void>;
}

/** The log of decisions: append-only, each entry chained to the one before by its hash. Returns once the entry is stored. */
export interface Audit {
  record(entry: {
    readonly by: string;
    /** What was done, as a verb: `submit`, `approve`, `sign-in`. */
    readonly action: string;
    /** Ids of what it was done to; never what people wrote. */
    readonly target: Readonly<Record<string, string>>;
  }): Promise<void>;
}

/** What the audit log holds. */
export interface AuditReader {
  /** The entries after the n-th, oldest first, at most 1,000. Throws ASY-8008 where the log cannot be read. */
  after(n: number): Promise<AuditEntry[]>;
}

/** One item with what people and models say of it. */
export interface ShownItem {
  readonly item: Item;
  readonly annotations: readonly Annotation[];
  readonly labels: readonly Label[];
  readonly scores: readonly Score[];
  /** People's first, then predicted ones. */
  readonly heatmaps: readonly HeatmapRow[];
}

/** A stored image or video; its bytes are read when asked for. */
export interface Medium {
  readonly type: string;
  readonly size: number;
  /** The bytes [start, end). */
  readonly read: (start: number, end: number) => Promise<ReadableStream<Uint8Array>>;
}

/** What the server shows of what is stored. The command line composes it from the catalogues. */
export interface Library {
  /** Keyed hash of a person's id: the only form of it that goes further. */
  subject(annotator: string): string;
  drops(): Promise<unknown>;
  quarantine(drop: string): Promise<unknown>;
  item(drop: string, item: string): Promise<ShownItem>;
  /** Throws ASY-3002 where there is none. */
  media(sha256: string): Promise<Medium>;
  /** A heatmap or its overlay, by the names it is stored under. Throws ASY-3002. */
  heatmap(item: string, file: string): Promise<{ bytes: Uint8Array; type: string }>;
  datasets(): Promise<{ datasets: { name: string; version: string; rows: number; createdAt: string }[] }>;
  dataset(name: string): Promise<unknown>;
  models(): Promise<{ models: { name: string; version: string; promoted: boolean; metrics: HeadMetrics }[] }>;
  /** The version named, else the one that serves, else the newest. Throws ASY-5001. */
  model(name: string, version?: string): Promise<ModelReport>;
  /** A version's reliability diagram as SVG. Throws ASY-5001. */
  reliability(name: string, version: string): Promise<string>;
}

/** What monitors found, and who took note of it. */
export interface Monitors {
  /** Every monitor as it stands, by name. */
  list(): Promise<MonitorState[]>;
  /** A monitor with its readings below the number `before`, newest first. Throws ASY-6504. */
  show(
    name: string,
    page: { before?: number; limit?: number },
  ): Promise<{ monitor: MonitorState; records: readonly Omit<MonitorRecord, 'monitor'>[]; before: number | null }>;
  /** Alerts that stand, the newest first. */
  alerts(): Promise<(AlertState & { monitor: string; reason: string })[]>;
  /** Takes note of the alert that stands. Throws ASY-6504, ASY-6505. */
  acknowledge(name: string, note: Acknowledgement): Promise<{ alert: number; acknowledged: Acknowledgement }>;
}
