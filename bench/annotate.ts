/**
 * People at work: 200 simulated annotators over HTTP answer a run's batches, k votes an item. Prints claims and submissions per
 * second with p50 and p95, what was stored against what was acknowledged, and the largest history.
 * `node bench/annotate.ts [--people 200] [--votes 20000] [--k 5] [--kill SECONDS]`; with `--kill` each worker gets kill -9 once it has been up
 * for that long. Says on stderr how far it is.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseConfig } from '../cli/config.ts';
import { collectFiles, manifestFor } from '../cli/drop-files.ts';
import { pushDrop } from '../cli/push.ts';
import { createServices } from '../cli/services.ts';
import { findStack, startStack, stopStack } from '../cli/stack/stack.ts';
import { quantile } from '../models/order.ts';
import { createPerson, type Person, signIn, type Timings } from './annotate/person.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '200' },
    votes: { type: 'string', default: '20000' },
    k: { type: 'string', default: '5' },
    kill: { type: 'string' },
  },
});
const [people, votes, k] = [Number(values.people), Number(values.votes), Number(values.k)];
const items = Math.ceil(votes / k);
const RUN = 'load';
const LIMIT_MS = 2_400_000;

const home = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const rows = join(home, 'pairs.jsonl');
writeFileSync(
  rows,
  Array.from({ length: items }, (_, i) =>
    JSON.stringify({
      id: `p${i}`,
      prompt: `Question ${i}?`,
      chosen: `One answer to ${i}.`,
      rejected: `Another to ${i}.`,
    }),
  ).join('\n'),
);
const pipeline = join(home, 'pipeline.yaml');
writeFileSync(
  pipeline,
  `annotate: { tasks: [pairwise], redundancy: ${k}, batchSize: 100, window: 20, leaseSeconds: 120 }\ntrain: { enabled: false }\n`,
);

const env = { ...process.env, ASSAY_HOME: home };
const stack = await startStack({ home, env, ports: 'free' });
const services = createServices(parseConfig({ ...env, ...stack.env }));
const { api, apiToken } = services.config;
const timings: Timings = { claim: [], submit: [], retries: 0, lapsed: 0 };
let kills = 0;
let up = { pid: 0, since: 0 };
/** kill -9 of a worker that has been up for so long; one that is still starting is left alone. */
const killWorker = async (afterMs: number): Promise<void> => {
  const worker = (await findStack(home))?.processes.find(({ name }) => name === 'worker');
  if (worker?.status !== 'ready') return;
  if (worker.pid !== up.pid) up = { pid: worker.pid, since: performance.now() };
  if (performance.now() - up.since < afterMs) return;
  up = { pid: 0, since: 0 };
  process.kill(worker.pid, 'SIGKILL');
  kills++;
};
try {
  const files = await collectFiles([rows, pipeline]);
  const manifest = await manifestFor(files, { name: RUN, format: 'trl-preference', license: 'CC0-1.0' });
  await pushDrop(services.objects, manifest, files, () => undefined);
  const runs = await services.runs();
  await runs.start(RUN);
  let over = false;
  const result = runs.result(RUN).finally(() => {
    over = true;
  });
  const crowd: Person[] = [];
  for (let i = 0; i < people; i++) {
    const name = `person-${i}`;
    const made = await fetch(`${api}/api/links`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiToken}` },
      body: JSON.stringify({ roles: ['annotator'], name }),
    });
    const { url } = (await made.json()) as { url: string };
    const token = new URLSearchParams(new URL(url).hash.slice(1)).get('token') ?? '';
    crowd.push(createPerson(api, name, await signIn(api, token), timings));
  }
  const began = performance.now();
  const killer =
    values.kill === undefined ? undefined : setInterval(() => void killWorker(1000 * Number(values.kill)), 500);
  // When all votes are in there is nothing left to claim: the run's own stage says so, not our count.
  const annotated = (async () => {
    while (!over && performance.now() - began < LIMIT_MS) {
      const { stage } = await runs.state(RUN).catch(() => ({ stage: 'annotate' }));
      if (stage !== 'annotate' && stage !== 'ingest') break;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })().finally(() => {
    over = true;
  });
  const shown = setInterval(() => {
    const votesIn = crowd.reduce((sum, { acknowledged: own }) => sum + own.size, 0);
    process.stderr.write(`${Math.round((performance.now() - began) / 1000)} s: ${votesIn} votes, ${kills} kills\n`);
  }, 5000);
  await Promise.all(crowd.map((person) => person.work(() => over)));
  clearInterval(shown);
  const seconds = (performance.now() - began) / 1000;
  await annotated;
  clearInterval(killer);
  const report = await result;

  const annotations = await services.tables.find('annotations', `${RUN}-r1`);
  if (annotations === null) throw new Error('no votes were stored');
  const stored = new Set<string>();
  const perItem = new Map<string, number>();
  let doubled = 0;
  for await (const { item, who } of services.tables.query<{ item: string; who: string }>(
    'SELECT item, source.id AS who FROM {annotations}',
    { annotations },
  )) {
    if (stored.size === stored.add(`${item} ${who}`).size) doubled++;
    perItem.set(item, (perItem.get(item) ?? 0) + 1);
  }
  const acknowledged = crowd.reduce((sum, { acknowledged: own }) => sum + own.size, 0);
  const client = await services.client();
  let [events, largest] = [0, ''];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { historyLength } = await client.workflow.getHandle(workflowId, runId).describe();
    if (historyLength > events) [events, largest] = [historyLength, workflowId];
  }
  const figures = (times: number[]) => {
    const sorted = Float64Array.from(times).sort();
    const ms = (q: number) => Math.round(1000 * quantile(sorted, q));
    return { calls: times.length, p50: ms(0.5), p95: ms(0.95), max: ms(1) };
  };
  process.stdout.write(
    `${JSON.stringify(
      {
        people,
        items,
        k,
        seconds: Math.round(seconds),
        submissionsPerSecond: Math.round(timings.submit.length / seconds),
        milliseconds: { claim: figures(timings.claim), submit: figures(timings.submit) },
        workerKills: kills,
        retries: timings.retries,
        lapsed: timings.lapsed,
        votes: {
          acknowledged,
          stored: stored.size,
          doubled,
          // Every item has exactly k votes of k people when all three are 0.
          lost: Math.max(0, acknowledged - stored.size),
          itemsWithoutK: [...perItem.values()].filter((n) => n !== k).length + (items - perItem.size),
        },
        collected: report.collected,
        largestHistory: { workflowId: largest, events },
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
