/**
 * Erasing one person of many, on a real S3 server that keeps versions: `node bench/erase.ts [rows] [rows a person] [ingest]` prints one
 * JSON line with the seconds of each step, and of the run that made everything first. With `ingest` that run ends with the tables, else
 * with dataset and head.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMediaProbe } from '../activities/adapters/media.ts';
import { createS3Objects } from '../activities/adapters/s3.ts';
import { createTableStore } from '../activities/adapters/tables.ts';
import { createErasureActivities, nextErasure } from '../activities/erase.ts';
import { createIngestActivities } from '../activities/ingest.ts';
import { subjectHash } from '../models/hash.ts';
import { keys } from '../schemas/keys.ts';
import { idle, runCuration } from '../test/support/curation.ts';
import { noRemotes } from '../test/support/remote-models.ts';
import { startVersitygw } from '../test/support/versitygw.ts';

const [rows = 200_000, each = 10] = process.argv.slice(2, 4).map(Number);
const tablesOnly = process.argv[4] === 'ingest';
const subjectKey = 'bench key, not a secret';
const tempDir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const server = await startVersitygw();
const objects = createS3Objects({ ...server, cacheDir: join(tempDir, 'cache') });
const tables = createTableStore({ objects, tempDir });
const people = Math.ceil(rows / each);
const pair = (n: number) => ({
  prompt: `Question ${n}: how does one answer this well?`,
  chosen: `Answer ${n} is long and helpful, because it explains ${n % 97} and ${n % 89}.`,
  rejected: `No idea about ${n}.`,
  person: `person-${n % people}`,
});
const manifest = {
  name: 'bench',
  modality: 'text',
  format: 'trl-preference',
  license: 'MIT',
  purpose: ['bench'],
  subjectColumn: 'person',
};
await objects.put(
  'drops/bench/pairs.jsonl',
  Array.from({ length: rows }, (_, n) => `${JSON.stringify(pair(n))}\n`).join(''),
);
await objects.put('drops/bench/drop.json', JSON.stringify(manifest));

const deps = { objects, tables, media: createMediaProbe(), progress: idle, subjectKey, tempDir };
/** Ingest four units at a time, as the worker does, then everything to the dataset. */
const run = async (): Promise<void> => {
  const ingest = createIngestActivities(deps);
  const { units } = await ingest.planDrop({ drop: 'bench' });
  let next = 0;
  const lane = async () => {
    while (next < units) await ingest.parseUnit({ drop: 'bench', unit: next++ });
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  const ingested = await ingest.commitDrop({ drop: 'bench', units });
  if (tablesOnly) return;
  const { dataset, head } = await runCuration({ objects, tables, remotes: noRemotes }, 'bench', ingested);
  const report = { status: 'completed', datasets: [dataset], models: head === null ? [] : [head] };
  await objects.put(keys.report('bench'), JSON.stringify(report));
};
const seconds: Record<string, number> = {};
const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
  const began = performance.now();
  const result = await work();
  seconds[step] = Math.round((performance.now() - began) / 10) / 100;
  return result;
};
await timed('firstRun', run);

const erasure = createErasureActivities(deps);
const subject = subjectHash(subjectKey, 'person-7');
const id = await nextErasure(objects, subject);
const began = performance.now();
const { reached } = await timed('find', () => erasure.planErasure({ id, subject, running: [] }));
await timed('heads', () => erasure.withdrawHeads({ id }));
await timed('rewrite', () => erasure.rewriteDrop({ id, drop: 'bench' }));
await timed('runAgain', run);
await timed('sweep', () => erasure.sweepErased({ id }));
const { datasets } = await timed('prove', () => erasure.proveErasure({ id, failed: [] }));
const whole = (performance.now() - began) / 1000;
console.log(JSON.stringify({ rows, reached, datasets: datasets.length, seconds, whole: Math.round(whole * 10) / 10 }));
objects.close();
await server.stop();
rmSync(tempDir, { recursive: true, force: true });
