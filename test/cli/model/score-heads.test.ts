/** `assay model score` with trained heads of the registry, on a real S3 server: steps, aspects, and rows that do not fit the head. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../../cli/paths.ts';
import { scratch } from '../../support/scratch.ts';
import { answers, jsonLines } from '../../support/training-file.ts';
import { startVersitygw, type TestS3 } from '../../support/versitygw.ts';

const home = scratch();
let s3: TestS3;

const run = (args: readonly string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'cli/assay.ts'), 'model', ...args],
      {
        env: {
          PATH: process.env['PATH'],
          ASSAY_HOME: home,
          ASSAY_STACK: 'off',
          ASSAY_BUCKET: s3.bucket,
          AWS_ENDPOINT_URL_S3: s3.endpoint,
          AWS_REGION: s3.region,
          AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
          TEMPORAL_CONFIG_FILE: join(home, 'none.toml'),
          NO_COLOR: '1',
        },
      },
      (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
const assay = async (...args: string[]) => {
  const { code, stdout } = await run([...args, '--json']);
  return { code, json: JSON.parse(stdout) as Record<string, unknown> & { scores: Record<string, unknown>[] } };
};
const file = (rows: readonly unknown[]): string => {
  const path = join(scratch(), 'rows.jsonl');
  writeFileSync(path, jsonLines(rows));
  return path;
};

/** Kind steps are right, curt ones wrong; of each second solution the second step is curt. */
const solutions = Array.from({ length: 60 }, (_, i) => {
  const [one, two, three] = [answers('one', i), answers('two', i), answers('three', i)];
  const wrong = i % 2 === 1;
  return {
    prompt: one.prompt,
    completions: [one.kind, wrong ? two.curt : two.kind, three.kind],
    labels: [true, !wrong, true],
  };
});
const rated = Array.from({ length: 60 }, (_, i) => {
  const { prompt, kind, curt } = answers('rated', i);
  const [response, calm, brief] = i % 2 === 0 ? [kind, 5, 2] : [curt, 1, 4];
  return { prompt, response, aspects: { calm: calm - (i % 3) / 10, brief: brief + (i % 5) / 10 } };
});

beforeAll(async () => {
  s3 = await startVersitygw();
  const pipeline = join(scratch(), 'pipeline.yaml');
  writeFileSync(pipeline, 'score:\n  encoder: hashed-ngrams\n');
  const given = ['--pipeline', pipeline];
  const steps = await run(['train', file(solutions), '--name', 'steps', ...given]);
  const sides = await run(['train', file(rated), '--name', 'sides', '--objective', 'multi-objective', ...given]);
  expect([steps, sides].map(({ code, stderr }) => (code === 0 ? '' : stderr))).toEqual(['', '']);
}, 60_000);
afterAll(() => s3.stop());

test('a process head finds the curt step of solutions in a file, and says so in plain words', async () => {
  const rows = solutions.slice(0, 20).map(({ prompt, completions }, id) => ({ id, prompt, completions }));
  const { code, json } = await assay('score', file(rows), '--model', 'steps');
  expect(code).toBe(0);
  const found = json.scores.filter(({ firstWrong }, i) => firstWrong === (i % 2 === 1 ? 1 : null));
  expect(found.length).toBeGreaterThan(17);
  for (const { steps, score } of json.scores)
    expect(score).toBeCloseTo(
      (steps as number[]).reduce((a, b) => a * b),
      6,
    );
  const least = await assay('score', file(rows), '--model', 'steps', '--steps', 'min');
  for (const { steps, score } of least.json.scores) expect(score).toBeCloseTo(Math.min(...(steps as number[])), 6);
  const { stdout } = await run(['score', file(rows.slice(0, 2)), '--model', 'steps']);
  expect(stdout).toContain('\t0\tevery step likely right\n');
  expect(stdout).toContain('\t1\tstep 2 likely wrong\n');
});

test('aspects and fronts of the responses to one prompt, in the answer and in a file', async () => {
  const { prompt, kind, curt } = answers('rated', 3);
  const rows = [kind, curt].map((response, id) => ({ id, prompt, response }));
  const { json } = await assay('score', file(rows), '--model', 'sides');
  const [kindly, curtly] = json.scores.map(({ aspects }) => aspects as { calm: number; brief: number });
  expect(kindly?.calm).toBeGreaterThan(curtly?.calm ?? Number.NaN);
  expect(kindly?.brief).toBeLessThan(curtly?.brief ?? Number.NaN);
  expect(json.scores.map(({ front }) => front)).toEqual([1, 1]);
  const out = join(scratch(), 'scores.jsonl');
  await assay('score', file(rows), '--model', 'sides', '--out', out);
  expect(readFileSync(out, 'utf8')).toBe(jsonLines(json.scores));
});

test('rows of the other kind are refused one by one with the way out, and the rest is scored', async () => {
  const { prompt, completions } = solutions[0] ?? { prompt: '', completions: [] };
  const rows = [
    { id: 'whole', prompt, response: 'r' },
    { id: 'steps', prompt, completions },
    { id: 'empty', prompt, completions: [] },
  ];
  expect(await assay('score', file(rows), '--model', 'steps')).toMatchObject({
    code: 1,
    json: {
      scores: [{ id: 'steps' }],
      rejected: [
        { line: 1, code: 'ASY-2002', message: expect.stringContaining('give them as `completions') as string },
        { line: 3, code: 'ASY-2002' },
      ],
    },
  });
  expect(await assay('score', file(rows), '--model', 'sides')).toMatchObject({
    code: 1,
    json: {
      scores: [{ id: 'whole' }],
      rejected: [
        { line: 2, code: 'ASY-2002', message: expect.stringContaining('name a process head') as string },
        { line: 3, code: 'ASY-2002' },
      ],
    },
  });
  expect(await assay('score', file(rows), '--model', 'sides', '--steps', 'min')).toMatchObject({
    code: 2,
    json: { error: { code: 'ASY-9005' } },
  });
});
