import { expect, it } from 'vitest';
import { openHeadOf } from '../../../activities/model-catalog.ts';
import { drawPairs } from '../../../activities/training/draw-pairs.ts';
import { encodeFile } from '../../../activities/training/file-set.ts';
import { measureOnFile } from '../../../activities/training/measure.ts';
import { headConfig } from '../../../activities/training/plan.ts';
import { trainingSet } from '../../../activities/training/set.ts';
import { trainFile } from '../../../activities/training/train-file.ts';
import { withTwins } from '../../../activities/training/twins.ts';
import { lengthJudge, underAttack } from '../../../activities/training/under-attack.ts';
import { type Encoder, resolveEncoder } from '../../../models/encoders/index.ts';
import { openHead } from '../../../models/heads/head.ts';
import type { TrainingSet } from '../../../models/training/examples.ts';
import { trainHead } from '../../../models/training/head.ts';
import { ATTACK_NAMES, ATTACKS } from '../../../models/trust/attacks.ts';
import type { RobustnessBeside } from '../../../models/trust/robustness.ts';
import { keys } from '../../../schemas/keys.ts';
import { TrainConfig } from '../../../schemas/pipeline.ts';
import { idle, stageOn } from '../../support/curation.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';
import { answers, preferenceRows, trainingFile } from '../../support/training-file.ts';

const encoder = await resolveEncoder('hashed-ngrams', 'text');
const bucket = () => {
  const objects = createMemoryObjects();
  return { ...stageOn(objects, scratch()), objects };
};
const train = async (rows: readonly unknown[], augment: boolean, given: object = {}, stage = bucket()) =>
  trainFile(
    stage,
    { name: 'f', file: await trainingFile(rows), encoder, config: TrainConfig.parse(given), augment },
    idle(),
  );

/** Counts the texts it is given. */
const counting = () => {
  const texts: string[] = [];
  const encode: Encoder['encode'] = (inputs, options) => {
    for (const input of inputs) if (input.kind === 'text') texts.push(input.response);
    return encoder.encode(inputs, options);
  };
  return { texts, encoder: { ...encoder, encode } };
};

const setOf = async (rows: readonly unknown[], by: Encoder = encoder) => {
  const file = await trainingFile(rows);
  const { pairs } = drawPairs(file.labels, file.groupOf, { validation: 0.25, maxPairs: 1000 });
  const { texts, ...matrix } = await encodeFile(file, by, idle());
  return { set: trainingSet({ pairs, rows: [] }, matrix), texts };
};

it('gives each training pair two attacked losers, the same ones every time, and validation pairs none', async () => {
  const { set, texts } = await setOf(preferenceRows('a', 40));
  const seen = counting();
  const twins = await withTwins(set, texts, seen.encoder, idle());
  expect(seen.texts).toHaveLength(60);
  expect(twins.rows).toHaveLength(set.rows.length + 60);
  expect(twins.features).toHaveLength(twins.rows.length * encoder.manifest.dims);
  expect((await withTwins(set, texts, encoder, idle())).features).toEqual(twins.features);
  let place = set.rows.length;
  for (const pair of twins.pairs) {
    expect(pair.attacked ?? []).toHaveLength(pair.split === 'train' ? 2 : 0);
    for (const row of pair.attacked ?? []) {
      const { prompt = '', response = '' } = texts[pair.loser] ?? {};
      const attacked = seen.texts[place - set.rows.length] ?? '';
      expect(row).toBe(place++);
      expect(ATTACK_NAMES.map((name) => ATTACKS[name](response, prompt))).toContain(attacked);
      expect(twins.rows[row]).toMatchObject({
        length: Array.from(attacked).length,
        group: set.rows[pair.loser]?.group,
      });
    }
  }
});

it('encodes each rejected response once per attack, and nothing else', async () => {
  const { set, texts } = await setOf(preferenceRows('a', 30));
  const seen = counting();
  const [longer] = await underAttack([lengthJudge], { set, pairs: set.pairs, texts }, seen.encoder, idle());
  expect(seen.texts).toHaveLength(30 * ATTACK_NAMES.length);
  expect(longer?.after.identity).toEqual(longer?.before);
  expect([...(longer?.after.repeat ?? [])].every((difference, i) => difference < (longer?.before[i] ?? 0))).toBe(true);
});

it('weighs a pair with its twins as the pair alone: twins that changed nothing change no head', async () => {
  const { set } = await setOf(preferenceRows('a', 60));
  const config = headConfig(TrainConfig.parse({}), 'bradley-terry');
  const reward = async (pairs: TrainingSet['pairs']) => {
    const head = await openHead((await trainHead({ ...set, pairs }, config)).onnx);
    return (await head.score(set.features, set.rows.length)).reward;
  };
  const alone = await reward(set.pairs);
  // One pair has no twins: it would weigh less than the others if twins added weight.
  const same = await reward(
    set.pairs.map((pair, i) => (i === 0 ? pair : { ...pair, attacked: [pair.loser, pair.loser] })),
  );
  same.forEach((value, i) => expect(value).toBeCloseTo(alone[i] ?? Number.NaN, 3));
});

/** The kind answer is longer, which is what a head learns first and `repeat` turns round. */
const longerIsBetter = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => {
    const { prompt, kind, curt } = answers(name, i);
    return { prompt, chosen: `${kind} It is ${'very '.repeat(2 + (i % 5))}long.`, rejected: curt };
  });

it('holds up under attack at least as well as a head without twins, and says so in its card (S298)', async () => {
  const stage = bucket();
  const rows = longerIsBetter('a', 160);
  const head = await train(rows, true, {}, stage);
  const plain = await train(rows, false, {}, stage);
  expect(head.version).not.toBe(plain.version);
  expect(head.hyperparameters['augment']).toMatch(/^2 of repeat /);
  expect(plain.hyperparameters).not.toHaveProperty('augment');
  expect(head.metrics).toMatchObject({ n: plain.metrics.n, trainPairs: plain.metrics.trainPairs });
  const text = async (file: string) => (await stage.objects.get(keys.model('f', head.version, file))).toString();
  const { robustness } = JSON.parse(await text('eval.json')) as { robustness: RobustnessBeside };
  expect(robustness.plain.clean.accuracy).toBe(plain.metrics.accuracy);
  expect(robustness.augmented.clean.accuracy).toBe(head.metrics.accuracy);
  expect(robustness.augmented.attacked.value).toBeGreaterThanOrEqual(robustness.plain.attacked.value);
  expect(robustness.plain.attacked.value).toBeLessThan(1);
  expect(await text('card.md')).toContain('| attacked, mean (95 % bootstrap) |');
  expect((await train(rows, true, {}, stage)).onnx.sha256).toBe(head.onnx.sha256);
});

it('measures a stored head under attack on request, identity changing nothing (S219)', async () => {
  const stage = bucket();
  const head = await openHeadOf(stage.objects, await train(preferenceRows('a', 80), false, {}, stage));
  const file = await trainingFile(preferenceRows('b', 40));
  expect((await measureOnFile(head, 'f', file, encoder, idle())).attacks).toBeNull();
  const report = await measureOnFile(head, 'f', file, encoder, idle(), { attacks: true });
  expect(report.attacks?.map(({ attack, n }) => [attack, n])).toEqual(ATTACK_NAMES.map((name) => [name, 40]));
  expect(report.attacks?.[0]).toMatchObject({
    attack: 'identity',
    accuracy: report.accuracy,
    ci: report.accuracyCi,
    successRate: 0,
    lengthOnlyAccuracy: report.lengthOnlyAccuracy,
  });
  expect(report.attacks?.find(({ attack }) => attack === 'repeat')?.lengthOnlyAccuracy).toBe(0);
});

it('refuses twins for what is not fitted on pairs', async () => {
  await expect(train(preferenceRows('a', 40), true, { objective: 'plackett-luce' })).rejects.toMatchObject({
    code: 'ASY-5015',
    message: /attacked twins/,
  });
});

it('keeps twins without validation pairs, and compares nothing', async () => {
  const stage = bucket();
  const head = await train(preferenceRows('a', 40), true, { validation: 0 }, stage);
  const evaluation = (await stage.objects.get(keys.model('f', head.version, 'eval.json'))).toString();
  expect(JSON.parse(evaluation)).toMatchObject({ robustness: null });
});
