import { expect, it } from 'vitest';
import { openHeadOf } from '../../../activities/model-catalog.ts';
import { readTrainingFile } from '../../../activities/training/file-set.ts';
import { measureOnFile } from '../../../activities/training/measure.ts';
import { trainFile } from '../../../activities/training/train-file.ts';
import type { Encoder } from '../../../models/encoders/index.ts';
import { resolveEncoder } from '../../../models/encoders/index.ts';
import { byText } from '../../../models/order.ts';
import { HeadReport } from '../../../schemas/evaluation.ts';
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
const train = async (rows: readonly unknown[], given: object = {}, stage = bucket(), by: Encoder = encoder) =>
  trainFile(
    stage,
    { name: 'f', file: await trainingFile(rows), encoder: by, config: TrainConfig.parse(given) },
    idle(),
  );
const two = <T>(count: number, of: (answer: string, good: boolean, i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => {
    const { kind, curt } = answers('two', i);
    return [of(kind, true, i), of(curt, false, i)];
  }).flat();

it('stores a head from a file, with its evidence and a card', async () => {
  const stage = bucket();
  const head = await train(
    preferenceRows('a', 120, { language: 'en', source: 'pilot' }),
    { leaveOneOut: 'both' },
    stage,
  );
  expect(head).toMatchObject({
    name: 'f',
    kind: 'bradley-terry',
    modality: 'text',
    metrics: { n: 24, trainPairs: 96 },
  });
  expect(head.metrics.accuracy).toBeGreaterThan(0.9);
  expect(head.data).toEqual({ file: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  expect([...stage.objects.entries.keys()].sort(byText).map((key) => key.split('/').at(-1))).toEqual([
    'card.md',
    'eval.json',
    'manifest.json',
    'model.onnx',
    'pairs.parquet',
    'reliability.svg',
    'validation.parquet',
  ]);
  const text = async (file: string) => (await stage.objects.get(keys.model('f', head.version, file))).toString();
  const card = await text('card.md');
  for (const part of [
    '# Reward head f',
    'baseline: length only',
    '95 % Wilson',
    'expected calibration error',
    '| by language | n |',
    '| pilot | 24 |',
    'Mahalanobis distance',
    'right in',
    'contradictory training pairs (in the data both ways round; kept, they cancel): 0',
    'It was measured on 24 pairs only',
    'do not use it to judge people',
  ])
    expect(card).toContain(part);
  // Every table of accuracies has the baseline beside it.
  expect(card.match(/\| length only \|/g)?.length).toBe(card.match(/^\| (by|fitted without) /gm)?.length);
  expect(card).not.toMatch(/NaN|undefined|null/);
  expect(JSON.parse(await text('eval.json'))).toMatchObject({
    counts: 'pairs',
    leaveOneOut: [{ by: 'language' }, { by: 'source' }],
  });
  expect(await text('reliability.svg')).toContain('<title');
});

it('tells how a head of one source does on another, where that is asked for', async () => {
  const stage = bucket();
  const rows = [
    ...preferenceRows('a', 80, { source: 'pilot' }),
    ...preferenceRows('b', 80, { source: 'turned' }, () => true),
  ];
  const { version, hyperparameters } = await train(rows, { transfer: 'source' }, stage);
  expect(hyperparameters['transfer']).toBe('source');
  const text = async (path: string) => (await stage.objects.get(keys.model('f', version, path))).toString();
  const { transfer } = HeadReport.parse(JSON.parse(await text('eval.json')));
  const accuracies = Object.fromEntries(
    (transfer?.cells ?? []).map(({ trainOn, testOn, accuracy }) => [`${trainOn} on ${testOn}`, accuracy]),
  );
  expect(accuracies['pilot on pilot']).toBeGreaterThan(0.9);
  expect(accuracies['pilot on turned']).toBeLessThan(0.1);
  expect(accuracies['turned on pilot']).toBeLessThan(0.1);
  const card = await text('card.md');
  expect(card).toContain('## From one to another');
  expect(card).toMatch(/\| fitted on this source alone \| on pilot \| on turned \|/);
  expect(card).toMatch(/\| n \| \d+ \| \d+ \|/);
  // It is part of what a version is, and of no head's that did not ask.
  expect((await train(rows, {}, bucket())).hyperparameters).not.toHaveProperty('transfer');
});

it('does nothing the second time, and gives the same bytes in another bucket', async () => {
  const [one, other] = [bucket(), bucket()];
  const rows = preferenceRows('a', 60);
  const { version } = await train(rows, {}, one);
  const written = [...one.objects.entries].map(([key, { body }]) => [key, body.toString('hex')]);
  let encoded = 0;
  const counting: Encoder = { ...encoder, encode: (...input) => (encoded++, encoder.encode(...input)) };
  expect(await train(rows, {}, one, counting)).toMatchObject({ version });
  expect(encoded).toBe(0);
  expect([...one.objects.entries].map(([key, { body }]) => [key, body.toString('hex')])).toEqual(written);
  await train(rows, {}, other);
  expect([...other.objects.entries].map(([key, { body }]) => [key, body.toString('hex')])).toEqual(written);
  expect((await train(rows, { l2: 0.1 }, one)).version).not.toBe(version);
  expect((await train(preferenceRows('a', 61), {}, one)).version).not.toBe(version);
});

it.each([
  [
    'plackett-luce',
    Array.from({ length: 60 }, (_, i) => {
      const { prompt, kind, curt } = answers('r', i);
      return { prompt, responses: [curt, kind, `${curt} Really.`], ranks: [2, 1, 3] };
    }),
    'auto',
  ],
  [
    'regression',
    two(60, (response, good, i) => ({ prompt: `p${i}`, response, rating: good ? 4 + (i % 2) : 1 + (i % 2) })),
    'regression',
  ],
  [
    'ordinal',
    two(60, (response, good, i) => ({ prompt: `p${i}`, response, rating: good ? 4 + (i % 2) : 1 + (i % 2) })),
    'ordinal',
  ],
  [
    'multi-objective',
    two(60, (response, good, i) => ({ prompt: `p${i}`, response, aspects: { tone: good ? 5 : 1, length: i % 3 } })),
    'multi-objective',
  ],
  ['binary', two(60, (response, good, i) => ({ prompt: `p${i}`, response, label: good })), 'binary'],
  [
    'process',
    Array.from({ length: 60 }, (_, i) => {
      const { prompt, kind, curt } = answers('s', i);
      return { prompt, completions: [kind, curt], labels: [true, false] };
    }),
    'auto',
  ],
] as const)('fits a %s head', async (kind, rows, objective) => {
  const aspects = kind === 'multi-objective' ? { tone: 1 } : {};
  const head = await train(rows, { objective, aspects });
  expect(head.kind).toBe(kind);
  expect(head.metrics.accuracy).toBeGreaterThan(0.85);
  expect(head.metrics.n).toBeGreaterThan(0);
  expect(head.evidence?.examples?.rows).toBeGreaterThan(0);
});

it('fits a mixture gated by the prompt on an encoder that has prompt features, and on no other', async () => {
  const rows = two(30, (response, good, i) => ({
    prompt: answers('two', i).prompt,
    response,
    aspects: { tone: good ? 5 : 1, verbosity: response.length },
  }));
  const head = await train(
    rows,
    { objective: 'mixture', aspects: { tone: 1 } },
    bucket(),
    await resolveEncoder('static-e5', 'text'),
  );
  expect(head.kind).toBe('mixture');
  expect(head.metrics.accuracy).toBeGreaterThan(0.8);
  await expect(train(rows, { objective: 'mixture' })).rejects.toMatchObject({ code: 'ASY-5015' });
});

it('uses stated strength and P(flip) where it is told to', async () => {
  const rows = preferenceRows('a', 60).map((row, i) => ({ ...row, margin: 1 + (i % 4), pFlip: (i % 5) / 10 }));
  const heads = await Promise.all(
    [{}, { margin: 'subtract' }, { margin: 'scale' }, { flips: 'soft' }, { flips: 'weight' }].map(async (given) => {
      const stage = bucket();
      return (await train(rows, given, stage)).onnx.sha256;
    }),
  );
  expect(new Set(heads).size).toBe(5);
});

it('measures a stored head on another file, and writes nothing', async () => {
  const stage = bucket();
  const head = await train(preferenceRows('a', 120), {}, stage);
  const before = [...stage.objects.entries.keys()];
  const file = await trainingFile([
    ...preferenceRows('b', 40, { language: 'en', source: 'one' }),
    ...preferenceRows('c', 20, { language: 'de', source: 'two' }, () => true),
  ]);
  const report = await measureOnFile(await openHeadOf(stage.objects, head), 'f', file, encoder, idle());
  expect(report.n).toBe(60);
  expect(report.accuracy).toBeGreaterThan(0.6);
  expect(report.accuracyCi[0]).toBeLessThan(report.accuracy);
  expect(report.languages.map(({ value, n }) => [value, n])).toEqual([
    ['de', 20],
    ['en', 40],
  ]);
  expect(report.sources.find(({ value }) => value === 'two')?.accuracy).toBeLessThan(0.1);
  expect(report.oodShare).toBeGreaterThanOrEqual(0);
  expect([...stage.objects.entries.keys()]).toEqual(before);
});

it('refuses to measure with another encoder, or on a file without pairs', async () => {
  const stage = bucket();
  const head = await openHeadOf(stage.objects, await train(preferenceRows('a', 40), {}, stage));
  const file = await trainingFile(preferenceRows('b', 4));
  const other: Encoder = { ...encoder, manifest: { ...encoder.manifest, revision: 'other' } };
  await expect(measureOnFile(head, 'f', file, other, idle())).rejects.toMatchObject({ code: 'ASY-5006' });
  const alone = await trainingFile([{ prompt: 'p', response: 'x', rating: 1 }]);
  await expect(measureOnFile(head, 'f', alone, encoder, idle())).rejects.toMatchObject({ code: 'ASY-5004' });
});

const constant: Encoder = {
  ...encoder,
  encode: async (inputs) => new Float32Array(inputs.length * encoder.manifest.dims).fill(1),
};
const broken: Encoder = {
  ...encoder,
  encode: async (inputs) => new Float32Array(inputs.length * encoder.manifest.dims).fill(Number.NaN),
};

it.each([
  ['an empty file', [], {}, encoder, 'ASY-5004'],
  ['fewer pairs than asked for', preferenceRows('a', 4), {}, encoder, 'ASY-5004'],
  ['one training pair', preferenceRows('a', 2), { minPairs: 2 }, encoder, 'ASY-5004'],
  [
    'one class',
    two(20, (response, _, i) => ({ prompt: `p${i}`, response, label: true })),
    { objective: 'binary' },
    encoder,
    'ASY-5008',
  ],
  [
    'steps that are all right',
    Array.from({ length: 20 }, (_, i) => ({ prompt: `p${i}`, completions: ['a', 'b'], labels: [true, true] })),
    {},
    encoder,
    'ASY-5008',
  ],
  ['ratings that are not there', preferenceRows('a', 40), { objective: 'regression' }, encoder, 'ASY-5015'],
  ['steps that are not there', preferenceRows('a', 40), { objective: 'process' }, encoder, 'ASY-5015'],
  [
    'an aspect that nobody rated',
    two(30, (response, good, i) => ({ prompt: `p${i}`, response, rating: good ? 2 : 1 })),
    { objective: 'multi-objective', aspects: { tone: 1 } },
    encoder,
    'ASY-5010',
  ],
  ['features that are not numbers', preferenceRows('a', 40), {}, broken, 'ASY-5005'],
] as const)('refuses %s', async (_, rows, given, by, code) => {
  const stage = bucket();
  await expect(train(rows, given, stage, by)).rejects.toMatchObject({ code });
  expect([...stage.objects.entries.keys()].filter((key) => key.endsWith('manifest.json'))).toEqual([]);
});

it('trains on constant features a head that prefers nothing, and says so', async () => {
  const stage = bucket();
  const head = await train(preferenceRows('a', 60), {}, stage, constant);
  expect(head.metrics.accuracy).toBe(0.5);
  const card = (await stage.objects.get(keys.model('f', head.version, 'card.md'))).toString();
  expect(card).toContain('reaches down to a coin toss');
});

it('counts contradictory pairs, and gives a language with one pair no head of its own', async () => {
  const stage = bucket();
  const rows = [
    ...preferenceRows('a', 60, { language: 'en' }),
    ...preferenceRows('a', 60, { language: 'en' }, (prompt) => /[05]\)\.$/.test(prompt)),
    ...preferenceRows('b', 60, { language: 'de' }),
    ...preferenceRows('c', 1, { language: 'fr' }),
  ];
  const head = await train(rows, { languages: { heads: 'per-language', shrinkage: 1 } }, stage);
  const evaluation = JSON.parse((await stage.objects.get(keys.model('f', head.version, 'eval.json'))).toString()) as {
    contradictoryPairs: number;
  };
  expect(evaluation.contradictoryPairs).toBeGreaterThan(5);
  const opened = await openHeadOf(stage.objects, head);
  expect(opened.languages).toEqual(['de', 'en']);
});

it('reads a file in pieces', async () => {
  const pieces = async function* () {
    for (const piece of [
      '{"prompt":"p","cho',
      'sen":"a","rejected":"b"}\n{"prompt":"q","response":"x",',
      '"rating":1}\n',
    ])
      yield Buffer.from(piece);
  };
  expect((await readTrainingFile(pieces(), 'x')).rows).toHaveLength(2);
});
