/**
 * A synthetic drop of N text pairs (default 200,000) through a fresh local stack: seconds per stage, pairs per second, the
 * worker's peak memory, the largest history and payload. `node bench/pipeline.ts [N]`; prints one JSON document.
 */

import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { temporal } from '@temporalio/proto';
import { parseConfig } from '../cli/config.ts';
import { collectFiles, manifestFor } from '../cli/drop-files.ts';
import { pushDrop } from '../cli/push.ts';
import { createServices } from '../cli/services.ts';
import { findStack, startStack, stopStack } from '../cli/stack/stack.ts';

const n = Number(process.argv[2] ?? 200_000);
const home = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const seconds = (since: number): number => Math.round((performance.now() - since) / 10) / 100;

/** xorshift32: the same rows each time, on any machine. */
const random = (seed: number) => () => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) / 2 ** 32;
};
const next = random(20_260_101);
const vocabulary = Array.from({ length: 5000 }, (_, i) => `w${(i * 7919).toString(36)}`);
const words = (count: number): string =>
  Array.from({ length: count }, () => vocabulary[Math.floor(next() ** 2 * vocabulary.length)]).join(' ');

const file = join(home, 'pairs.jsonl');
const out = createWriteStream(file);
for (let i = 0; i < n; i++) {
  // The better answer is told by a word, nine times of ten: a head can learn it, length cannot.
  const marked = next() < 0.9;
  const [good, bad] = [words(20 + Math.floor(next() * 60)), words(20 + Math.floor(next() * 60))];
  const row = {
    prompt: `${words(8 + Math.floor(next() * 20))} (${i})`,
    chosen: marked ? `${good} because` : good,
    rejected: marked ? bad : `${bad} because`,
  };
  if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain');
}
out.end();
await once(out, 'close');

const env = { ...process.env, ASSAY_HOME: home };
const stack = await startStack({ home, env, ports: 'free' });
const services = createServices(parseConfig({ ...env, ...stack.env }));
try {
  const files = await collectFiles([file]);
  const manifest = await manifestFor(files, { name: 'bench', format: 'trl-preference', license: 'CC0-1.0' });
  const pushing = performance.now();
  await pushDrop(services.objects, manifest, files, () => undefined);
  const push = seconds(pushing);
  const runs = await services.runs();
  const began = performance.now();
  await runs.start('bench');
  let ended = false;
  const result = runs.result('bench').finally(() => {
    ended = true;
  });
  const stages: Record<string, number> = {};
  const resident: Record<string, number> = {};
  let [stage, since, peak] = ['', performance.now(), 0];
  while (!ended) {
    const state = await runs.state('bench').catch(() => null);
    if (state !== null && state.stage !== stage) {
      if (stage !== '') stages[stage] = seconds(since);
      [stage, since] = [state.stage, performance.now()];
    }
    const pid = (await findStack(home))?.processes.find((p) => p.name === 'worker')?.pid;
    const status = pid ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    const now = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    resident[stage] = Math.max(resident[stage] ?? 0, now);
    await Promise.race([result.catch(() => null), new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  const report = await result;
  const total = seconds(began);

  const client = await services.client();
  let [events, payload, largest] = [0, 0, ''];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    if ((history.events?.length ?? 0) > events) [events, largest] = [history.events?.length ?? 0, workflowId];
    for (const event of history.events ?? []) payload = Math.max(payload, largestPayload(event));
  }
  const done = ['ingest', 'aggregate', 'score', 'curate'].reduce((sum, name) => sum + (stages[name] ?? 0), 0);
  process.stdout.write(
    `${JSON.stringify(
      {
        pairs: n,
        seconds: { push, total, ...stages },
        pairsPerSecond: { total: Math.round(n / total), ingestAggregateScoreCurate: Math.round(n / done) },
        workerPeakMiB: Math.round(peak / 1024),
        workerResidentMiB: resident,
        largestHistory: { workflowId: largest, events },
        largestPayloadBytes: payload,
        counts: report.counts,
        head: report.models[0]?.metrics,
        dataset: report.datasets[0],
      },
      null,
      2,
    )}\n`,
  );
} finally {
  await services.close();
  await stopStack(home);
  rmSync(home, { recursive: true, force: true });
}

/** Bytes of the largest payload anywhere in an event. */
function largestPayload(event: temporal.api.history.v1.IHistoryEvent): number {
  let most = 0;
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
    const { data, metadata } = value as { data?: unknown; metadata?: unknown };
    if (data instanceof Uint8Array && metadata !== undefined) most = Math.max(most, data.length);
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(event);
  return most;
}
