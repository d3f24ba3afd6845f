/** `assay link` and `assay audit` over a real S3 server. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createS3Objects } from '../../../activities/adapters/s3.ts';
import { register as audit } from '../../../cli/commands/audit.ts';
import { register as link } from '../../../cli/commands/link.ts';
import { parseConfig } from '../../../cli/config.ts';
import { createOutput } from '../../../cli/output.ts';
import { sha256 } from '../../../models/hash.ts';
import { keys } from '../../../schemas/keys.ts';
import { createLinks } from '../../../server/identity/links.ts';
import { scratch } from '../../support/scratch.ts';
import { startVersitygw, type TestS3 } from '../../support/versitygw.ts';

const SESSION_KEY = 'a-session-key-of-tests-only-0123456789';
const home = scratch();
let s3: TestS3;
beforeAll(async () => {
  s3 = await startVersitygw();
});
afterAll(() => s3.stop());

/** Runs the command as `assay.ts` would, in this process: its document and exit code, or the fault it throws. */
const assay = async (args: readonly string[], more: Record<string, string> = {}) => {
  let [stdout, code] = ['', 0];
  const env = {
    ASSAY_HOME: home,
    TEMPORAL_CONFIG_FILE: join(home, 'none.toml'),
    ASSAY_BUCKET: s3.bucket,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    ASSAY_SESSION_KEY: SESSION_KEY,
    ASSAY_API_TOKEN: 'api-token-of-the-test',
    ASSAY_SUBJECT_KEY: 'subject-key-of-the-test',
    ASSAY_PUBLIC_URL: 'https://assay.example',
    ...more,
  };
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => true } };
  const program = new Command();
  for (const register of [link, audit])
    register(program, {
      env,
      output: createOutput({ json: true }, streams),
      config: async () => parseConfig(env),
      exit: (wanted) => {
        code = wanted;
      },
    });
  await program.parseAsync([...args], { from: 'user' });
  return { code, json: JSON.parse(stdout) as Record<string, unknown> };
};
const store = () => createS3Objects({ ...s3, cacheDir: join(home, 'cache') });

it('a link is made without the server, works there once, and is in the log, whose chain holds until somebody changes it', async () => {
  const made = await assay(['link', '--role', 'annotator, reviewer', '--name', 'Ann', '--runs', 'r1,r2']);
  expect(made).toMatchObject({ code: 0, json: { roles: ['annotator', 'reviewer'], name: 'Ann', runs: ['r1', 'r2'] } });
  const url = new URL(String(made.json['url']));
  expect(url.origin).toBe('https://assay.example');
  const objects = store();
  const links = createLinks(SESSION_KEY, objects, (name) => `sub_${name}`, Date.now);
  const token = url.hash.slice('#token='.length);
  expect(await links.redeem(token)).toEqual({
    subject: 'sub_Ann',
    name: 'Ann',
    roles: ['annotator', 'reviewer'],
    runs: ['r1', 'r2'],
  });
  await expect(links.redeem(token)).rejects.toMatchObject({ code: 'ASY-8005' });

  await assay(['link', '--role', 'admin', '--name', 'Ben']);
  const { json } = await assay(['audit', 'ls', '--after', '1']);
  expect(json).toMatchObject({ entries: [{ n: 2, by: 'command-line', action: 'link', target: { roles: 'admin' } }] });
  const whole = await assay(['audit', 'verify']);
  expect(whole).toMatchObject({ code: 0, json: { ok: true, entries: 2, head: { n: 2 }, broken: null } });
  const { n, hash } = whole.json['head'] as { n: number; hash: string };

  await objects.put(keys.datasetRelease('tone', 1), '{"version":"v"}');
  await objects.put(keys.datasetFile('tone', 'v', 'data/000000.parquet'), 'rows are no record');
  await objects.put(keys.erasureStep('e', 'plan'), 'nor is work under way');
  const [tar, again] = [join(home, 'a.tar'), join(home, 'b.tar')];
  const bundle = await assay(['audit', 'export', '--out', tar]);
  expect(bundle).toMatchObject({ code: 0, json: { file: tar, ok: true, files: 4, head: { n: 2 } } });
  const written = readFileSync(tar);
  expect(sha256(written)).toBe(bundle.json['sha256']);
  await assay(['audit', 'export', '--out', again]);
  expect(readFileSync(again)).toEqual(written);
  const place = scratch();
  execFileSync('tar', ['-xf', tar, '-C', place]);
  const sums = readFileSync(join(place, 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
  expect(sums).toEqual(
    [keys.audit(1), keys.audit(2), keys.datasetRelease('tone', 1)].map(
      (path) => `${sha256(readFileSync(join(place, path)))}  ${path}`,
    ),
  );

  await objects.delete(keys.audit(2));
  expect(await assay(['audit', 'verify'])).toMatchObject({ code: 0, json: { entries: 1 } });
  expect(await assay(['audit', 'verify', '--head', `${n}:${hash}`])).toMatchObject({ code: 1, json: { ok: false } });
  const first = (await objects.get(keys.audit(1))).toString('utf8');
  await objects.put(keys.audit(1), first.replace('annotator reviewer', 'admin'));
  expect(await assay(['audit', 'verify'])).toMatchObject({
    code: 1,
    json: {
      ok: false,
      entries: 0,
      broken: { key: keys.audit(1), reason: expect.stringContaining('changed') as string },
    },
  });
});

it.each<[string, string[], Record<string, string>, string]>([
  ['a role that is none', ['link', '--role', 'boss', '--name', 'x'], {}, 'ASY-9005'],
  ["a name that could be a provider's", ['link', '--role', 'admin', '--name', 'https://issuer|sub'], {}, 'ASY-9005'],
  ['a run that can be none', ['link', '--role', 'reviewer', '--name', 'x', '--runs', '../a'], {}, 'ASY-9005'],
  ['links that are off', ['link', '--role', 'admin', '--name', 'x'], { ASSAY_LINKS: 'off' }, 'ASY-8005'],
  ['no session key', ['link', '--role', 'admin', '--name', 'x'], { ASSAY_SESSION_KEY: '' }, 'ASY-9006'],
  ['a head that is none', ['audit', 'verify', '--head', '3'], {}, 'ASY-9005'],
  ['an entry that is no number', ['audit', 'ls', '--after', '-1'], {}, 'ASY-9005'],
])('%s is refused with a code', async (_, args, env, code) => {
  await expect(assay(args, env)).rejects.toMatchObject({ code });
});
