/**
 * Whether process heads find the first wrong step, on BIG-Bench Mistake (Tyen et al. 2023) files given as arguments: JSONL rows
 * {input, steps, mistake_index} (null where no step is wrong). `node bench/process.ts FILE… [--encoders hashed-ngrams,static-e5]
 * [--l2 0.01]` prints a Markdown table.
 *
 * Five folds of problems: every solution is judged once, by a head that saw no solution of its problem. A head is fitted on steps
 * up to the first wrong one, as PRM800K is labelled, and judges all of them. What a head or a baseline chooses (the threshold,
 * the step) it chooses on the solutions of the other folds.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveEncoder } from '../models/encoders/index.ts';
import { sha256, unitHash } from '../models/hash.ts';
import { openHead } from '../models/heads/head.ts';
import { wilson } from '../models/metrics/wilson.ts';
import { quantile } from '../models/order.ts';
import { firstWrongStep, mistakeAccuracy, stepTexts } from '../models/process-reward.ts';
import { createRandom } from '../models/random.ts';
import type { HeadConfig, TrainingStep } from '../models/training/examples.ts';
import { trainHead } from '../models/training/head.ts';
import { pairedDifference } from '../models/trust/bootstrap.ts';

interface Solution {
  readonly prompt: string;
  readonly steps: readonly string[];
  readonly mistake: number | null;
  readonly source: string;
}

const FOLDS = 5;
/** What the last lines of the table are of. */
const ALL = 'all together';
const foldOf = ({ prompt }: Solution): number => Math.floor(unitHash('fold', sha256(prompt)) * FOLDS);

const read = (file: string): Solution[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const row = JSON.parse(line) as { input: string; steps: string[]; mistake_index: number | null };
      return { prompt: row.input, steps: row.steps, mistake: row.mistake_index, source: basename(file) };
    });

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    encoders: { type: 'string', default: 'hashed-ngrams,static-e5' },
    l2: { type: 'string', default: '0.01' },
  },
});

const config: HeadConfig = {
  objective: 'process',
  margin: 'none',
  flips: 'ignore',
  l2: Number(values.l2),
  ensemble: { members: 1, combine: 'mean', lambda: 1 },
  languages: { heads: 'shared', shrinkage: 'auto', temperature: 1 },
  aspects: {},
  oodQuantile: 0.95,
  seed: 0,
};

/** P(right) of every step of every solution, by a head that saw no solution of its problem. */
const outOfFold = async (solutions: readonly Solution[], encoderId: string): Promise<Float32Array[]> => {
  const encoder = await resolveEncoder(encoderId, 'text');
  const { dims, id, revision } = encoder.manifest;
  const texts = solutions.flatMap(({ prompt, steps }) => [...stepTexts(prompt, steps)]);
  const features = new Float32Array(texts.length * dims);
  for (let from = 0; from < texts.length; from += 512) {
    const some = texts.slice(from, from + 512).map((text) => ({ kind: 'text' as const, ...text }));
    features.set(await encoder.encode(some), from * dims);
  }
  const starts = solutions.map(() => 0);
  for (let i = 1; i < solutions.length; i++) starts[i] = (starts[i - 1] ?? 0) + (solutions[i - 1]?.steps.length ?? 0);
  const rows = solutions.flatMap(({ prompt, steps, source }) =>
    steps.map((step) => ({ language: null, source, group: prompt, length: step.length, generator: null })),
  );
  const probabilities: Float32Array[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const steps = solutions.flatMap((solution, i): TrainingStep[] =>
      solution.steps.slice(0, (solution.mistake ?? Number.POSITIVE_INFINITY) + 1).map((_, position) => ({
        row: (starts[i] ?? 0) + position,
        solution: String(i),
        position,
        label: position === solution.mistake ? 0 : 1,
        weight: 1,
        group: solution.prompt,
        split: foldOf(solution) === fold ? 'validation' : 'train',
      })),
    );
    const encoded = { encoder: { id, revision, dims }, blocks: encoder.blocks, features, rows };
    const { onnx } = await trainHead({ ...encoded, pairs: [], lists: [], ratings: [], steps }, config);
    const { probability } = await (await openHead(onnx)).score(features, rows.length);
    solutions.forEach((solution, i) => {
      const start = starts[i] ?? 0;
      if (foldOf(solution) === fold)
        probabilities[i] = (probability ?? new Float32Array()).slice(start, start + solution.steps.length);
    });
  }
  return probabilities;
};

type Named = readonly (number | null)[];

/** Of candidates, each a guess per solution, the one that is right most often on the other folds, fold by fold. */
const chosen = (solutions: readonly Solution[], candidates: readonly Named[]): Named => {
  const right = (guess: Named, fold: number) =>
    solutions.filter((solution, i) => foldOf(solution) !== fold && guess[i] === solution.mistake).length;
  const best = Array.from({ length: FOLDS }, (_, fold) =>
    candidates.reduce((a, b) => (right(b, fold) > right(a, fold) ? b : a)),
  );
  return solutions.map((solution, i) => best[foldOf(solution)]?.[i] ?? null);
};

/** "The first step longer (or shorter) than so many characters", over the lengths that steps have. */
const byLength = (solutions: readonly Solution[]): Named[] => {
  const lengths = Float64Array.from(solutions.flatMap(({ steps }) => steps.map((step) => step.length))).sort();
  const first = (is: (step: string) => boolean): Named =>
    solutions.map(({ steps }) => {
      const at = steps.findIndex(is);
      return at < 0 ? null : at;
    });
  return Array.from({ length: 49 }, (_, i) => quantile(lengths, (i + 1) / 50)).flatMap((limit) => [
    first((step) => step.length > limit),
    first((step) => step.length < limit),
  ]);
};

const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(3).replace(/^(-?)0/, '$1'));
const within = ([low, high]: readonly [number, number]): string => `[${figure(low)}, ${figure(high)}]`;

/** F1 with its bootstrap interval over solutions. */
const f1Of = (guess: Named, truth: Named): string => {
  const random = createRandom(0);
  const drawn = Float64Array.from({ length: 1000 }, () => {
    const at = truth.map(() => Math.floor(random() * truth.length));
    return (
      mistakeAccuracy(
        at.map((i) => guess[i] ?? null),
        at.map((i) => truth[i] ?? null),
      ).f1 ?? 0
    );
  }).sort();
  return `${figure(mistakeAccuracy(guess, truth).f1)} ${within([quantile(drawn, 0.025), quantile(drawn, 0.975)])}`;
};

const outcomes = (guess: Named, truth: Named): Float64Array =>
  Float64Array.from(truth, (step, i) => (guess[i] === step ? 1 : 0));

const line = (name: string, guess: Named, solutions: readonly Solution[], dull: Named): string => {
  const truth = solutions.map(({ mistake }) => mistake);
  const { n, accuracy, withMistake, withoutMistake } = mistakeAccuracy(guess, truth);
  const groups = solutions.map(({ prompt }) => prompt);
  const gain = pairedDifference(outcomes(guess, truth), outcomes(dull, truth), groups, { seed: 0 });
  const ci = wilson(Math.round((accuracy ?? 0) * n), n);
  return `| | | ${name} | ${figure(accuracy)} ${within(ci)} | ${figure(gain.value)} ${within(gain.ci)} | ${figure(withMistake)} | ${figure(withoutMistake)} | ${f1Of(guess, truth)} |`;
};

console.log(
  '| data | solutions (with a mistake) | judge | mistake located | minus best dull | of those with one | of those without | F1 |',
);
console.log('|---|---|---|---|---|---|---|---|');
const sets = positionals.map((file) => ({ name: basename(file), rows: read(file) }));
if (sets.length > 1) sets.push({ name: ALL, rows: sets.flatMap(({ rows }) => rows) });
/** The best dull judge's guesses, file after file: what knowing the file alone is worth to a head on all of them. */
const ofEachFile: (number | null)[] = [];
for (const { name, rows } of sets) {
  const truth = rows.map(({ mistake }) => mistake);
  const longest = rows.reduce((most, { steps }) => Math.max(most, steps.length), 0);
  const none: Named = truth.map(() => null);
  const steps = Array.from({ length: longest }, (_, k): Named => truth.map(() => k));
  const step = chosen(rows, steps);
  const length = chosen(rows, [none, ...byLength(rows)]);
  const accuracyOf = (guess: Named) => mistakeAccuracy(guess, truth).accuracy ?? 0;
  const whole = name === ALL;
  const dull = [none, step, length, ...(whole ? [ofEachFile] : [])];
  const best = dull.reduce((a, b) => (accuracyOf(b) > accuracyOf(a) ? b : a));
  if (!whole) ofEachFile.push(...best);
  console.log(`| ${name} | ${rows.length} (${truth.filter((mistake) => mistake !== null).length}) | | | | | | |`);
  console.log(line('no mistake ever', none, rows, best));
  console.log(line('always the same step', step, rows, best));
  console.log(line('the first step of a length', length, rows, best));
  if (whole) console.log(line('the best of these in each file', ofEachFile, rows, best));
  const random = createRandom(0);
  const drawn = rows.map(({ steps: own }) => {
    const at = Math.floor(random() * (own.length + 1));
    return at === own.length ? null : at;
  });
  console.log(line('a random step or none', drawn, rows, best));
  for (const id of values.encoders.split(',')) {
    const probabilities = await outOfFold(rows, id);
    const below = (threshold: number): Named => probabilities.map((own) => firstWrongStep(own, threshold));
    console.log(line(`${id}, below .5`, below(0.5), rows, best));
    const thresholds = Array.from({ length: 99 }, (_, i) => below((i + 1) / 100));
    console.log(line(`${id}, chosen threshold`, chosen(rows, [none, ...thresholds]), rows, best));
  }
}
