/** `assay model pull` as a program sees it, against a hub and an S3 server. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../../cli/paths.ts';
import { type HubServer, startHub } from '../../support/hub-server.ts';
import { scratch } from '../../support/scratch.ts';
import { tinyEncoder } from '../../support/tiny-encoder.ts';
import { startVersitygw, type TestS3 } from '../../support/versitygw.ts';

const { recipe, files } = tinyEncoder('text');
const home = scratch();
const manifest = join(home, 'tiny.json');
let hub: HubServer;
let s3: TestS3;
beforeAll(async () => {
  hub = await startHub('assay/tiny-text', files);
  s3 = await startVersitygw();
  writeFileSync(manifest, JSON.stringify(recipe));
});
afterAll(async () => {
  await hub.close();
  await s3.stop();
});

const assay = (...args: string[]) =>
  new Promise<{ code: number; json: unknown; stderr: string }>((done) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'cli/assay.ts'), 'model', ...args, '--json'],
      {
        env: {
          PATH: process.env['PATH'],
          ASSAY_HOME: home,
          ASSAY_STACK: 'off',
          ASSAY_HUB_URL: hub.url,
          ASSAY_BUCKET: s3.bucket,
          AWS_ENDPOINT_URL_S3: s3.endpoint,
          AWS_REGION: s3.region,
          AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
          NO_COLOR: '1',
          TEMPORAL_CONFIG_FILE: join(home, 'none.toml'),
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

test('an encoder is fetched once, and listed', async () => {
  const first = await assay('pull', manifest);
  expect(first).toMatchObject({ code: 0, json: { id: 'tiny-text', fetched: recipe.files.map(({ path }) => path) } });
  expect(await assay('pull', manifest)).toMatchObject({ code: 0, json: { fetched: [] } });
  expect((await assay('ls')).json).toMatchObject({
    models: [],
    encoders: expect.arrayContaining([
      expect.objectContaining({ id: 'tiny-text', state: 'pulled' }),
      expect.objectContaining({ id: 'bge-m3', state: 'available', revision: null }),
    ]),
  });
});

test('what cannot be pulled ends with a code', async () => {
  const bad = join(home, 'bad.json');
  writeFileSync(bad, JSON.stringify({ ...recipe, files: [] }));
  for (const [name, code] of [
    ['no-such', 'ASY-5001'],
    [bad, 'ASY-5023'],
    ['all-minilm-l6-v2', 'ASY-5021'],
  ] as const)
    expect(await assay('pull', name)).toMatchObject({ code: 1, json: { error: { code } } });
});
