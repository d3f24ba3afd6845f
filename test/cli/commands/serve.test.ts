/** `assay serve` as a process: what it answers while its registry is away, and how it stops. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { root } from '../../../cli/paths.ts';
import { type Listening, listen } from '../../support/listen.ts';
import { scratch } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';

const TOKEN = 'trainer-of-the-test';
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** A server of Open Inference Protocol that answers when it is told to. */
const startFar = async (): Promise<{ server: Listening; held: (() => void)[] }> => {
  const held: (() => void)[] = [];
  const app = {
    fetch: async (request: Request): Promise<Response> => {
      const { inputs } = (await request.json()) as { inputs: { data: string[] }[] };
      const texts = inputs[1]?.data ?? [];
      // The question a model is asked before it serves is answered at once.
      if (texts[0] === 'hold') await new Promise<void>((resolve) => held.push(resolve));
      return Response.json({ outputs: [{ name: 'reward', shape: [texts.length], data: texts.map(() => 0.5) }] });
    },
  };
  const server = await listen(app);
  ends.push(() => server.close());
  return { server, held };
};

const startServe = async (far: string) => {
  const home = scratch();
  const remotes = join(home, 'remotes.yaml');
  writeFileSync(remotes, `far: {protocol: oip-v2, url: "${far}", model: m, version: v1}\n`);
  const [port, nowhere] = [await freePort(), await freePort()];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'cli/assay.ts'), 'serve'],
    {
      env: {
        PATH: process.env['PATH'],
        ASSAY_HOME: home,
        ASSAY_STACK: 'off',
        ASSAY_HTTP_PORT: String(port),
        ASSAY_WEBHOOK_TOKEN: 'webhook-of-the-test',
        ASSAY_API_TOKEN: 'api-token-of-the-test',
        ASSAY_SESSION_KEY: 'a-session-key-of-tests-only-0123456789',
        ASSAY_REWARD_TOKEN: TOKEN,
        ASSAY_REMOTES: remotes,
        AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${nowhere}`,
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        TEMPORAL_ADDRESS: `127.0.0.1:${nowhere}`,
        TEMPORAL_CONFIG_FILE: join(home, 'none.toml'),
      },
    },
  );
  let log = '';
  child.stderr.on('data', (part: Buffer) => (log += part.toString()));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  ends.push(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  await until('the server', () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return { child, exited, url, log: () => log };
};

test('answers rewards of remote models, says that it is not ready without its registry, and on SIGTERM ends what it began', async () => {
  const { server, held } = await startFar();
  const { child, exited, url, log } = await startServe(server.url);
  const ask = (response: string) =>
    fetch(`${url}/reward/${TOKEN}/remote%2Ffar`, { method: 'POST', body: JSON.stringify({ query: [response] }) });

  expect(await (await ask('a')).json()).toMatchObject({ rewards: [0.5], model: 'remote/far', version: 'v1' });
  expect((await fetch(`${url}/v2/health/live`)).status).toBe(200);
  expect((await fetch(`${url}/v2/health/ready`)).status).toBe(503);
  expect((await fetch(`${url}/reward/${TOKEN}/helpful`, { method: 'POST', body: '{"query":["a"]}' })).status).toBe(503);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    'assay_reward_requests_total{protocol="openrlhf",status="503"} 1',
  );

  const underWay = ask('hold');
  const finish = await until('the text under way', () => held[0]);
  child.kill('SIGTERM');
  await until('the closed door', () =>
    fetch(`${url}/health`).then(
      () => false,
      () => true,
    ),
  );
  finish();
  expect((await underWay).status).toBe(200);
  expect((await exited)[0]).toBe(0);
  expect(log()).not.toContain(TOKEN);
});
