import { expect, it } from 'vitest';
import { promotedVersion } from '../../../activities/model-catalog.ts';
import { type Comparison, judgePromotion, promote, rollback } from '../../../activities/training/promote.ts';
import { promotionsOf } from '../../../activities/training/promotions.ts';
import { trainFile } from '../../../activities/training/train-file.ts';
import { resolveEncoder } from '../../../models/encoders/index.ts';
import { hashOf } from '../../../models/hash.ts';
import { splitByGroup } from '../../../models/split.ts';
import { keys } from '../../../schemas/keys.ts';
import type { HeadManifest } from '../../../schemas/model.ts';
import { TrainConfig } from '../../../schemas/pipeline.ts';
import { idle, stageOn } from '../../support/curation.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';
import { storeHead } from '../../support/stored-head.ts';
import { answers, preferenceRows, trainingFile } from '../../support/training-file.ts';

const encoder = await resolveEncoder('hashed-ngrams', 'text');
const bucket = () => {
  const objects = createMemoryObjects();
  return { ...stageOn(objects, scratch()), objects };
};
type Bucket = ReturnType<typeof bucket>;
const train = async (stage: Bucket, rows: readonly unknown[], given: object = {}) =>
  trainFile(stage, { name: 'm', file: await trainingFile(rows), encoder, config: TrainConfig.parse(given) }, idle());
const letServe = (stage: Bucket, { version }: { version: string }, force = false) =>
  promote(stage, { name: 'm', version, by: 'ann', note: 'n', force });

/** Rows of which those that a head is fitted on are the wrong way round, and those it is measured on are not. */
const spoilt = (name: string, count: number): object[] => {
  const groups = Array.from({ length: count }, (_, i) => hashOf(answers(name, i).prompt));
  const held = splitByGroup(groups, 0.2, 0);
  return preferenceRows(name, count, {}, (prompt) => !held.has(hashOf(prompt)));
};

it('refuses a head that is worse beyond noise on the same held-out pairs', async () => {
  const stage = bucket();
  const good = await train(stage, preferenceRows('a', 100));
  expect(await letServe(stage, good)).toEqual({ promoted: true, reason: 'first head of this name' });
  const bad = await train(stage, spoilt('b', 100));
  const verdict = await letServe(stage, bad);
  expect(verdict.promoted).toBe(false);
  expect(verdict.reason).toMatch(/^worse beyond noise: .* on the same 20 pairs of 20 groups; difference -\d\.\d{3} /);
  expect(await promotedVersion(stage.objects, 'm')).toBe(good.version);
  expect((await promotionsOf(stage.objects, 'm')).records).toHaveLength(1);
});

it('records who forced a head that the gate refused, and what the gate said', async () => {
  const stage = bucket();
  await letServe(stage, await train(stage, preferenceRows('a', 100)));
  const bad = await train(stage, spoilt('b', 100));
  expect((await letServe(stage, bad, true)).promoted).toBe(true);
  expect((await promotionsOf(stage.objects, 'm')).records.at(-1)).toMatchObject({
    version: bad.version,
    by: 'ann',
    note: 'n',
    reason: expect.stringMatching(/^forced, though worse beyond noise/) as string,
  });
});

it('lets a head serve that is not worse beyond noise, and looks only at groups the serving one was not fitted on', async () => {
  const stage = bucket();
  await letServe(stage, await train(stage, preferenceRows('a', 100)));
  // The same prompts and more: which of them validate is a matter of their hash, so most were held out before too.
  const next = await train(stage, preferenceRows('a', 140));
  const verdict = await letServe(stage, next);
  expect(verdict).toMatchObject({
    promoted: true,
    reason: expect.stringMatching(/^not worse beyond noise: /) as string,
  });
  const pairs = Number(/on the same (\d+) pairs/.exec(verdict.reason)?.[1]);
  expect(pairs).toBeGreaterThan(5);
  expect(pairs).toBeLessThan(next.metrics.n);
  expect(await letServe(stage, next)).toEqual({ promoted: true, reason: 'it serves already' });
  expect((await promotionsOf(stage.objects, 'm')).records).toHaveLength(2);
});

it('leaves out groups that the serving head was fitted on by figures alone', async () => {
  const stage = bucket();
  // Of every other prompt both answers are marked good: no pair, but figures.
  const marked = (count: number) =>
    Array.from({ length: count }, (_, i) => answers('a', i)).flatMap(({ prompt, kind, curt }, i) => [
      { prompt, response: kind, label: true },
      { prompt, response: curt, label: i % 2 === 0 },
    ]);
  await letServe(stage, await train(stage, marked(100), { objective: 'binary' }));
  const next = await train(stage, preferenceRows('a', 140));
  const pairs = Number(/on the same (\d+) pairs/.exec((await letServe(stage, next)).reason)?.[1]);
  const held = splitByGroup(
    Array.from({ length: 100 }, (_, i) => hashOf(answers('a', i).prompt)),
    0.2,
    0,
  );
  const fitted = Array.from({ length: 100 }, (_, i) => hashOf(answers('a', i).prompt)).filter(
    (group) => !held.has(group),
  );
  const validation = splitByGroup(
    Array.from({ length: 140 }, (_, i) => hashOf(answers('a', i).prompt)),
    0.2,
    0,
  );
  expect(pairs).toBe([...validation].filter((group) => !fitted.includes(group)).length);
  expect(pairs).toBeLessThan(validation.size);
});

it('says why two heads are not measured on the same pairs, and goes by their intervals', async () => {
  const stage = bucket();
  await storeHead(stage.objects, 'm', 'other', { revision: 'another' });
  await letServe(stage, { version: 'other' });
  const head = await train(stage, preferenceRows('a', 60));
  const { promoted, reason } = await letServe(stage, head);
  expect(promoted).toBe(true);
  expect(reason).toMatch(/each on its own pairs, for their encoders differ$/);
  await storeHead(stage.objects, 'm', 'bare');
  expect((await letServe(stage, { version: 'bare' })).reason).toMatch(/no held-out features beside it$/);
  const alone = await train(stage, preferenceRows('b', 20), { validation: 0 });
  expect((await letServe(stage, alone)).reason).toMatch(/the new head has no held-out pair$/);
});

it('does not let a serving head that is broken keep a whole one from its place', async () => {
  const stage = bucket();
  const first = await train(stage, preferenceRows('a', 40));
  await letServe(stage, first);
  await stage.objects.put(keys.model('m', first.version, 'model.onnx'), 'other bytes');
  const { promoted, reason } = await letServe(stage, await train(stage, preferenceRows('b', 40)));
  expect(promoted).toBe(true);
  expect(reason).toMatch(/the serving head cannot be opened \(ASY-5002\)$/);
  await stage.objects.delete(keys.model('m', (await promotedVersion(stage.objects, 'm')) ?? '', 'pairs.parquet'));
  const third = await letServe(stage, await train(stage, preferenceRows('c', 40)));
  expect(third.promoted).toBe(true);
  expect(third.reason).toMatch(/what lies beside them cannot be read \(ASY-3002\)$/);
});

it('does not let what served before push out what came after it, when old data is run again', async () => {
  const stage = bucket();
  const old = await train(stage, preferenceRows('a', 100));
  await letServe(stage, old);
  const next = await train(stage, preferenceRows('a', 140));
  await letServe(stage, next, true);
  expect(await letServe(stage, old)).toMatchObject({
    promoted: false,
    reason: expect.stringMatching(/^it served before /) as string,
  });
  expect(await promotedVersion(stage.objects, 'm')).toBe(next.version);
});

it('judges by the paired interval where there is one, else by both accuracies’ intervals', () => {
  const head = (version: string, accuracy: number, accuracyCi: [number, number]) =>
    ({ version, metrics: { accuracy, accuracyCi } }) as HeadManifest;
  const serving = head('old', 0.8, [0.75, 0.85]);
  const by = (ci: [number, number]): Comparison => ({
    head: 0.7,
    serving: 0.8,
    difference: { value: -0.1, ci, n: 100, groups: 50 },
  });
  expect(judgePromotion(head('new', 0.9, [0.88, 0.92]), serving, by([-0.2, -0.01]))).toEqual({
    promoted: false,
    reason:
      'worse beyond noise: new 0.700, serving old 0.800 on the same 100 pairs of 50 groups; difference -0.100 (95 % interval -0.200 … -0.010)',
  });
  expect(judgePromotion(head('new', 0.5, [0.4, 0.6]), serving, by([-0.2, 0])).promoted).toBe(true);
  expect(judgePromotion(head('new', 0.78, [0.7, 0.86]), serving, 'x').promoted).toBe(true);
  expect(judgePromotion(head('new', 0.6, [0.5, 0.7]), serving, 'x').promoted).toBe(false);
  expect(judgePromotion(head('new', 0.6, [0.5, 0.7]), null, 'x').promoted).toBe(true);
});

it('rolls back byte for byte, again and again, and does not promote again what was taken back', async () => {
  const stage = bucket();
  const heads = [];
  for (const count of [40, 50, 60]) {
    const head = await train(stage, preferenceRows('a', count));
    heads.push(head.version);
    expect((await letServe(stage, head)).promoted).toBe(true);
  }
  const [first = '', second = '', third = ''] = heads;
  const files = () =>
    [...stage.objects.entries].flatMap(([key, { body }]) =>
      key.includes('/promotions/') ? [] : [[key, body.toString('hex')]],
    );
  const before = files();
  const back = (to: string | null = null) => rollback(stage, { name: 'm', to, by: 'bob', note: 'it likes length' });
  expect(await back()).toEqual({ version: second, previous: third });
  expect(await promotedVersion(stage.objects, 'm')).toBe(second);
  expect(await back()).toEqual({ version: first, previous: second });
  expect(files()).toEqual(before);
  expect((await promotionsOf(stage.objects, 'm')).records.at(-1)).toEqual({
    version: first,
    kind: 'rollback',
    previous: second,
    reason: `rolled back from ${second}`,
    by: 'bob',
    note: 'it likes length',
  });
  await expect(back()).rejects.toMatchObject({ code: 'ASY-5017' });
  await expect(back(first)).rejects.toMatchObject({ code: 'ASY-5017' });
  await expect(back('gone')).rejects.toMatchObject({ code: 'ASY-5001' });
  expect(await letServe(stage, { version: second })).toEqual({
    promoted: false,
    reason: 'it was rolled back by bob: it likes length',
  });
  expect((await letServe(stage, { version: second }, true)).promoted).toBe(true);
  expect(await back(third)).toEqual({ version: third, previous: second });
});

it('goes back once, though the answer to its record got lost or another went back at the same time', async () => {
  const stage = bucket();
  const { objects } = stage;
  for (const version of ['a', 'b', 'c']) {
    await storeHead(objects, 'm', version);
    await letServe(stage, { version }, true);
  }
  const aim = { name: 'm', to: null, by: 'bob', note: '' };
  // Written, but the server's word never came; the client's second try then meets the first.
  const deaf = {
    ...objects,
    create: async (...given: Parameters<typeof objects.create>) => {
      await objects.create(...given);
      return false;
    },
  };
  expect(await rollback({ ...stage, objects: deaf }, aim)).toEqual({ version: 'b', previous: 'c' });
  expect(await promotedVersion(objects, 'm')).toBe('b');
  expect((await promotionsOf(objects, 'm')).records).toHaveLength(4);

  await letServe(stage, { version: 'c' }, true);
  let others = 0;
  const contested = {
    ...objects,
    create: async (...given: Parameters<typeof objects.create>) => {
      if (others++ === 0) await rollback(stage, { ...aim, by: 'ann' });
      return objects.create(...given);
    },
  };
  expect(await rollback({ ...stage, objects: contested }, aim)).toEqual({ version: 'b', previous: 'c' });
  expect((await promotionsOf(objects, 'm')).records.at(-1)).toMatchObject({ version: 'b', by: 'ann' });
});

it('does not go back to a head whose bytes changed', async () => {
  const stage = bucket();
  const first = await train(stage, preferenceRows('a', 40));
  await letServe(stage, first);
  await letServe(stage, await train(stage, preferenceRows('a', 50)));
  await stage.objects.put(keys.model('m', first.version, 'model.onnx'), 'other bytes');
  await expect(rollback(stage, { name: 'm', to: null, by: 'bob', note: '' })).rejects.toMatchObject({
    code: 'ASY-5002',
  });
  await expect(rollback(stage, { name: 'none', to: null, by: 'bob', note: '' })).rejects.toMatchObject({
    code: 'ASY-5017',
  });
});
