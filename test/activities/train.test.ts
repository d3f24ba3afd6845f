import { expect, it } from 'vitest';
import { createImageCodec } from '../../activities/adapters/image-codec.ts';
import { createLabelActivities } from '../../activities/labels.ts';
import { listModels, openHeadOf, showModel } from '../../activities/model-catalog.ts';
import { createScoreActivities } from '../../activities/score.ts';
import { createTrainActivities } from '../../activities/train.ts';
import { drawPairs } from '../../activities/training/draw-pairs.ts';
import { vectorBytes } from '../../activities/vectors.ts';
import type { HeadEvaluation } from '../../models/training/evaluation.ts';
import type { Annotation } from '../../schemas/annotation.ts';
import { HeadReport } from '../../schemas/evaluation.ts';
import type { Item } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { Label } from '../../schemas/label.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { FeatureRow } from '../../schemas/score.ts';
import type { Shard } from '../../schemas/table.ts';
import { annotationOf, idle, ingestRows, noMedia, plantedPairs, stageOn } from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

type Rows = ReturnType<typeof plantedPairs>;

const prepared = async (count: number, given: object = {}, rows: Rows = plantedPairs('d', count)) => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const config = PipelineConfig.parse({ train: given });
  const deps = { ...stage, media: noMedia, codec: createImageCodec(), progress: idle };
  const { items, annotations } = await ingestRows(stage, 'd', rows, 1000);
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
  return { objects, stage, input, ...createTrainActivities(deps) };
};

it('says why no head is trained', async () => {
  const few = await prepared(4);
  expect(await few.planTraining(few.input)).toMatchObject({
    pairs: 4,
    skipped: { code: 'ASY-5004', reason: '4 usable examples; 8 are needed' },
  });
  const { version } = await few.planTraining(few.input);
  await expect(few.fitHead({ run: 'd', name: 'd', version })).rejects.toMatchObject({ code: 'ASY-3002' });
  const held = await prepared(2, { minPairs: 2 });
  expect(await held.planTraining(held.input)).toMatchObject({
    skipped: { reason: '1 usable examples; 2 are needed' },
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

it('tells how a head of one domain does on another, of items that have one', async () => {
  const rows = plantedPairs('d', 90);
  const items = rows.items.map((item, i) => ({ ...item, domain: ['law', 'art', null][i % 3] ?? null }));
  const area = await prepared(90, { transfer: 'domain' }, { ...rows, items });
  const { version } = await area.planTraining(area.input);
  await area.fitHead({ run: 'd', name: 'd', version });
  const evaluation = await area.objects.get(keys.model('d', version, 'eval.json'));
  const { transfer, slices } = HeadReport.parse(JSON.parse(evaluation.toString()));
  const domains = ['art', 'law', 'unknown'];
  expect(transfer).toMatchObject({ by: 'domain', skipped: [] });
  expect([...new Set(transfer?.cells.map(({ trainOn }) => trainOn))]).toEqual(domains);
  expect(slices.find(({ by }) => by === 'domain')?.slices.map(({ value }) => value)).toEqual(domains);
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
    [
      'card.md',
      'eval.json',
      'manifest.json',
      'model.onnx',
      'pairs.parquet',
      'reliability.svg',
      'validation.parquet',
    ].map((file) => keys.model('d', version, file)),
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
  const groupOf = (item: string) => `group of ${item}`;
  const { pairs, usable } = drawPairs(rated(50), groupOf, { validation: 0.2, maxPairs: 60 });
  expect(pairs).toHaveLength(60);
  expect(usable).toBeGreaterThan(60);
  const groupsOf = (side: string) =>
    new Set(pairs.flatMap(({ group, loserGroup, split }) => (split === side ? [group, loserGroup] : [])));
  const [train, validation] = [groupsOf('train'), groupsOf('validation')];
  expect(train.size).toBeGreaterThan(30);
  expect(validation.size).toBeGreaterThan(5);
  expect([...validation].filter((group) => train.has(group))).toEqual([]);
  expect(drawPairs(rated(50), groupOf, { validation: 0.2, maxPairs: 1e6 }).pairs).toHaveLength(usable);
});

/** The planted items, each judged as the statement of its helpful and its curt side says. */
const judged = (
  count: number,
  statements: (helpful: number, item: Item, i: number) => Pick<Annotation, 'task' | 'value'>[],
  change: (item: Item, i: number) => Partial<Item> = () => ({}),
): Rows => {
  const items = plantedPairs('d', count).items.map((item, i) => ({ ...item, ...change(item, i) }));
  const helpfulOf = ({ responses }: Item) => (/explanation|step by step|detail/.test(responses[0]?.text ?? '') ? 0 : 1);
  const annotations = items.flatMap((item, i) =>
    statements(helpfulOf(item), item, i).flatMap((statement, k) => annotationOf(item, `p${k}`, statement)),
  );
  return { items, annotations };
};
const prefer = (side: number, strength: number | null = null): Pick<Annotation, 'task' | 'value'> => ({
  task: 'pairwise',
  value: { preferred: side === 0 ? 'a' : 'b', strength },
});
const fitted = async (area: Awaited<ReturnType<typeof prepared>>) => {
  const { version, skipped } = await area.planTraining(area.input);
  expect(skipped).toBeNull();
  const head = await area.fitHead({ run: 'd', name: 'd', version });
  const { promoted: _, ...manifest } = await showModel(area.objects, 'd', version);
  return { head, manifest };
};
const rowsOf = async <T>(
  { stage }: Awaited<ReturnType<typeof prepared>>,
  shard: Shard | null | undefined,
  columns: string,
): Promise<T[]> =>
  shard == null ? [] : Array.fromAsync(stage.tables.query<T>(`SELECT ${columns} FROM {shard}`, { shard: [shard] }));

it('hands stated strength and P(flip) on to training', async () => {
  const area = await prepared(
    0,
    { margin: 'scale', flips: 'weight' },
    judged(40, (helpful, _, i) => [prefer(helpful, 1 + (i % 4)), prefer(helpful)]),
  );
  const { manifest } = await fitted(area);
  expect(manifest.hyperparameters).toMatchObject({ margin: 'scale', flips: 'weight', 'ensemble.members': 1 });
  const pairs = await rowsOf<{ strength: number; pFlip: number }>(area, manifest.evidence?.pairs, 'strength, "pFlip"');
  expect(new Set(pairs.map(({ strength }) => strength))).toEqual(new Set([1, 2, 3, 4]));
  expect(new Set(pairs.map(({ pFlip }) => pFlip))).toEqual(new Set([0.125]));
});

it.each([
  [
    'plackett-luce',
    'auto',
    (helpful: number) => [{ task: 'ranking' as const, value: { ranks: helpful === 0 ? [1, 2] : [2, 1] } }],
    'list IS NOT NULL AND aspect IS NULL',
  ],
  [
    'regression',
    'regression',
    (helpful: number) =>
      [0, 1].map((response) => ({
        task: 'rating' as const,
        value: { response, aspects: { tone: response === helpful ? 5 : 2 }, min: 1, max: 5 },
      })),
    "list IS NULL AND aspect = 'tone'",
  ],
  [
    'binary',
    'binary',
    (helpful: number) =>
      [0, 1].map((response) => ({ task: 'binary' as const, value: { response, good: response === helpful } })),
    "list IS NULL AND aspect = 'good'",
  ],
])('fits a %s head on labels made for it', async (kind, objective, statements, wanted) => {
  const area = await prepared(0, { objective }, judged(60, statements));
  const { head, manifest } = await fitted(area);
  expect(manifest.kind).toBe(kind);
  expect(head.metrics.accuracy).toBeGreaterThan(0.85);
  const rows = await rowsOf<{ fits: boolean }>(area, manifest.evidence?.examples, `${wanted} AS fits`);
  expect(rows).toHaveLength(120);
  expect(rows.every(({ fits }) => fits)).toBe(true);
});

it('takes the configuration of a workflow that started before settings were added', async () => {
  const area = await prepared(20);
  const { validation, l2, maxPairs, minPairs } = area.input.config;
  const config = { enabled: true, validation, l2, maxPairs, minPairs } as PipelineConfig['train'];
  expect(await area.planTraining({ ...area.input, config })).toEqual(await area.planTraining(area.input));
});

it.each([
  ['process', 'objective process needs features of each step, which only `assay model train` makes'],
  ['ordinal', 'objective ordinal needs labels of rating'],
] as const)('says that the labels lack what %s needs', async (objective, reason) => {
  const area = await prepared(20, { objective });
  expect(await area.planTraining(area.input)).toMatchObject({ skipped: { code: 'ASY-5015', reason } });
});

it('refuses one class, and features that are not numbers', async () => {
  const good = [0, 1].map((response) => ({ task: 'binary' as const, value: { response, good: true } }));
  const same = await prepared(
    0,
    { objective: 'binary' },
    judged(20, () => good),
  );
  const { version } = await same.planTraining(same.input);
  await expect(same.fitHead({ run: 'd', name: 'd', version })).rejects.toMatchObject({ code: 'ASY-5008' });
  const broken = await withFeatures(await prepared(40), () => Number.NaN);
  const plan = await broken.planTraining(broken.input);
  await expect(broken.fitHead({ run: 'd', name: 'd', version: plan.version })).rejects.toMatchObject({
    code: 'ASY-5005',
  });
  expect(await listModels(broken.objects)).toEqual([]);
});

/** The same area with every feature replaced. */
const withFeatures = async (area: Awaited<ReturnType<typeof prepared>>, valueOf: () => number) => {
  const { tables } = area.stage;
  const rows = await Array.fromAsync(tables.read(area.input.features, FeatureRow));
  const vector = vectorBytes(new Float32Array(rows[0]?.dims ?? 0).fill(valueOf()));
  const shard = await tables.writeShard(
    'features',
    FeatureRow,
    rows.map((row) => ({ ...row, vector })),
  );
  return { ...area, input: { ...area.input, features: await tables.commit('features', 'other', [shard]) } };
};

it('trains on constant features a head that prefers nothing', async () => {
  const { head } = await fitted(await withFeatures(await prepared(40), () => 1));
  expect(head.metrics.accuracy).toBe(0.5);
});

it('counts pairs that stand in the data both ways round, whichever items they are of', async () => {
  const rows = judged(
    40,
    (helpful, _, i) => [prefer(i < 20 ? helpful : 1 - helpful)],
    (_, i) => {
      const twin = plantedPairs('d', 20).items[i % 20];
      return twin === undefined ? {} : { prompt: twin.prompt, responses: twin.responses, group: twin.group };
    },
  );
  const area = await prepared(0, {}, rows);
  const { manifest, head } = await fitted(area);
  const evaluation = (await area.objects.get(keys.model('d', manifest.version, 'eval.json'))).toString();
  expect(JSON.parse(evaluation)).toMatchObject({ contradictoryPairs: 16 });
  expect(head.metrics.accuracy).toBe(0.5);
});

it('gives a language with one pair no head of its own', async () => {
  const rows = judged(
    121,
    (helpful) => [prefer(helpful)],
    (_, i) => ({ language: i === 120 ? 'fr' : i % 2 === 0 ? 'en' : 'de' }),
  );
  const area = await prepared(0, { languages: { heads: 'per-language', shrinkage: 1 } }, rows);
  const { manifest } = await fitted(area);
  expect((await openHeadOf(area.objects, manifest)).languages).toEqual(['de', 'en']);
});

it('S244: measures translated pairs and originals apart, twins on one side of the split', async () => {
  const rows = judged(
    200,
    // Translations are judged the other way round one time in two: the table has to show it.
    (helpful, { translatedFrom }, i) => [prefer(translatedFrom !== null && i % 4 < 2 ? 1 - helpful : helpful)],
    (_, i) => ({
      group: `twins ${i >> 1}`,
      language: i % 2 === 0 ? 'en' : 'de',
      translatedFrom: i % 2 === 0 ? null : 'en',
    }),
  );
  const area = await prepared(0, { languages: { heads: 'shared', shrinkage: 1 } }, rows);
  const { manifest } = await fitted(area);
  const evaluation = (await area.objects.get(keys.model('d', manifest.version, 'eval.json'))).toString();
  const { slices } = JSON.parse(evaluation) as HeadEvaluation;
  const table = slices.find(({ by }) => by === 'origin')?.slices ?? [];
  expect(table.map(({ value, n }) => [value, n])).toEqual([
    ['original', 20],
    ['translated', 20],
  ]);
  const [original, translated] = table.map(({ accuracy }) => accuracy);
  expect(original).toBeGreaterThan(0.85);
  expect(translated).toBeLessThan(0.75);
  expect((await area.objects.get(keys.model('d', manifest.version, 'card.md'))).toString()).toMatch(
    /\| translated \| 20 \|/,
  );
});

it('gives the same bytes when trained again in another bucket', async () => {
  const bytes = async () => {
    const area = await prepared(40, { ensemble: { members: 3, combine: 'lcb' } });
    await fitted(area);
    return [...area.objects.entries].flatMap(([key, { body }]) =>
      key.startsWith('models/') ? [[key, body.toString('hex')]] : [],
    );
  };
  const one = await bytes();
  expect(one).toHaveLength(7);
  expect(await bytes()).toEqual(one);
});
