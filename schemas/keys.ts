/**
 * Every S3 key Assay writes, built here and nowhere else (docs/reference/keys.md has worked examples).
 * Parts come from ids and names whose alphabet cannot leave their folder; `dropFile` alone takes a path and checks it.
 */
import { AssayError } from './errors.ts';
import type { TableName } from './table.ts';

const SAFE = /^[A-Za-z0-9][A-Za-z0-9._=@-]{0,254}$/;

const part = (value: string): string => {
  if (!SAFE.test(value) || value.includes('..')) throw new AssayError('ASY-1004', { path: value });
  return value;
};

/** A path inside a drop: relative, no `..`, no backslash, no control character; returned unchanged. */
export const checkDropPath = (path: string): string => {
  const bad =
    path === '' ||
    path.startsWith('/') ||
    /[\\\u0000-\u001f\u007f]/.test(path) ||
    /^[A-Za-z]:/.test(path) ||
    path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
  if (bad) throw new AssayError('ASY-1004', { path });
  return path;
};

export const keys = {
  dropsPrefix: () => 'drops/',
  modelsPrefix: () => 'models/',
  datasetsPrefix: () => 'datasets/',
  dropPrefix: (drop: string) => `drops/${part(drop)}/`,
  dropFile: (drop: string, path: string) => `drops/${part(drop)}/${checkDropPath(path)}`,
  dropManifest: (drop: string) => `drops/${part(drop)}/drop.json`,
  media: (sha256: string) => `media/${part(sha256)}`,
  renditions: (sha256: string) => `renditions/${part(sha256)}/`,
  rendition: (sha256: string, name: string) => `renditions/${part(sha256)}/${part(name)}`,
  table: (table: TableName) => `tables/${table}/`,
  shard: (table: TableName, sha256: string) => `tables/${table}/${part(sha256)}.parquet`,
  tableManifests: (table: TableName) => `tables/${table}/manifests/`,
  tableManifest: (table: TableName, version: number) =>
    `tables/${table}/manifests/${String(version).padStart(10, '0')}.json`,
  /** `name`: a kind of region; with the response where it is not the first, the model where it is predicted, and a hash. */
  heatmap: (item: string, name: string) => `heatmaps/${part(item)}/${part(name)}.png`,
  heatmaps: (item: string) => `heatmaps/${part(item)}/`,
  heatmapOverlay: (item: string, name: string) => `heatmaps/${part(item)}/${part(name)}.overlay.webp`,
  vote: (sha256: string) => `votes/${part(sha256)}.json`,
  notesPrefix: () => 'notes/',
  /** What somebody wrote in an item's thread. */
  note: (sha256: string) => `notes/${part(sha256)}.json`,
  annotatorsPrefix: () => 'annotators/',
  annotator: (subject: string) => `annotators/${part(subject)}.json`,
  preferences: (subject: string) => `annotators/${part(subject)}.preferences.json`,
  worked: (subject: string) => `annotators/${part(subject)}.worked.json`,
  /** One-time links that were used: created once, by whoever came first. */
  usedLink: (id: string) => `sessions/used/${part(id)}`,
  /** Sessions that were signed out of before their time: they are not renewed. */
  endedSession: (id: string) => `sessions/ended/${part(id)}`,
  auditPrefix: () => 'audit/',
  /** Entries of the audit log, some at a time, in order; each names the hash of the one before it. */
  audit: (number: number) => `audit/${String(number).padStart(12, '0')}.jsonl`,
  /** A study's entries, in order; each names the hash of the one before it. */
  evalgenPrefix: () => 'evalgen/',
  evalgenResults: (study: string) => `evalgen/${part(study)}/results/`,
  evalgenEntries: (study: string) => `evalgen/${part(study)}/entries/`,
  evalgenEntry: (study: string, number: number) =>
    `evalgen/${part(study)}/entries/${String(number).padStart(8, '0')}.json`,
  /** A judge's recorded verdicts, as they were handed in. */
  evalgenVerdicts: (study: string, sha256: string) => `evalgen/${part(study)}/verdicts/${part(sha256)}.jsonl`,
  /** What code said of a sample, by the hash of both. */
  evalgenResult: (study: string, hash: string) => `evalgen/${part(study)}/results/${part(hash)}.json`,
  model: (name: string, version: string, file: string) => `models/${part(name)}/${part(version)}/${part(file)}`,
  modelVersion: (name: string, version: string) => `models/${part(name)}/${part(version)}/`,
  modelPrefix: (name: string) => `models/${part(name)}/`,
  /** The version that serves, as written before promotions were numbered. */
  modelPromoted: (name: string) => `models/${part(name)}/promoted.json`,
  modelPromotions: (name: string) => `models/${part(name)}/promotions/`,
  modelPromotion: (name: string, number: number) =>
    `models/${part(name)}/promotions/${String(number).padStart(10, '0')}.json`,
  dataset: (name: string, version: string) => `datasets/${part(name)}/${part(version)}/`,
  datasetFile: (name: string, version: string, path: string) =>
    `datasets/${part(name)}/${part(version)}/${path.split('/').map(part).join('/')}`,
  datasetVersions: (name: string) => `datasets/${part(name)}/`,
  /** Which version of a dataset stands for its name, as numbered records. */
  datasetReleases: (name: string) => `datasets/${part(name)}/releases/`,
  datasetRelease: (name: string, number: number) =>
    `datasets/${part(name)}/releases/${String(number).padStart(10, '0')}.json`,
  /** Who let an export of a dataset pass which rule, as numbered records. */
  datasetWaivers: (name: string) => `datasets/${part(name)}/waivers/`,
  datasetWaiver: (name: string, number: number) =>
    `datasets/${part(name)}/waivers/${String(number).padStart(10, '0')}.json`,
  /** What is kept how long, as numbered records: the newest holds. */
  retentionPolicies: () => 'retention/policies/',
  retentionPolicy: (number: number) => `retention/policies/${String(number).padStart(10, '0')}.json`,
  /** What one run of retention removed, by the run's id. */
  retentionStep: (id: string, step: string) => `retention/runs/${part(id)}/${part(step)}.json`,
  retentionRecords: () => 'retention/records/',
  retentionRecord: (number: number) => `retention/records/${String(number).padStart(10, '0')}.json`,
  renditionsPrefix: () => 'renditions/',
  encodersPrefix: () => 'encoders/',
  encoderPrefix: (id: string) => `encoders/${part(id)}/`,
  encoderManifest: (id: string, revision: string) => `encoders/${part(id)}/${part(revision)}/manifest.json`,
  encoderFile: (id: string, revision: string, path: string) =>
    `encoders/${part(id)}/${part(revision)}/files/${path.split('/').map(part).join('/')}`,
  /** Content hashes of a features shard's rows, six bytes each in row order: how known content is found again. */
  encoded: (revision: string, shard: string) => `encoded/${part(revision)}/${part(shard)}-keys`,
  encodedIndexes: () => 'encoded/',
  encodedPrefix: (revision: string) => `encoded/${part(revision)}/`,
  /** A receipt: what one unit of one stage of a run did, so that a second attempt does nothing. */
  receipt: (run: string, stage: string, unit: string) => `runs/${part(run)}/${part(stage)}/${part(unit)}.json`,
  runs: () => 'runs/',
  run: (run: string) => `runs/${part(run)}/`,
  receipts: (run: string, stage: string) => `runs/${part(run)}/${part(stage)}/`,
  /** A Parquet file that a stage of a run leaves for the next one. */
  examined: (run: string, stage: string, sha256: string) => `runs/${part(run)}/${part(stage)}/${part(sha256)}.parquet`,
  erasuresPrefix: () => 'erasures/',
  /** The proof of an erasure. */
  erasure: (id: string) => `erasures/${part(id)}.json`,
  /** What an erasure that is under way knows, removed with its end. */
  erasureWork: (id: string) => `erasures/work/${part(id)}/`,
  erasureStep: (id: string, step: string) => `erasures/work/${part(id)}/${part(step)}.json`,
  tombstones: () => 'erasures/tombstones/',
  tombstone: (subject: string) => `erasures/tombstones/${part(subject)}.json`,
  report: (run: string) => `runs/${part(run)}/report.json`,
  monitorsPrefix: () => 'monitors/',
  /** What a monitor watches, and where its alerts go. */
  monitor: (name: string) => `monitors/${part(name)}.json`,
  readingsPrefix: () => 'readings/',
  readings: (name: string) => `readings/${part(name)}/`,
  /** One look of a monitor, as numbered records. */
  reading: (name: string, number: number) => `readings/${part(name)}/${String(number).padStart(10, '0')}.json`,
  alertsPrefix: () => 'alerts/',
  /** An alert has the number of the reading that raised it. Who took note of it, once. */
  alertAcknowledged: (name: string, alert: number) =>
    `alerts/${part(name)}/${String(alert).padStart(10, '0')}-acknowledged.json`,
  /** What came of posting it, once. */
  alertDelivery: (name: string, alert: number) =>
    `alerts/${part(name)}/${String(alert).padStart(10, '0')}-delivery.json`,
} as const;

/** The drop's name when `key` is a `drop.json` that was just written, else null. */
export const dropOfManifestKey = (key: string): string | null => /^drops\/([^/]+)\/drop\.json$/.exec(key)?.[1] ?? null;
