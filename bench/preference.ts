/**
 * Held-out preference accuracy and calibration of Bradley–Terry heads on each encoder, beside "the longer wins", on files given
 * as arguments: JSONL rows {input, output_1, output_2, label} (LLMBar) or {chosen, rejected} (hh-rlhf).
 * `node bench/preference.ts FILE… [--encoders hashed-ngrams,static-e5] [--l2 0.01]` prints a Markdown table.
 *
 * Five folds of prompts: every pair is judged once, by a head that saw no pair of its prompt.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { EncoderInput } from '../models/encoders/encoder.ts';
import { resolveEncoder } from '../models/encoders/index.ts';
import { sha256, unitHash } from '../models/hash.ts';
import { openHead } from '../models/heads/head.ts';
import { ece, nll } from '../models/metrics/calibration.ts';
import { bothSides, outcomesOf, shareRight } from '../models/metrics/preference.ts';
import type { HeadConfig, TrainingSet } from '../models/training/examples.ts';
import { trainHead } from '../models/training/head.ts';
import { pairedDifference } from '../models/trust/bootstrap.ts';

interface Comparison {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  readonly source: string;
}

const FOLDS = 5;

const comparisonOf = (line: string, source: string): Comparison => {
  const row = JSON.parse(line) as Record<string, string | number>;
  if (typeof row['input'] === 'string') {
    const outputs = [String(row['output_1']), String(row['output_2'])];
    const first = Number(row['label']) === 1;
    return {
      prompt: row['input'],
      chosen: outputs[first ? 0 : 1] ?? '',
      rejected: outputs[first ? 1 : 0] ?? '',
      source,
    };
  }
  const [chosen, rejected] = [String(row['chosen']), String(row['rejected'])];
  const turn = '\n\nAssistant:';
  const at = chosen.lastIndexOf(turn) + turn.length;
  const other = rejected.lastIndexOf(turn) + turn.length;
  return { prompt: chosen.slice(0, at), chosen: chosen.slice(at), rejected: rejected.slice(other), source };
};

const read = (file: string): Comparison[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => comparisonOf(line, basename(file)))
    .filter(({ chosen, rejected }) => chosen !== rejected);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    encoders: { type: 'string', default: 'hashed-ngrams,static-e5' },
    l2: { type: 'string', default: '0.01' },
  },
});

const config: HeadConfig = {
  objective: 'bradley-terry',
  margin: 'none',
  flips: 'ignore',
  l2: Number(values.l2),
  ensemble: { members: 1, combine: 'mean', lambda: 1 },
  languages: { heads: 'shared', shrinkage: 'auto', temperature: 1 },
  aspects: {},
  oodQuantile: 0.95,
  seed: 0,
};

/** Reward differences (chosen − rejected) out of fold, before and after calibration. */
const outOfFold = async (rows: readonly Comparison[], encoderId: string) => {
  const encoder = await resolveEncoder(encoderId, 'text');
  const { dims, id, revision } = encoder.manifest;
  const features = await encoder.encode(
    rows.flatMap(({ prompt, chosen, rejected }) =>
      [chosen, rejected].map((response): EncoderInput => ({ kind: 'text', prompt, response })),
    ),
  );
  const groups = rows.map(({ prompt }) => sha256(prompt));
  const foldOf = (group: string) => Math.floor(unitHash('fold', group) * FOLDS);
  const facts = rows.flatMap(({ chosen, rejected, source }, i) =>
    [chosen, rejected].map((text) => ({
      language: null,
      source,
      group: groups[i] ?? '',
      length: text.length,
      generator: null,
    })),
  );
  const raw = new Float64Array(rows.length);
  const calibrated = new Float64Array(rows.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const pairs: TrainingSet['pairs'] = rows.map(({ source }, i) => {
      const group = groups[i] ?? '';
      const split = foldOf(group) === fold ? 'validation' : 'train';
      const place = { winner: 2 * i, loser: 2 * i + 1, group, loserGroup: group, weight: 1, winnerFirst: true };
      return { ...place, strength: null, pFlip: null, language: null, source, translated: false, split };
    });
    const encoded = { encoder: { id, revision, dims }, blocks: encoder.blocks, features, rows: facts };
    const { onnx, metrics } = await trainHead({ ...encoded, pairs, lists: [], ratings: [], steps: [] }, config);
    const { reward } = await (await openHead(onnx)).score(features, 2 * rows.length);
    pairs.forEach(({ split, winner, loser }, i) => {
      if (split !== 'validation') return;
      const difference = (reward[winner] ?? 0) - (reward[loser] ?? 0);
      calibrated[i] = difference;
      raw[i] = difference * metrics.temperature;
    });
  }
  return { raw, calibrated, groups };
};

const share = (value: number): string => value.toFixed(3).replace(/^0/, '').replace(/^-0/, '-');
const within = ([low, high]: readonly [number, number]): string => `[${share(low)}, ${share(high)}]`;
const measured = (differences: ArrayLike<number>): string => {
  const { accuracy, ci } = shareRight(outcomesOf(differences));
  return `${share(accuracy)} ${within(ci)}`;
};

console.log('| data | pairs | encoder | accuracy | minus length only | ECE before → after | NLL before → after |');
console.log('|---|---|---|---|---|---|---|');
const sets = positionals.map((file) => ({ name: basename(file), rows: read(file) }));
if (sets.length > 1) sets.push({ name: 'all together', rows: sets.flatMap(({ rows }) => rows) });
for (const { name, rows } of sets) {
  const longer = rows.map(({ chosen, rejected }) => chosen.length - rejected.length);
  console.log(`| ${name} | ${rows.length} | length only | ${measured(longer)} | | | |`);
  for (const id of values.encoders.split(',')) {
    const { raw, calibrated, groups } = await outOfFold(rows, id);
    const { value, ci } = pairedDifference(outcomesOf(calibrated), outcomesOf(longer), groups, { seed: 0 });
    const [before, after] = [bothSides(raw), bothSides(calibrated)];
    const arrow = (of: typeof ece) =>
      `${share(of(before.logits, before.labels))} → ${share(of(after.logits, after.labels))}`;
    console.log(
      `| | | ${id} | ${measured(calibrated)} | ${share(value)} ${within(ci)} | ${arrow(ece)} | ${arrow(nll)} |`,
    );
  }
}
