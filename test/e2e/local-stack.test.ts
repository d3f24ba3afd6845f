/** The supervisor with the real Temporal and versitygw; the HTTP server and the worker are stand-ins. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effectiveEnv, loadConfig } from '../../cli/config.ts';
import { root, stackFiles } from '../../cli/paths.ts';
import { attach } from '../../cli/stack/attach.ts';
import { isRunning, signal, tokenOf } from '../../cli/stack/identity.ts';
import { readSecrets } from '../../cli/stack/secrets.ts';
import { findStack, type Stack, startStack, stopStack } from '../../cli/stack/stack.ts';
import { attributes } from '../../workflows/search-attributes.ts';
import { scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

const assay = [process.execPath, join(root, 'test/support/stand-in-assay.ts')];
const home = scratch();
const start = () => startStack({ home, ports: 'free', assay });
const posts = () =>
  readFileSync(join(home, 'posts.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { url: string; body: string });
const s3Of = ({ env }: Stack) =>
  new S3Client({
    endpoint: env['AWS_ENDPOINT_URL_S3'],
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '' },
  });

let stack: Stack;
beforeAll(async () => {
  stack = await start();
});
afterAll(async () => {
  await stopStack(home);
});

describe('local stack', () => {
  it('is found, and not started twice', async () => {
    expect((await start()).supervisor).toEqual(stack.supervisor);
    expect((await findStack(home))?.urls).toEqual(stack.urls);
    expect(await findStack(scratch())).toBeNull();
  });

  it('gives clients their configuration, unless they name servers themselves', async () => {
    const config = await loadConfig({ ASSAY_HOME: home, AWS_SESSION_TOKEN: 'of another account', AWS_PROFILE: 'work' });
    expect(config).toMatchObject({
      local: true,
      s3: { endpoint: stack.urls.s3 },
      temporal: { address: stack.temporalAddress },
    });
    expect(config.s3.credentials).not.toHaveProperty('sessionToken');
    const named = { ASSAY_HOME: home, TEMPORAL_ADDRESS: 'temporal.example:7233' };
    expect(await effectiveEnv(named)).toEqual(named);
    expect((await loadConfig({ ASSAY_HOME: home, ASSAY_STACK: 'off' })).local).toBe(false);
  });

  it('has a versioned bucket that posts what is created, and nothing else, to the webhook', async () => {
    const s3 = s3Of(stack);
    const Bucket = stack.env['ASSAY_BUCKET'];
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a/one', Body: 'first' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a/one', Body: 'second' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a/one' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'drops/d/drop.json', Body: '{}' }));
    expect((await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'a/' }))).Versions).toHaveLength(2);
    await until('the events', () => posts().filter(({ body }) => body.includes('ObjectCreated')).length === 3);
    expect(posts().some(({ body }) => body.includes('ObjectRemoved'))).toBe(false);
    expect(posts().every(({ url }) => url === `/events/s3/${stack.env['ASSAY_WEBHOOK_TOKEN']}`)).toBe(true);
    expect(posts().some(({ body }) => body.includes('drops/d/drop.json'))).toBe(true);
    s3.destroy();
  });

  it('has the search attributes registered', async () => {
    const connection = await Connection.connect({ address: stack.temporalAddress });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(Object.keys(customAttributes)).toEqual(
      expect.arrayContaining(Object.values(attributes).map(({ name }) => name)),
    );
    await connection.close();
  });

  it('brings every killed process back on its port, with its data', async () => {
    const connection = await Connection.connect({ address: stack.temporalAddress });
    const client = new Client({ connection });
    await client.workflow.start('kept', { taskQueue: 'nobody', workflowId: 'kept' });
    await connection.close();
    const s3 = s3Of(stack);
    await s3.send(new PutObjectCommand({ Bucket: 'assay', Key: 'kept', Body: 'kept' }));
    for (const process of stack.processes) expect(signal(process, 'SIGKILL'), process.name).toBe(true);
    const after = await until(
      'the return of all',
      async () => {
        const now = await findStack(home);
        return now?.processes.every(({ status, restarts }) => status === 'ready' && restarts > 0) ? now : null;
      },
      60_000,
    );
    expect(after.processes.map(({ name, port }) => [name, port])).toEqual(
      stack.processes.map(({ name, port }) => [name, port]),
    );
    expect(
      await (await s3.send(new GetObjectCommand({ Bucket: 'assay', Key: 'kept' }))).Body?.transformToString(),
    ).toBe('kept');
    s3.destroy();
    const again = await Connection.connect({ address: stack.temporalAddress });
    const { status } = await new Client({ connection: again }).workflow.getHandle('kept').describe();
    expect(status.name).toBe('RUNNING');
    await again.close();
  });

  it('takes over from a supervisor that was killed: no orphan, the same ports, the same data', async () => {
    const before = await until('the stack', () => findStack(home));
    signal(before.supervisor, 'SIGKILL');
    await until('its end', () => !isRunning(before.supervisor));
    expect(before.processes.every(isRunning)).toBe(true);
    expect(await findStack(home)).toBeNull();
    stack = await start();
    expect(before.processes.some(isRunning)).toBe(false);
    expect(stack.urls).toEqual(before.urls);
    expect(stack.supervisor.pid).not.toBe(before.supervisor.pid);
    const s3 = s3Of(stack);
    expect((await s3.send(new GetObjectCommand({ Bucket: 'assay', Key: 'kept' }))).ContentLength).toBe(4);
    s3.destroy();
  });

  it('is shown by doctor', async () => {
    const { stdout } = await promisify(execFile)(join(root, 'bin/assay'), ['doctor', '--json'], {
      env: { ...process.env, ASSAY_HOME: home },
    });
    const report = JSON.parse(stdout) as { ok: boolean; tools: { name: string }[]; processes: unknown[] };
    expect(report.ok).toBe(true);
    expect(report.tools.map(({ name }) => name)).toEqual([
      'node',
      'temporal',
      'versitygw',
      'ffmpeg',
      'ffprobe',
      'chromium',
    ]);
    expect(report.processes).toEqual(stack.processes.map(({ name, pid, port }) => ({ name, pid, port })));
    expect(report).toMatchObject({
      reward: {
        url: `${stack.urls.api}/reward/$ASSAY_REWARD_TOKEN/MODEL`,
        token: `rewardToken in ${stackFiles(home).secrets}`,
      },
    });
    for (const secret of Object.values(readSecrets(home) ?? {})) expect(stdout).not.toContain(secret);
  });

  it('tells who watches of a restart, and stops when they leave', async () => {
    const lines: string[] = [];
    const watching = new AbortController();
    const done = attach(home, watching.signal, (line) => lines.push(line));
    const worker = stack.processes.find(({ name }) => name === 'worker');
    if (worker === undefined) throw new Error('no worker');
    signal(worker, 'SIGKILL');
    await until('the news', () => lines.some((line) => line.includes('✓ worker')));
    watching.abort();
    await done;
    expect(lines.map((line) => line.replace(/ \(.*\)$/, ''))).toEqual([
      '  ! worker ended and is restarted',
      '  ✓ worker',
      'stopping …',
      'stopped',
    ]);
    expect(isRunning(stack.supervisor)).toBe(false);
    stack = await start();
  });

  it('stops without leaving anything, and stopping again is no fault', async () => {
    const pids = [stack.supervisor.pid, ...stack.processes.map(({ pid }) => pid)];
    expect(await stopStack(home)).toBe(true);
    expect(pids.map(tokenOf)).toEqual(pids.map(() => null));
    expect(await stopStack(home)).toBe(false);
    expect(await findStack(home)).toBeNull();
  });

  it('says which process does not start, and leaves nothing', async () => {
    const broken = scratch();
    const failure = startStack({
      home: broken,
      ports: 'free',
      assay: [process.execPath, '-e', 'process.exit(5)', '--'],
      patience: { backoff: 10, firstStarts: 2 },
    });
    await expect(failure).rejects.toMatchObject({
      code: 'ASY-9003',
      message: expect.stringContaining('server did not start: it ended with exit code 5') as string,
    });
    expect(await findStack(broken)).toBeNull();
  });
});
