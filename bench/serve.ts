/**
 * The reward server under load: a head trained on FILE (JSON Lines as `assay model train` takes them, with chosen and rejected) is
 * served in a process of its own, and clients send the file's texts over OpenRLHF's call, each as soon as its last answer came.
 * `node bench/serve.ts FILE [--clients 64] [--seconds 60] [--texts 1] [--encoder auto]`; prints one JSON document.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRemotes } from '../activities/adapters/remote/index.ts';
import { createTableStore } from '../activities/adapters/tables.ts';
import { openEncoder } from '../activities/encoder-catalog.ts';
import { readTrainingFile } from '../activities/training/file-set.ts';
import { promote } from '../activities/training/promote.ts';
import { trainFile } from '../activities/training/train-file.ts';
import { createRewardRegistry } from '../cli/rewards.ts';
import { quantile } from '../models/order.ts';
import { PipelineConfig } from '../schemas/pipeline.ts';
import { createRewardMetrics } from '../server/reward/metrics.ts';
import { createRewardRoutes } from '../server/reward/routes.ts';
import { createRewardService } from '../server/reward/service.ts';
import { idle } from '../test/support/curation.ts';
import { listen } from '../test/support/listen.ts';
import { createMemoryObjects } from '../test/support/memory-objects.ts';

const TOKEN = 'a-token-of-the-bench';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '60' },
    texts: { type: 'string', default: '1' },
    encoder: { type: 'string', default: 'auto' },
    server: { type: 'boolean', default: false },
  },
});
const [file = ''] = positionals;

interface Started {
  readonly url: string;
  readonly head: Readonly<Record<string, unknown>>;
}

const serveHead = async (): Promise<Started> => {
  const objects = createMemoryObjects();
  const remotes = createRemotes({}, () => '');
  const tempDir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const stores = { objects, tables: createTableStore({ objects, tempDir }) };
  const encoder = await openEncoder({ objects, remotes }, values.encoder, 'text');
  const training = { name: 'bench', file: await readTrainingFile(createReadStream(file), basename(file)), encoder };
  const { version, metrics } = await trainFile(stores, { ...training, config: PipelineConfig.parse({}).train }, idle());
  await promote(stores, { name: 'bench', version, by: 'bench', note: '', force: true });
  rmSync(tempDir, { recursive: true, force: true });
  const metricsOf = createRewardMetrics();
  const service = createRewardService(createRewardRegistry({ objects, remotes }), metricsOf);
  const log = (line: string): void => console.error(line);
  const app = createRewardRoutes({ service, metrics: metricsOf, tokens: [TOKEN], readsNeedToken: false, log });
  const { url } = await listen(app);
  const { id, dims } = encoder.manifest;
  return { url, head: { version, encoder: id, dims, trainPairs: metrics.trainPairs, accuracy: metrics.accuracy } };
};

if (values.server) {
  process.send?.(await serveHead());
  process.on('message', () => process.send?.(process.memoryUsage.rss()));
} else await drive();

/** Files without prompts have whole conversations, the last answer of which is judged (hh-rlhf). */
function textOf(prompt: unknown, text: string): { readonly prompt: string; readonly response: string } {
  if (typeof prompt === 'string') return { prompt, response: text };
  const at = Math.max(0, text.lastIndexOf('\n\nAssistant:'));
  return { prompt: text.slice(0, at), response: text.slice(at) };
}

async function drive(): Promise<void> {
  const server = fork(import.meta.filename, [...process.argv.slice(2), '--server'], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const answer = async <T>(): Promise<T> => ((await once(server, 'message')) as [T])[0];
  const rss = async (): Promise<number> => {
    server.send('rss');
    return Math.round((await answer<number>()) / 1024 ** 2);
  };
  const { url, head } = await answer<Started>();

  const rows = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { prompt?: unknown; chosen: string; rejected: string });
  const texts = rows.flatMap(({ prompt, chosen, rejected }) => [chosen, rejected].map((text) => textOf(prompt, text)));
  const each = Number(values.texts);
  const bodies = Array.from({ length: Math.ceil(texts.length / each) }, (_, i) => {
    const some = texts.slice(i * each, (i + 1) * each);
    return JSON.stringify({ query: some.map((t) => t.prompt + t.response), prompts: some.map((t) => t.prompt) });
  });
  const agent = new Agent({ keepAlive: true, maxSockets: Number(values.clients) });
  const post = (body: string): Promise<number> =>
    new Promise((resolve) => {
      const sent = request(`${url}/reward/${TOKEN}/bench`, { method: 'POST', agent }, (got) => {
        let text = '';
        got.setEncoding('utf8').on('data', (part: string) => (text += part));
        got.on('end', () => {
          const right =
            got.statusCode === 200 && (JSON.parse(text) as { rewards: number[] }).rewards.every(Number.isFinite);
          resolve(right ? (JSON.parse(text) as { rewards: number[] }).rewards.length : 0);
        });
      });
      sent.on('error', () => resolve(0));
      sent.end(body);
    });

  let at = 0;
  const client = async (until: number, latencies: number[]): Promise<{ texts: number; errors: number }> => {
    const done = { texts: 0, errors: 0 };
    while (performance.now() < until) {
      const began = performance.now();
      const scored = await post(bodies[at++ % bodies.length] ?? '');
      latencies.push(performance.now() - began);
      done.texts += scored;
      if (scored === 0) done.errors++;
    }
    return done;
  };
  const run = async (seconds: number) => {
    const latencies: number[] = [];
    const until = performance.now() + seconds * 1000;
    const clients = await Promise.all(Array.from({ length: Number(values.clients) }, () => client(until, latencies)));
    const sum = (key: 'texts' | 'errors') => clients.reduce((total, done) => total + done[key], 0);
    return { latencies: Float64Array.from(latencies).sort(), texts: sum('texts'), errors: sum('errors') };
  };

  await run(2);
  const start = await rss();
  let peak = start;
  const watch = setInterval(() => void rss().then((now) => (peak = Math.max(peak, now))), 1000);
  const began = performance.now();
  const result = await run(Number(values.seconds));
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  const end = await rss();
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const metric = (name: string): number => Number(new RegExp(`^${name} (.+)$`, 'm').exec(metrics)?.[1]);
  const lengths = Float64Array.from(texts, ({ prompt, response }) => prompt.length + response.length).sort();
  const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
  console.log(
    JSON.stringify(
      {
        cores: availableParallelism(),
        node: process.version,
        head,
        clients: Number(values.clients),
        seconds: round(seconds),
        textsPerRequest: each,
        charactersPerText: { p50: quantile(lengths, 0.5), p95: round(quantile(lengths, 0.95), 0), max: lengths.at(-1) },
        requests: result.latencies.length,
        requestsPerSecond: round(result.latencies.length / seconds, 0),
        textsPerSecond: round(result.texts / seconds, 0),
        latencyMs: {
          p50: round(quantile(result.latencies, 0.5)),
          p99: round(quantile(result.latencies, 0.99)),
          max: round(result.latencies.at(-1) ?? 0),
        },
        errors: result.errors,
        textsPerBatch: round(metric('assay_reward_batch_texts_sum') / metric('assay_reward_batch_texts_count')),
        rssMiB: { start, peak, end },
      },
      null,
      2,
    ),
  );
  agent.destroy();
  server.kill();
}
