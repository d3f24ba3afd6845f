import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { createTableStore } from '../../../activities/adapters/tables.ts';
import { exportToFolder } from '../../../activities/dataset/export-folder.ts';
import { verifyDataset } from '../../../activities/dataset/verify.ts';
import { keys } from '../../../schemas/keys.ts';
import { exporting, runCuration } from '../../support/curation.ts';
import { forgeDecisions, NAME, PLAIN, publishedPairs } from '../../support/published.ts';
import { scratch } from '../../support/scratch.ts';

const signer = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');

it('hashes the files of a version, the tables it was made from and the head that scored', async () => {
  const stage = await publishedPairs(40);
  const { dataset, head } = await stage.curate({ train: {} });
  const sound = await verifyDataset(stage, NAME);
  expect(sound).toMatchObject({ ok: true, mismatched: [], version: dataset.version, signature: { state: 'none' } });
  const { files } = await stage.manifest(dataset.version);
  // Items, annotations, labels, features and scores have a list of shards and a shard each; inputs and the head are one more each.
  expect(sound.checked).toBe(files.length + 2 * 5 + 2);

  const shard = [...stage.objects.entries.keys()].find(
    (key) => key.startsWith('tables/items/') && key.endsWith('.parquet'),
  );
  const onnx = keys.model(NAME, head?.version ?? '', 'model.onnx');
  for (const key of [shard ?? '', onnx]) await stage.objects.put(key, 'other bytes');
  expect((await verifyDataset(stage, NAME)).mismatched).toEqual([shard, onnx]);
});

it('misses a table version that is gone, and one whose shards are others', async () => {
  const stage = await publishedPairs();
  await stage.curate();
  const fresh = () => ({ ...stage, tables: createTableStore({ objects: stage.objects, tempDir: scratch() }) });
  const { items } = stage.refs;
  const key = keys.tableManifest('items', items.version);
  const place = `${key}#${NAME}`;
  const body = (await stage.objects.get(key)).toString();
  await stage.objects.put(
    key,
    body.replace(/("shards":\[\{"key":"[^"]*","sha256":")[0-9a-f]{64}/, `$1${'0'.repeat(64)}`),
  );
  const changed = await verifyDataset(fresh(), NAME);
  expect(changed.ok).toBe(false);
  expect(changed.mismatched).toContain(place);
  await stage.objects.delete(key);
  expect((await verifyDataset(fresh(), NAME)).mismatched).toEqual([place]);
});

it('looks at formats that were exported after publication, too', async () => {
  const stage = await publishedPairs();
  const { dataset } = await stage.curate({ export: { formats: ['trl-sft'] } });
  const before = await verifyDataset(stage, NAME);
  await exportToFolder({ ...stage, ...exporting() }, { name: NAME, format: 'trl-kto' }, async (path) => path);
  const after = await verifyDataset(stage, NAME);
  expect(after).toMatchObject({ ok: true });
  expect(after.checked).toBeGreaterThan(before.checked);
  await stage.objects.put(keys.datasetFile(NAME, dataset.version, 'exports/trl-kto/train.jsonl'), '{}\n');
  expect((await verifyDataset(stage, NAME)).mismatched).toEqual(['exports/trl-kto/train.jsonl']);
});

it('holds a signature against the key of who should have signed', async () => {
  const stage = await publishedPairs(30, signer.privateKey);
  const { dataset } = await stage.curate();
  const { signature } = await verifyDataset(stage, NAME);
  expect(signature).toMatchObject({ state: 'unchecked', keyid: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const good = await verifyDataset(stage, NAME, { key: signer.publicKey });
  expect(good).toMatchObject({ ok: true, signature: { state: 'good' } });
  const stranger = await verifyDataset(stage, NAME, { key: other.publicKey });
  expect(stranger).toMatchObject({ ok: false, mismatched: ['manifest.sig.json'], signature: { state: 'bad' } });

  // Run again: the signature stands, to the byte.
  const file = keys.datasetFile(NAME, dataset.version, 'manifest.sig.json');
  const before = await stage.objects.get(file);
  await stage.curate();
  expect(await stage.objects.get(file)).toEqual(before);

  await stage.objects.put(file, 'no JSON');
  expect(await verifyDataset(stage, NAME)).toMatchObject({ ok: false, signature: { state: 'bad', keyid: null } });
});

it('finds with the key alone what a forger made agree', async () => {
  const stage = await publishedPairs(30, signer.privateKey);
  const { dataset } = await stage.curate();
  await forgeDecisions(stage, dataset.version, (decision) => ({ ...decision, reason: 'because' }));
  expect(await verifyDataset(stage, NAME)).toMatchObject({ ok: true });
  expect(await verifyDataset(stage, NAME, { key: signer.publicKey })).toMatchObject({
    ok: false,
    mismatched: ['manifest.sig.json'],
  });
});

it('asks for a signature where a key is given, and signs what was published before there was a key', async () => {
  const stage = await publishedPairs();
  await stage.curate();
  expect(await verifyDataset(stage, NAME, { key: signer.publicKey })).toMatchObject({
    ok: false,
    mismatched: ['manifest.sig.json'],
    signature: { state: 'none' },
  });
  // The same curation with a key finds the version published, and signs it.
  await runCuration({ ...stage, signingKey: signer.privateKey } as typeof stage, NAME, stage.refs, PLAIN);
  expect(await verifyDataset(stage, NAME, { key: signer.publicKey })).toMatchObject({ ok: true });
});
