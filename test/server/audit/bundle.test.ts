import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { keys } from '../../../schemas/keys.ts';
import { auditBundle } from '../../../server/audit/bundle.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';

const RECORDS = [
  keys.audit(1),
  keys.datasetRelease('tone', 1),
  keys.datasetWaiver('tone', 1),
  ...['manifest.json', 'manifest.sig.json', 'lineage.json', 'card.md', 'withdrawn.json'].map((path) =>
    keys.datasetFile('tone', 'v1', path),
  ),
  keys.modelPromotion('head', 1),
  ...['manifest.json', 'eval.json', 'card.md', 'withdrawn.json'].map((path) => keys.model('head', 'v1', path)),
  keys.retentionPolicy(1),
  keys.retentionRecord(1),
  keys.erasure('e1'),
  keys.reading('drift', 1),
  keys.alertAcknowledged('drift', 1),
  keys.alertDelivery('drift', 1),
];
/** Data, models, what people said, who was erased, secrets of webhooks, and work under way. */
const OTHERS = [
  keys.datasetFile('tone', 'v1', 'data/000000.parquet'),
  keys.datasetFile('tone', 'v1', 'exports/hf/card.md'),
  keys.model('head', 'v1', 'model.onnx'),
  keys.vote('a'.repeat(64)),
  keys.note('a'.repeat(64)),
  keys.annotator('sub_a'),
  keys.tombstone('sub_a'),
  keys.erasureStep('e1', 'plan'),
  keys.retentionStep('r1', 'plan'),
  keys.monitor('drift'),
  keys.endedSession('s1'),
];

const bundled = async (order: readonly string[]) => {
  const objects = createMemoryObjects();
  for (const key of order) await objects.put(key, `bytes of ${key}`);
  return Array.fromAsync(auditBundle(objects));
};

it('holds every record and nothing else, in order, and last their hashes as sha256sum writes them', async () => {
  const files = await bundled([...OTHERS, ...RECORDS]);
  expect(files.map(({ path }) => path)).toEqual([...RECORDS.toSorted(), 'SHA256SUMS']);
  for (const { path, body } of files.slice(0, -1)) expect(body.toString()).toBe(`bytes of ${path}`);
  const lines = files
    .slice(0, -1)
    .map(({ path, body }) => `${createHash('sha256').update(body).digest('hex')}  ${path}`);
  expect(files.at(-1)?.body.toString()).toBe(`${lines.join('\n')}\n`);
});

it('is the same whatever the order in which records came', async () => {
  expect(await bundled(RECORDS.toReversed())).toEqual(await bundled(RECORDS));
});
