/** `assay model score` as a program sees it, against a served model. */

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRemotes } from '../../../activities/adapters/remote/index.ts';
import { root } from '../../../cli/paths.ts';
import { createRewardRegistry } from '../../../cli/rewards.ts';
import { createRewardMetrics } from '../../../server/reward/metrics.ts';
import { createRewardRoutes } from '../../../server/reward/routes.ts';
import { createRewardService } from '../../../server/reward/service.ts';
import { type Listening, listen } from '../../support/listen.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';
import { storeHead } from '../../support/stored-head.ts';

const TOKEN = 'trainer-of-the-test';
const home = scratch();
let server: Listening;
let remotes: string;
beforeAll(async () => {
  const objects = createMemoryObjects();
  await storeHead(objects, 'm', 'v1');
  const metrics = createRewardMetrics();
  const service = createRewardService(createRewardRegistry({ objects, remotes: createRemotes({}, () => '') }), metrics);
  server = await listen(
    createRewardRoutes({ service, metrics, tokens: [TOKEN], readsNeedToken: false, log: () => undefined }),
  );
  remotes = file(
    'remotes.yaml',
    `far:\n  protocol: oip-v2\n  url: ${server.url}\n  model: m\n  version: v1\n  apiKeyEnv: FAR_KEY\n`,
  );
});
afterAll(() => server.close());

const file = (name: string, text: string | Uint8Array): string => {
  const path = join(scratch(), name);
  writeFileSync(path, text);
  return path;
};
const score = (args: readonly string[], env: Record<string, string> = {}) =>
  new Promise<{ code: number; json: unknown; stderr: string }>((done) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'cli/assay.ts'), 'model', 'score', ...args, '--json'],
      {
        env: {
          PATH: process.env['PATH'],
          ASSAY_HOME: home,
          ASSAY_STACK: 'off',
          NO_COLOR: '1',
          TEMPORAL_CONFIG_FILE: join(home, 'none.toml'),
          ASSAY_REMOTES: remotes,
          FAR_KEY: TOKEN,
          ...env,
        },
      },
      (error, stdout, stderr) =>
        done({
          code: error === null ? 0 : Number(error.code),
          json: stdout === '' ? null : JSON.parse(stdout),
          stderr,
        }),
    );
  });
const rows = (...values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const row = (id: string | number, response: string) => ({ id, prompt: 'Why?', response });
const near = (value: number) => expect.closeTo(value, 5) as number;

describe('assay model score', () => {
  test('prints a score per row, in the rows’ order', async () => {
    const input = file(
      'in.jsonl',
      `\ufeff${rows(row('a', 'Because.'), row(7, ''))}\n${rows({ ...row('c', 'yes'), language: 'en' })}`,
    );
    const { code, json } = await score(['--model', 'remote/far', input]);
    expect(json).toEqual({
      model: 'remote/far',
      version: 'v1',
      scores: [
        { id: 'a', score: near(Math.log1p(8)), std: null, ood: null },
        { id: '7', score: 0, std: null, ood: null },
        { id: 'c', score: near(Math.log1p(3)), std: null, ood: null },
      ],
      rejected: [],
    });
    expect(code).toBe(0);
  });

  test('names bad rows with line and code, scores the others, and fails', async () => {
    const input = file(
      'in.jsonl',
      Buffer.concat([
        Buffer.from(rows(row('a', 'yes'))),
        Buffer.from('{"id": "b", "prompt": \n'),
        Buffer.from(rows({ id: 'c', prompt: 'p' }, { ...row('d', 'x'), language: '???' })),
        Uint8Array.of(0x22, 0xff, 0x22, 0x0a),
        Buffer.from(rows(row('e', 'no'))),
      ]),
    );
    const { code, json, stderr } = await score(['--model', 'remote/far', input]);
    expect(code).toBe(1);
    expect(json).toMatchObject({
      scores: [{ id: 'a' }, { id: 'e' }],
      rejected: [
        { line: 2, code: 'ASY-2001' },
        { line: 3, code: 'ASY-2002', message: expect.stringContaining('response') as string },
        { line: 4, code: 'ASY-2002' },
        { line: 5, code: 'ASY-2005' },
      ],
    });
    expect(stderr).toContain(`${input}:3: ASY-2002`);
  });

  test('writes many scores to a file, more than one batch of them', async () => {
    const input = file('in.jsonl', rows(...Array.from({ length: 700 }, (_, i) => row(`r${i}`, 'x'.repeat(i)))));
    const out = join(scratch(), 'scores.jsonl');
    const { json } = await score(['--model', 'remote/far', input, '--out', out]);
    expect(json).toEqual({ model: 'remote/far', version: 'v1', out, rows: 700, rejected: [] });
    const written = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(written).toHaveLength(700);
    expect(JSON.parse(written[699] ?? '')).toEqual({ id: 'r699', score: near(Math.log1p(699)), std: null, ood: null });
  });

  test.each([
    ['a file that is not there', ['none.jsonl', '--model', 'remote/far'], {}, 'ASY-7002'],
    ['a remote nobody named', ['IN', '--model', 'remote/near'], {}, 'ASY-5034'],
    ['no model', ['IN'], {}, 'ASY-9005'],
    ['a key that is not set', ['IN', '--model', 'remote/far'], { FAR_KEY: '' }, 'ASY-9006'],
    ['a wrong key', ['IN', '--model', 'remote/far'], { FAR_KEY: 'wrong' }, 'ASY-5033'],
    ['a remotes file that is not there', ['IN', '--model', 'remote/far'], { ASSAY_REMOTES: '/none.yaml' }, 'ASY-9006'],
  ])('%s fails with a code', async (_, args, env, code) => {
    const input = file('in.jsonl', rows(row('a', 'yes')));
    const result = await score(
      args.map((arg) => (arg === 'IN' ? input : arg)),
      env,
    );
    expect(result.json).toMatchObject({ error: { code } });
    expect(result.code).toBeGreaterThan(0);
    expect(existsSync('none.jsonl')).toBe(false);
  });

  test('a remotes file with a wrong field is named with the field', async () => {
    const wrong = file('remotes.yaml', 'far: {protocol: oip-v2, url: "http://a", model: m, apiKey: secret}\n');
    const input = file('in.jsonl', rows(row('a', 'yes')));
    const { json } = await score(['--model', 'remote/far', input], { ASSAY_REMOTES: wrong });
    expect(json).toMatchObject({ error: { code: 'ASY-9006', message: expect.stringContaining('apiKey') as string } });
  });
});
