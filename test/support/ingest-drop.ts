import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createMediaProbe } from '../../activities/adapters/media.ts';
import { createTableStore } from '../../activities/adapters/tables.ts';
import type { Limits } from '../../activities/drop-plan.ts';
import { createIngestActivities } from '../../activities/ingest.ts';
import type { ObjectStore } from '../../activities/ports.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { type DropManifest, LIMITS } from '../../schemas/drop.ts';
import { Item } from '../../schemas/item.ts';
import { QuarantineRow } from '../../schemas/quarantine.ts';
import { createMemoryObjects } from './memory-objects.ts';

export const tempDir = mkdtempSync(join(tmpdir(), 'assay-ingest-'));
afterAll(() => rmSync(tempDir, { recursive: true, force: true }));

export const SUBJECT_KEY = 'a key for tests only';

type Files = Readonly<Record<string, string | Uint8Array>>;

export interface DropOptions extends Readonly<Partial<Omit<DropManifest, 'files'>>> {
  readonly files?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly objects?: ObjectStore;
}

/** Puts a drop's files, drop.json last, and ingests it as the workflow would. */
export const ingestDrop = async (files: Files, { limits, objects = createMemoryObjects(), ...given }: DropOptions) => {
  const manifest = { name: 'drop', modality: 'text', format: 'jsonl', license: 'MIT', purpose: ['test'], ...given };
  for (const [path, body] of Object.entries(files)) await objects.put(`drops/${manifest.name}/${path}`, body);
  await objects.put(`drops/${manifest.name}/drop.json`, JSON.stringify(manifest));
  return rerun(objects, manifest.name, limits);
};

/** Ingests what is in the store. */
export const rerun = async (objects: ObjectStore, drop: string, limits: Partial<Limits> = {}) => {
  const tables = createTableStore({ objects, tempDir });
  const beats: unknown[] = [];
  const activities = createIngestActivities({
    objects,
    tables,
    media: createMediaProbe({ ...LIMITS, ...limits }),
    progress: () => ({
      heartbeat: (details) => beats.push(details),
      last: undefined,
      cancelled: new AbortController().signal,
    }),
    subjectKey: SUBJECT_KEY,
    tempDir,
    limits: { ...LIMITS, ...limits },
  });
  const plan = await activities.planDrop({ drop });
  // Backwards, because units may end in any order.
  for (let unit = plan.units - 1; unit >= 0; unit--) await activities.parseUnit({ drop, unit });
  const result = await activities.commitDrop({ drop, units: plan.units });
  const items = await Array.fromAsync(tables.read(result.items, Item));
  const annotations = await Array.fromAsync(tables.read(result.annotations, Annotation));
  const quarantine = await Array.fromAsync(tables.read(result.quarantine, QuarantineRow));
  return { objects, tables, activities, plan, result, items, annotations, quarantine, beats };
};

/** What `drop quarantine` shows, without the words. */
export const faults = (rows: readonly QuarantineRow[]): [string, number, string][] =>
  rows.map(({ file, row, code }) => [file, row, code]);

/** The same by file and row: whole-file faults are written before rows. */
export const sortedFaults = (rows: readonly QuarantineRow[]): [string, number, string][] =>
  faults(rows).sort(([a, i], [b, j]) => (a === b ? i - j : a < b ? -1 : 1));

export const jsonl = (...rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
