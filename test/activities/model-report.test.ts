import { expect, it } from 'vitest';
import { cardOf, modelReport, reliabilityOf } from '../../activities/model-report.ts';
import { promote, rollback } from '../../activities/training/promote.ts';
import { trainFile } from '../../activities/training/train-file.ts';
import { resolveEncoder } from '../../models/encoders/index.ts';
import { keys } from '../../schemas/keys.ts';
import { TrainConfig } from '../../schemas/pipeline.ts';
import { idle, stageOn } from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';
import { storeHead } from '../support/stored-head.ts';
import { preferenceRows, trainingFile } from '../support/training-file.ts';

const encoder = await resolveEncoder('hashed-ngrams', 'text');

const trained = async () => {
  const objects = createMemoryObjects();
  const stage = { ...stageOn(objects, scratch()), objects };
  const file = await trainingFile(preferenceRows('a', 60));
  const train = (oodQuantile: number) =>
    trainFile(stage, { name: 'm', file, encoder, config: TrainConfig.parse({ oodQuantile }) }, idle());
  const [first, second] = [await train(0.99), await train(0.95)];
  for (const { version } of [first, second])
    await promote(stage, { name: 'm', version, by: 'ann', note: 'n', force: true });
  await rollback(stage, { name: 'm', to: null, by: 'bob', note: 'odd' });
  return { objects, first, second };
};

it('says what a head measured, which version serves, and how that came about', async () => {
  const { objects, first, second } = await trained();
  const report = await modelReport(objects, 'm', second.version);
  expect(report.manifest).toEqual(second);
  expect(report.serving).toBe(first.version);
  expect(report.versions.map(({ version }) => version)).toEqual([second.version, first.version]);
  expect(report.promotions.map(({ kind, version, by, note }) => [kind, version, by, note])).toEqual([
    ['promote', first.version, 'ann', 'n'],
    ['promote', second.version, 'ann', 'n'],
    ['rollback', first.version, 'bob', 'odd'],
  ]);
  const times = report.promotions.map(({ at }) => at ?? Number.NaN);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(report.evaluation).toMatchObject({
    counts: 'pairs',
    baseline: 'length only',
    gain: second.metrics.gain,
    calibration: { before: { ece: second.metrics.eceUncalibrated }, after: { ece: second.metrics.ece } },
    ood: second.metrics.ood,
  });
  expect(report.limits).toContain('It is linear in frozen text features.');
});

it('shows the version that serves where none is named, and its files', async () => {
  const { objects, first } = await trained();
  expect((await modelReport(objects, 'm')).manifest.version).toBe(first.version);
  expect(await reliabilityOf(objects, 'm', first.version)).toMatch(/^<svg /);
  expect(await cardOf(objects, 'm', first.version)).toContain(`# Reward head m ${first.version}`);
});

it('does without an evaluation where there is none, or none that can be read', async () => {
  const objects = createMemoryObjects();
  await storeHead(objects, 'm', 'v1');
  expect(await modelReport(objects, 'm')).toMatchObject({
    evaluation: null,
    limits: [],
    serving: null,
    promotions: [],
  });
  await objects.put(keys.model('m', 'v1', 'eval.json'), '{"counts": 7}');
  expect((await modelReport(objects, 'm')).evaluation).toBeNull();
});

it.each([
  ['nobody', undefined],
  ['../m', undefined],
  ['m', '../v1'],
  ['m', 'v2'],
  ['m', ''],
  ['<script>', undefined],
])('knows no model %j %j', async (name, version) => {
  const objects = createMemoryObjects();
  await storeHead(objects, 'm', 'v1');
  await expect(modelReport(objects, name, version)).rejects.toMatchObject({ code: 'ASY-5001' });
  await expect(reliabilityOf(objects, name, version ?? 'v1')).rejects.toMatchObject({ code: 'ASY-5001' });
});
