/** Datasets people can stand behind, through the command line on real servers: signed, verified, traced, compared, taken back. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keys } from '../../schemas/keys.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

const [signer, stranger] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
const publicPem = ({ publicKey }: typeof signer): string =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();
const scratch = mkdtempSync(join(tmpdir(), 'assay-e2e-'));
const stored = (name: string, text: string): string => {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
};

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({
    ASSAY_SIGNING_KEY: stored('signer.pem', signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  });
});
afterAll(async () => {
  await stack?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const rows = Array.from({ length: 24 }, (_, i) => ({
  prompt: `Why is number ${i} of interest?`,
  chosen: `Number ${i} is ${i % 7} more than ${i - (i % 7)}, as one can see.`,
  rejected: `No idea about ${i}.`,
}));

/** Pushes the same rows under another drop, curated into the dataset `stood` with the settings given. */
const curate = async (drop: string, curateYaml: string) => {
  const file = stored(`${drop}.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const pipeline = stored(`${drop}.yaml`, `train:\n  enabled: false\ncurate:\n  name: stood\n${curateYaml}`);
  const { code, json, stderr } = await stack.assay(
    'drop',
    'push',
    file,
    '--name',
    drop,
    '--pipeline',
    pipeline,
    '--wait',
  );
  expect(stderr).not.toContain('ASY-');
  expect(code).toBe(0);
  return (json as { datasets: { version: string }[] }).datasets[0]?.version ?? '';
};

it('signs what it publishes, verifies it, traces it both ways, compares two versions and goes back and forth', async () => {
  const first = await curate('one', '  seed: 1\n');
  const key = stored('signer.pub.pem', publicPem(signer));
  const verified = await stack.assay('dataset', 'verify', 'stood', '--key', key);
  expect(verified.json).toMatchObject({ ok: true, version: first, mismatched: [], signature: { state: 'good' } });
  const doubted = await stack.assay(
    'dataset',
    'verify',
    'stood',
    '--key',
    stored('other.pub.pem', publicPem(stranger)),
  );
  expect(doubted).toMatchObject({ code: 1, json: { ok: false, mismatched: ['manifest.sig.json'] } });

  const explained = (await stack.assay('dataset', 'explain', 'stood', (await itemOfLine('one', 5)).item)).json;
  expect(explained).toMatchObject({ selected: true, recomputed: true, source: { drop: 'one', row: 5 } });

  const out = join(scratch, 'out');
  await stack.assay('dataset', 'export', 'stood', '--format', 'trl-sft', '--out', out);
  const [line = ''] = readFileSync(join(out, 'train.jsonl'), 'utf8').split('\n');
  const up = (await stack.assay('dataset', 'trace', 'stood', '--row', 'trl-sft/train.jsonl:1')).json as Traced;
  const at = up.datasets[0]?.traces[0]?.source.row ?? 0;
  expect(line).toContain(JSON.stringify(rows[at - 1]?.chosen));

  // Another drop with the same name of dataset: its own items, and the version that stands now.
  const second = await curate('two', '  seed: 2\n  validation: 0.5\n');
  const diff = (await stack.assay('dataset', 'diff', `stood@${first}`, 'stood')).json;
  expect(diff).toMatchObject({ a: { version: first }, b: { version: second }, rows: { added: 24, removed: 24 } });
  expect(diff).toMatchObject({
    config: [
      { path: 'curate.seed', before: 1, after: 2 },
      { path: 'curate.validation', before: 0.1, after: 0.5 },
    ],
  });

  const manifest = keys.datasetFile('stood', first, 'manifest.json');
  const before = await stack.services.objects.get(manifest);
  const back = await stack.assay('dataset', 'rollback', 'stood', '--by', 'ann', '--note', 'too little to train on');
  expect(back.json).toEqual({ name: 'stood', version: first, previous: second });
  expect(await stack.services.objects.get(manifest)).toEqual(before);
  expect((await stack.assay('dataset', 'show', 'stood')).json).toMatchObject({
    version: first,
    releases: [
      { kind: 'publish', version: first },
      { kind: 'publish', version: second },
      { kind: 'rollback', version: first, by: 'ann' },
    ],
  });
  expect((await stack.assay('dataset', 'rollback', 'stood')).stderr).toContain('ASY-6302');
  expect((await stack.assay('dataset', 'rollback', 'stood', '--to', second)).json).toMatchObject({ version: second });
  expect((await stack.assay('dataset', 'verify', 'stood', '--key', key)).json).toMatchObject({
    ok: true,
    version: second,
  });
  expect((await stack.assay('dataset', 'verify', 'stood', '--version', first)).json).toMatchObject({ ok: true });
});

type Traced = { datasets: { traces: { item: string; source: { row: number } }[] }[] };

const itemOfLine = async (drop: string, row: number): Promise<{ item: string }> => {
  const { json } = await stack.assay('dataset', 'trace', '--line', `${drop}:${drop}.jsonl:${row}`);
  const [trace] = (json as Traced).datasets[0]?.traces ?? [];
  if (trace === undefined) throw new Error(`nothing came from line ${row}`);
  return trace;
};

it('asks for one start, and refuses one that leads nowhere', async () => {
  expect(await stack.assay('dataset', 'trace', 'stood')).toMatchObject({ code: 2 });
  expect(await stack.assay('dataset', 'trace', '--row', 'trl-sft/train.jsonl:1')).toMatchObject({ code: 2 });
  expect((await stack.assay('dataset', 'trace', '--line', 'one:one.jsonl:99')).stderr).toContain('ASY-6303');
});
