/**
 * JSON lines → items and annotations in Parquet, through the ingest activities, in memory-backed object storage.
 * `node bench/ingest.ts [rows]` prints one JSON line: rows/s of planning, parsing and committing together, and peak memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMediaProbe } from '../activities/adapters/media.ts';
import { createTableStore } from '../activities/adapters/tables.ts';
import { createIngestActivities } from '../activities/ingest.ts';
import { createMemoryObjects } from '../test/support/memory-objects.ts';

const rows = Number(process.argv[2] ?? 100_000);
const tempDir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const objects = createMemoryObjects();
const tables = createTableStore({ objects, tempDir });
const pair = (n: number) => ({
  prompt: `Question ${n}: how does one answer this well?`,
  chosen: `A long and helpful answer number ${n}. `.repeat(4),
  rejected: `A short answer ${n}. `.repeat(3),
  annotator: `person-${n % 50}`,
});
const body = Array.from({ length: rows }, (_, n) => `${JSON.stringify(pair(n))}\n`).join('');
const manifest = { name: 'bench', modality: 'text', format: 'trl-preference', license: 'MIT', purpose: ['bench'] };
await objects.put('drops/bench/pairs.jsonl', body);
await objects.put('drops/bench/drop.json', JSON.stringify(manifest));
const ingest = createIngestActivities({
  objects,
  tables,
  media: createMediaProbe(),
  progress: () => ({ heartbeat: () => {}, last: undefined, cancelled: new AbortController().signal }),
  subjectKey: 'bench key, not a secret',
  tempDir,
});
const times = [performance.now()];
const { units } = await ingest.planDrop({ drop: 'bench' });
times.push(performance.now());
// Four at a time, as the worker's io queue does.
let next = 0;
const lane = async () => {
  while (next < units) await ingest.parseUnit({ drop: 'bench', unit: next++ });
};
await Promise.all([lane(), lane(), lane(), lane()]);
times.push(performance.now());
const { counts } = await ingest.commitDrop({ drop: 'bench', units });
times.push(performance.now());
const [planMs, parseMs, commitMs] = times.slice(1).map((time, i) => Math.round(time - (times[i] ?? 0)));
const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
console.log(
  JSON.stringify({
    rows: counts.rowsOut,
    bytes: body.length,
    units,
    planMs,
    parseMs,
    commitMs,
    rowsPerSecond: Math.round(rows / seconds),
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
rmSync(tempDir, { recursive: true, force: true });
