/** `assay model train`, `eval`, `promote` and `rollback` as a program sees them, on a real S3 server. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../../cli/paths.ts';
import { scratch } from '../../support/scratch.ts';
import { jsonLines, preferenceRows } from '../../support/training-file.ts';
import { startVersitygw, type TestS3 } from '../../support/versitygw.ts';

const home = scratch();
let s3: TestS3;
beforeAll(async () => {
  s3 = await startVersitygw();
});
afterAll(() => s3.stop());

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly json: Record<string, unknown>;
}

const run = (args: readonly string[], json: boolean) =>
  new Promise<Answer>((done) => {
    execFile(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(root, 'cli/assay.ts'),
        'model',
        ...args,
        ...(json ? ['--json'] : []),
      ],
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
          USER: 'ann',
        },
      },
      (error, stdout) =>
        done({
          code: error === null ? 0 : Number(error.code),
          stdout,
          json: (json && stdout !== '' ? JSON.parse(stdout) : {}) as Record<string, unknown>,
        }),
    );
  });
const assay = (...args: string[]) => run(args, true);
const file = (rows: readonly unknown[]): string => {
  const path = join(scratch(), 'rows.jsonl');
  writeFileSync(path, jsonLines(rows));
  return path;
};

test('trains from a file, measures, promotes through the gate and rolls back', async () => {
  const pipeline = join(scratch(), 'pipeline.yaml');
  writeFileSync(pipeline, 'train:\n  l2: 0.02\nscore:\n  encoder: hashed-ngrams\n');
  const given = ['--name', 'tone', '--pipeline', pipeline];
  const first = await assay('train', file(preferenceRows('a', 60, { language: 'en' })), ...given);
  expect(first).toMatchObject({
    code: 0,
    json: {
      name: 'tone',
      objective: 'bradley-terry',
      metrics: { n: 12 },
      promoted: true,
      reason: 'first head of this name',
    },
  });
  const version = String(first.json['version']);
  expect(await assay('train', file(preferenceRows('a', 60, { language: 'en' })), ...given)).toMatchObject({
    json: { version, reason: 'it serves already' },
  });

  const measured = await assay('eval', file(preferenceRows('b', 30, { language: 'de' })), '--model', 'tone');
  expect(measured).toMatchObject({
    code: 0,
    json: { model: 'tone', version, n: 30, languages: [{ value: 'de', n: 30 }] },
  });
  expect(measured.json['accuracy']).toBeGreaterThan(0.8);

  const next = await run(['train', file(preferenceRows('a', 80)), ...given, '--objective', 'plackett-luce'], false);
  expect(next.code).toBe(0);
  expect(next.stdout).toMatch(
    /^tone [0-9a-f]{16}: a plackett-luce head, fitted on 64 examples\nright in \d+\.\d % of 16 held-out/,
  );
  expect(next.stdout).toMatch(/\npromoted: not worse beyond noise: .* on the same \d+ pairs/);
  const later = next.stdout.slice(5, 21);

  expect(await assay('rollback', 'tone', '--note', 'too new')).toMatchObject({
    code: 0,
    json: { version, previous: later },
  });
  expect(await assay('promote', 'tone', later)).toMatchObject({
    code: 1,
    json: {
      error: { code: 'ASY-5016', message: `tone ${later} was not promoted: it was rolled back by ann: too new` },
    },
  });
  expect(await assay('promote', 'tone', later, '--force')).toMatchObject({ code: 0, json: { promoted: true } });
  const records = ['0000000001', '0000000004'].map((n) =>
    JSON.parse(readFileSync(join(s3.folder, `models/tone/promotions/${n}.json`), 'utf8')),
  );
  expect(records).toMatchObject([
    { version, previous: null, by: 'ann' },
    { version: later, previous: version, by: 'ann', reason: expect.stringMatching(/^forced, though/) as string },
  ]);

  expect(await assay('show', 'tone', '--version', version)).toMatchObject({
    json: { version, promoted: false, serving: later, evaluation: { counts: 'pairs' }, promotions: { length: 4 } },
  });
  const shown = await run(['show', 'tone'], false);
  expect(shown.stdout).toMatch(new RegExp(`^tone ${later} serves\n`));
  for (const part of [/\nQUALITY\n\nof 16 validation pairs +head +baseline: length only\n/, /\nLIMITS\n/])
    expect(shown.stdout).toMatch(part);
  expect(shown.stdout).toMatch(new RegExp(`rolled back to +${version} +ann +rolled back from ${later} +too new\n`));
}, 120_000);

test('measures under attack, and trains on attacked twins, which give another version', async () => {
  const rows = file(preferenceRows('a', 60));
  const given = [rows, '--name', 'firm', '--encoder', 'hashed-ngrams'];
  const plain = await assay('train', ...given);
  const twins = await assay('train', ...given, '--augment');
  expect(twins).toMatchObject({ code: 0, json: { metrics: { n: 12, trainPairs: 48 } } });
  expect(twins.json['version']).not.toBe(plain.json['version']);
  const version = String(twins.json['version']);
  expect(await assay('show', 'firm', '--version', version)).toMatchObject({
    json: { hyperparameters: { augment: expect.stringMatching(/^2 of repeat /) as string } },
  });
  const other = file(preferenceRows('b', 30));
  expect(await assay('eval', other, '--model', 'firm')).toMatchObject({ code: 0, json: { n: 30, attacks: null } });
  const measured = await assay('eval', other, '--model', 'firm', '--version', version, '--attacks');
  const [identity] = measured.json['attacks'] as Record<string, unknown>[];
  expect(identity).toMatchObject({ attack: 'identity', n: 30, successRate: 0, accuracy: measured.json['accuracy'] });
  const shown = await run(['eval', other, '--model', 'firm', '--attacks'], false);
  expect(shown.stdout).toMatch(/\nattack +n +accuracy +95 % interval +right before +turned round +length only\n/);
  expect(shown.stdout).toMatch(/\nhomoglyphs +30 /);
  expect(await assay('train', ...given, '--augment', '--objective', 'plackett-luce')).toMatchObject({
    code: 1,
    json: { error: { code: 'ASY-5015' } },
  });
}, 120_000);

test.each([
  [['promote', 'nobody', 'v'], 'ASY-5001', 1],
  [['rollback', 'nobody'], 'ASY-5017', 1],
  [['train', 'none.jsonl', '--name', 'x'], 'ASY-7002', 1],
  [['train', 'none.jsonl', '--name', 'No Name'], 'ASY-9005', 2],
  [['train', 'none.jsonl', '--name', 'x', '--pipeline', 'none.yaml'], 'ASY-1011', 1],
])('%j is refused with a code', async (args, code, exit) => {
  expect(await assay(...args)).toMatchObject({ code: exit, json: { error: { code } } });
});
