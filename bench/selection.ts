/**
 * What selection holds: `node --expose-gc bench/selection.ts [items]` labels pairs of made-up texts, decides on them without any rule, and prints
 * one JSON line: live heap bytes per item of the candidates alone and with their decisions, seconds, and peak memory (with all else
 * that the process holds).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createS3Objects } from '../activities/adapters/s3.ts';
import { createTableStore } from '../activities/adapters/tables.ts';
import { decide } from '../activities/dataset/decide.ts';
import { readCandidates } from '../activities/dataset/facts.ts';
import { writeShards } from '../activities/shards.ts';
import type { Candidate } from '../models/selection/candidate.ts';
import { Annotation } from '../schemas/annotation.ts';
import { Item } from '../schemas/item.ts';
import { Label } from '../schemas/label.ts';
import { PipelineConfig } from '../schemas/pipeline.ts';
import { itemOf, textResponse } from '../test/support/curation.ts';
import { startVersitygw } from '../test/support/versitygw.ts';

const { gc } = globalThis;
if (gc === undefined) throw new Error('usage: node --expose-gc bench/selection.ts [items]');
const count = Number(process.argv[2] ?? 200_000);
const tempDir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const s3 = await startVersitygw();
const objects = createS3Objects({ ...s3, cacheDir: join(tempDir, 'cache') });
const tables = createTableStore({ objects, tempDir });

const itemAt = (row: number): Item =>
  itemOf('bench', row, {
    prompt: [{ role: 'user', content: `Tell me of number ${row}.` }],
    responses: [`It is ${row}.`, `I do not know ${row}.`].map((text, i) => textResponse(text, `model-${i}`)),
  });
const labelAt = (row: number): Label => ({
  item: itemAt(row).id,
  task: 'pairwise',
  response: null,
  aspect: null,
  category: row % 3 === 0 ? 'b' : 'a',
  value: null,
  posterior: 0.8,
  pFlip: 0.1,
  agreement: 0.7,
  std: null,
  n: 3,
  votes: { a: 2, b: 1 },
  method: 'majority',
});
const each = async function* <T>(of: (row: number) => T): AsyncGenerator<T> {
  for (let row = 1; row <= count; row++) yield of(row);
};
const items = await writeShards<typeof Item>((rows) => tables.writeShard('items', Item, rows), each(itemAt));
const labels = await writeShards<typeof Label>((rows) => tables.writeShard('labels', Label, rows), each(labelAt));
const input = {
  run: 'bench',
  items: await tables.commit('items', 'bench', items),
  annotations: [await tables.commit('annotations', 'bench', [await tables.writeShard('annotations', Annotation, [])])],
  labels: await tables.commit('labels', 'bench', labels),
  features: null,
  scores: null,
  config: PipelineConfig.parse({}).curate,
};

const held = (): number => {
  gc();
  return process.memoryUsage().heapUsed;
};
const before = held();
let candidates: Candidate[] | null = [];
const told = {
  examined: { findings: [], redacted: [], overlaps: [], resemblances: [], near: [] },
  voices: null,
  dated: null,
};
for await (const candidate of readCandidates(tables, input, told)) candidates.push(candidate);
const perCandidate = (held() - before) / count;
console.error(candidates.length, 'candidates');
candidates = null;
const start = performance.now();
const decided = await decide({ objects, tables }, input);
const seconds = (performance.now() - start) / 1000;
const perDecision = (held() - before) / count;
console.log(
  JSON.stringify({
    items: count,
    rows: decided.selection.funnel.at(-1)?.out,
    bytesPerCandidate: Math.round(perCandidate),
    bytesPerItemDecided: Math.round(perDecision),
    seconds: Number(seconds.toFixed(1)),
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
objects.close();
await s3.stop();
rmSync(tempDir, { recursive: true, force: true });
