/** A run encoded and scored by models behind another server, and a head fitted on that server's embeddings. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keys } from '../../schemas/keys.ts';
import { RunReport } from '../../schemas/run-report.ts';
import { Score } from '../../schemas/score.ts';
import { startRemote } from '../support/remote-models.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { jsonLines, preferenceRows } from '../support/training-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-e2e-'));
let stack: TestStack;
let remote: Awaited<ReturnType<typeof startRemote>>;
beforeAll(async () => {
  remote = await startRemote(({ path, body }) =>
    path === '/embeddings'
      ? Response.json({
          data: (body['input'] as string[]).map((text, index) => ({ index, embedding: [text.length % 7, 3] })),
        })
      : Response.json({ data: (body['text_2'] as string[]).map(({ length }, index) => ({ index, score: length })) }),
  );
  const { url } = remote.server;
  const named = join(folder, 'remotes.yaml');
  const common = { url, model: 'm', version: '7', apiKeyEnv: 'REMOTE_KEY' };
  const remotes = {
    judge: { protocol: 'vllm-score', ...common },
    embed: { protocol: 'openai-embeddings', ...common, dims: 2 },
  };
  writeFileSync(named, JSON.stringify(remotes));
  stack = await startTestStack({ ASSAY_REMOTES: named, REMOTE_KEY: 'the key' });
});
afterAll(async () => {
  await stack?.stop();
  await remote?.server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('goes from rows without a preference to scores of a remote model, and shows whose they are', async () => {
  const drop = join(folder, 'drop');
  mkdirSync(drop);
  const rows = Array.from({ length: 5 }, (_, i) => ({
    prompt: [{ role: 'user', content: `What is ${i}?` }],
    responses: [{ text: `It is ${'x'.repeat(i)}.` }],
  }));
  writeFileSync(join(drop, 'rows.jsonl'), jsonLines(rows));
  writeFileSync(join(drop, 'pipeline.yaml'), 'score: {encoder: remote/embed, model: remote/judge}\n');
  const { code, json, stderr } = await stack.assay(
    'drop',
    'push',
    drop,
    '--name',
    'far',
    '--format',
    'assay',
    '--wait',
  );
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('ASY-')]);
  expect(json).toMatchObject({ status: 'completed', items: 5, models: [] });
  const { objects, tables } = stack.services;
  const report = RunReport.parse(JSON.parse((await objects.get(keys.report('far'))).toString()));
  expect(report.scoredBy).toEqual({ name: 'remote/judge', version: '7' });
  const scores = await tables.find('scores', 'far');
  if (scores === null) throw new Error('nothing was scored');
  const found = await Array.fromAsync(tables.read(scores, Score));
  expect(found.map(({ value }) => value).sort((a, b) => a - b)).toEqual([7, 8, 9, 10, 11]);
  expect(new Set(remote.asked.map(({ path, key }) => `${path} ${key}`))).toEqual(
    new Set(['/embeddings Bearer the key', '/score Bearer the key']),
  );
});

it('trains a head on remote embeddings from a file, and measures it', async () => {
  const file = join(folder, 'pairs.jsonl');
  writeFileSync(file, jsonLines(preferenceRows('a', 60)));
  const trained = await stack.assay('model', 'train', file, '--name', 'tone', '--encoder', 'remote/embed');
  expect(trained).toMatchObject({ code: 0, json: { name: 'tone', promoted: true } });
  expect(await stack.assay('model', 'show', 'tone')).toMatchObject({ json: { encoder: { id: 'remote/embed' } } });
  const measured = await stack.assay('model', 'eval', file, '--model', 'tone');
  expect(measured).toMatchObject({ code: 0, json: { model: 'tone', n: 60 } });
});
