import { expect, it } from 'vitest';
import { createLabelActivities } from '../../activities/labels.ts';
import { listModels, showModel } from '../../activities/model-catalog.ts';
import { createScoreActivities } from '../../activities/score.ts';
import { createTrainActivities } from '../../activities/train.ts';
import { pairRows, pairsBySide } from '../../activities/training/plan.ts';
import { judgePromotion } from '../../activities/training/promote.ts';
import { keys } from '../../schemas/keys.ts';
import type { Label } from '../../schemas/label.ts';
import type { HeadManifest } from '../../schemas/model.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { idle, ingestRows, noMedia, plantedPairs, stageOn } from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const prepared = async (count: number, given: object = {}) => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const config = PipelineConfig.parse({ train: given });
  const deps = { ...stage, media: noMedia, progress: idle };
  const { items, annotations } = await ingestRows(stage, 'd', plantedPairs('d', count), 1000);
  const scoring = createScoreActivities(deps);
  const { labels } = await createLabelActivities(deps).aggregate({
    run: 'd',
    items,
    annotations: [annotations],
    config: config.aggregate,
  });
  await scoring.encodeShard({ run: 'd', items, shard: 0, config: config.score });
  const { features } = await scoring.commitFeatures({ run: 'd', items, config: config.score });
  const input = { run: 'd', name: 'd', modality: 'text' as const, items, labels, features, config: config.train };
  return { objects, input, ...createTrainActivities(deps) };
};

it('says why no head is trained', async () => {
  const few = await prepared(4);
  expect(await few.planTraining(few.input)).toMatchObject({
    pairs: 4,
    skipped: { code: 'ASY-5004', reason: '4 usable pairs; 8 are needed' },
  });
  const { version } = await few.planTraining(few.input);
  await expect(few.fitHead({ run: 'd', name: 'd', version })).rejects.toMatchObject({ code: 'ASY-3002' });
  const held = await prepared(2, { minPairs: 2 });
  expect(await held.planTraining(held.input)).toMatchObject({
    skipped: { reason: '1 usable pairs; 2 are needed' },
  });
  await expect(held.fitHead({ run: 'd', name: 'd', version: 'none' })).rejects.toMatchObject({ code: 'ASY-3002' });
});

it('makes a version of everything the head depends on', async () => {
  const area = await prepared(20);
  const { version } = await area.planTraining(area.input);
  const versions = await Promise.all([
    area.planTraining({ ...area.input, config: { ...area.input.config, l2: 1 } }),
    area
      .planTraining({ ...area.input, labels: { ...area.input.labels, version: 1, digest: 'f'.repeat(64) } })
      .catch(() => ({ version: 'unread' })),
  ]);
  expect(new Set([version, ...versions.map((plan) => plan.version)]).size).toBe(3);
  expect(await area.planTraining({ ...area.input, run: 'other' })).toMatchObject({ version, pairs: 20, skipped: null });
});

it('fits once, and leaves a version that exists as it is', async () => {
  const area = await prepared(40, { maxPairs: 30 });
  const { version, pairs } = await area.planTraining(area.input);
  expect(pairs).toBe(30);
  const head = await area.fitHead({ run: 'd', name: 'd', version });
  expect(head.metrics.n + head.metrics.trainPairs).toBe(30);
  expect(head.metrics.n).toBeGreaterThan(0);
  expect(head.promoted).toBe(false);
  const before = [...area.objects.entries.keys()].filter((key) => key.startsWith('models/'));
  expect(before.sort()).toEqual(
    ['card.md', 'eval.json', 'manifest.json', 'model.onnx', 'pairs.parquet'].map((file) =>
      keys.model('d', version, file),
    ),
  );
  expect(await area.promoteHead({ name: 'd', version })).toEqual({
    promoted: true,
    reason: 'first head of this name',
  });
  expect(await area.promoteHead({ name: 'd', version })).toMatchObject({ promoted: true });
  expect(await area.fitHead({ run: 'elsewhere', name: 'd', version })).toEqual({ ...head, promoted: true });
  expect(await listModels(area.objects)).toMatchObject([{ name: 'd', version, promoted: true }]);
  await expect(showModel(area.objects, 'nobody')).rejects.toMatchObject({ code: 'ASY-5001' });
  await expect(area.promoteHead({ name: 'd', version: 'gone' })).rejects.toMatchObject({ code: 'ASY-5001' });
});

const rated = (count: number): Label[] =>
  Array.from({ length: count }, (_, i) => ({
    item: `i${i}`,
    task: 'rating',
    response: 0,
    aspect: 'quality',
    category: null,
    value: (i * 7) % 5,
    posterior: null,
    pFlip: null,
    agreement: null,
    std: null,
    n: 1,
    votes: {},
    method: 'mean',
  }));

it('keeps groups of training and validation apart, also of responses compared across prompts', () => {
  const sides = pairsBySide(rated(50), (item) => `group of ${item}`, 0.2);
  const groupsOf = (pairs: typeof sides.train) =>
    new Set(pairs.flatMap(({ group, loserGroup }) => [group, loserGroup]));
  const [train, validation] = [groupsOf(sides.train), groupsOf(sides.validation)];
  expect(train.size).toBe(40);
  expect(validation.size).toBe(10);
  expect([...validation].filter((group) => train.has(group))).toEqual([]);
  const rows = pairRows(sides, 60);
  expect(rows).toHaveLength(60);
  for (const { group, split } of rows) expect((split === 'train' ? train : validation).has(group)).toBe(true);
  expect(pairRows(sides, 1e6)).toHaveLength(sides.train.length + sides.validation.length);
});

it('promotes unless the head is worse beyond noise', () => {
  const head = (version: string, accuracy: number, ci: [number, number]) =>
    ({ version, metrics: { accuracy, accuracyCi: ci } }) as HeadManifest;
  const serving = head('old', 0.8, [0.75, 0.85]);
  expect(judgePromotion(head('new', 0.78, [0.7, 0.86]), serving).promoted).toBe(true);
  expect(judgePromotion(head('new', 0.6, [0.5, 0.7]), serving)).toEqual({
    promoted: false,
    reason: 'worse beyond noise: new: 0.600 (0.500 … 0.700) against serving old: 0.800 (0.750 … 0.850)',
  });
  expect(judgePromotion(head('new', 0.6, [0.5, 0.7]), null).promoted).toBe(true);
  expect(judgePromotion(head('old', 0.8, [0.75, 0.85]), serving).reason).toBe('it serves already');
});
