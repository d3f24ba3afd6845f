/**
 * How well a head's distance tells texts of another kind from those it was trained on: AUROC against held-out responses, and the
 * share beyond the head's threshold, for questions in eleven languages, source code, and responses with shuffled letters.
 * `node bench/ood.ts HH_RLHF.jsonl MGSM.jsonl CODE… [--encoder ID]`: rows {chosen, rejected}, rows {lang, question}, source files.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { EncoderInput } from '../models/encoders/index.ts';
import { resolveEncoder } from '../models/encoders/index.ts';
import { openHead } from '../models/heads/head.ts';
import { auroc } from '../models/metrics/auroc.ts';
import { createRandom } from '../models/random.ts';
import { splitByGroup } from '../models/split.ts';
import type { TrainingPair } from '../models/training/examples.ts';
import { trainHead } from '../models/training/head.ts';

const rowsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Record<string, string>);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { encoder: { type: 'string', default: 'auto' } },
});
const [preferences = '', multilingual = '', ...code] = positionals;
const encoder = await resolveEncoder(values.encoder, 'text');
const { dims, id, revision } = encoder.manifest;

interface Turn {
  readonly prompt: string;
  readonly response: string;
}
const TURN = '\n\nAssistant:';
const lastTurn = (text: string): Turn => {
  const at = text.lastIndexOf(TURN) + TURN.length;
  return { prompt: text.slice(0, at), response: text.slice(at).trim() };
};
const turns = rowsOf(preferences).flatMap((row) => [lastTurn(row['chosen'] ?? ''), lastTurn(row['rejected'] ?? '')]);
const encode = (given: readonly Turn[]) =>
  encoder.encode(given.map((turn): EncoderInput => ({ kind: 'text', ...turn })));
const validationGroups = splitByGroup(
  turns.map((_, row) => `g${Math.floor(row / 2)}`),
  0.3,
  0,
);
const pairs = Array.from({ length: turns.length / 2 }, (_, i): TrainingPair => {
  const group = `g${i}`;
  const facts = { strength: null, pFlip: null, language: 'en', source: 'hh', translated: false, winnerFirst: true };
  const split = validationGroups.has(group) ? 'validation' : 'train';
  return { winner: 2 * i, loser: 2 * i + 1, group, loserGroup: group, weight: 1, split, ...facts };
});
const features = await encode(turns);
const started = performance.now();
const { onnx, metrics, evaluation } = await trainHead(
  {
    encoder: { id, revision, dims },
    blocks: encoder.blocks,
    features,
    rows: turns.map(({ response }, row) => ({
      language: 'en',
      source: 'hh',
      group: `g${Math.floor(row / 2)}`,
      length: response.length,
      generator: null,
    })),
    pairs,
    lists: [],
    ratings: [],
    steps: [],
  },
  {
    objective: 'bradley-terry',
    margin: 'none',
    flips: 'ignore',
    l2: 0.01,
    ensemble: { members: 1, combine: 'mean', lambda: 1 },
    languages: { heads: 'shared', shrinkage: 'auto', temperature: 1 },
    aspects: {},
    oodQuantile: 0.99,
    seed: 0,
  },
);
const seconds = (performance.now() - started) / 1000;
const head = await openHead(onnx);
const distances = async (given: readonly Turn[]) =>
  (await head.score(await encode(given), given.length)).ood ?? new Float32Array();

const held = turns
  .filter((_, row) => validationGroups.has(`g${Math.floor(row / 2)}`))
  .filter(({ response }) => response.length >= 20);
const random = createRandom(1);
const shuffled = (text: string): string => {
  const letters = Array.from(text);
  for (let i = letters.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [letters[i], letters[j]] = [letters[j] ?? '', letters[i] ?? ''];
  }
  return letters.join('');
};
const shifts = new Map<string, Turn[]>();
for (const { lang, question } of rowsOf(multilingual)) {
  const known = shifts.get(lang ?? '') ?? [];
  if (known.length < 200)
    known.push({ prompt: held[known.length % held.length]?.prompt ?? '', response: question ?? '' });
  shifts.set(lang ?? '', known);
}
const chunks = code.flatMap((file) => readFileSync(file, 'utf8').match(/[\s\S]{1,600}/g) ?? []);
shifts.set(
  'code',
  chunks.slice(0, 400).map((response, i) => ({ prompt: held[i % held.length]?.prompt ?? '', response })),
);
shifts.set(
  'shuffled letters',
  held.slice(0, 400).map(({ prompt, response }) => ({ prompt, response: shuffled(response) })),
);
const usual = await distances(held);
const threshold = head.oodThreshold ?? Infinity;
const beyond = (given: Float32Array) => given.filter((distance) => distance > threshold).length / given.length;
console.log(
  JSON.stringify({
    encoder: id,
    pairs: metrics.trainPairs,
    bytes: onnx.byteLength,
    seconds,
    accuracy: metrics.accuracy,
    accuracyCi: metrics.accuracyCi,
    lengthOnly: metrics.lengthOnlyAccuracy,
    ood: evaluation.ood,
    calibration: { before: evaluation.calibration.before, after: evaluation.calibration.after },
    length: evaluation.length,
    styleShare: evaluation.styleShare,
  }),
);
for (const [name, given] of shifts) {
  const found = await distances(given);
  console.log(
    JSON.stringify({
      shift: name,
      n: given.length,
      auroc: auroc(found, usual),
      flagged: beyond(found),
      falseAlarms: beyond(usual),
    }),
  );
}
