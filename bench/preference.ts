/**
 * Held-out preference accuracy of the bundled text encoder's head beside "the longer wins", on files given as arguments:
 * JSONL rows {input, output_1, output_2, label} (LLMBar) or {chosen, rejected} (hh-rlhf). `node bench/preference.ts FILE… [--l2 X]`
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { EncoderInput } from '../models/encoders/index.ts';
import { resolveEncoder } from '../models/encoders/index.ts';
import { sha256 } from '../models/hash.ts';
import { wilson } from '../models/metrics/wilson.ts';
import { splitByGroup, splitPairs } from '../models/split.ts';
import { trainPreferenceHead } from '../models/training/preference.ts';

interface Comparison {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
}

const SEEDS = 5;

const comparisonOf = (line: string): Comparison => {
  const row = JSON.parse(line) as Record<string, string | number>;
  if (typeof row['input'] === 'string') {
    const outputs = [String(row['output_1']), String(row['output_2'])];
    const first = Number(row['label']) === 1;
    return { prompt: row['input'], chosen: outputs[first ? 0 : 1] ?? '', rejected: outputs[first ? 1 : 0] ?? '' };
  }
  const [chosen, rejected] = [String(row['chosen']), String(row['rejected'])];
  const turn = '\n\nAssistant:';
  const at = chosen.lastIndexOf(turn) + turn.length;
  const other = rejected.lastIndexOf(turn) + turn.length;
  return { prompt: chosen.slice(0, at), chosen: chosen.slice(at), rejected: rejected.slice(other) };
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { l2: { type: 'string', default: '0.001' } },
});
const encoder = await resolveEncoder('auto', 'text');
const { dims, id, revision } = encoder.manifest;
for (const files of [...positionals.map((file) => [file]), positionals]) {
  const rows = files
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line.trim() !== '')
    .map(comparisonOf)
    .filter(({ chosen, rejected }) => chosen !== rejected);
  const texts = rows.flatMap(({ prompt, chosen, rejected }) =>
    [chosen, rejected].map((response): EncoderInput => ({ kind: 'text', prompt, response })),
  );
  const features = await encoder.encode(texts);
  const lengths = rows.flatMap(({ chosen, rejected }) => [chosen.length, rejected.length]);
  const pairs = rows.map(({ prompt }, i) => {
    const group = sha256(prompt);
    return { winner: 2 * i, loser: 2 * i + 1, group, loserGroup: group, weight: 1, winnerFirst: true };
  });
  const sum = { right: 0, longer: 0, n: 0, ece: 0, train: 0 };
  for (let seed = 0; seed < SEEDS; seed++) {
    const { train, validation } = splitPairs(
      pairs,
      splitByGroup(
        pairs.map(({ group }) => group),
        0.3,
        seed,
      ),
    );
    const { metrics } = await trainPreferenceHead({
      encoder: { id, revision, dims },
      blocks: encoder.blocks,
      features,
      train,
      validation,
      lengths,
      l2: Number(values.l2),
      seed,
    });
    sum.right += metrics.accuracy * metrics.n;
    sum.longer += metrics.lengthOnlyAccuracy * metrics.n;
    sum.n += metrics.n;
    sum.ece += metrics.ece / SEEDS;
    sum.train += metrics.trainAccuracy / SEEDS;
  }
  const n = sum.n / SEEDS;
  const show = (share: number) => ({ accuracy: share, ci95: wilson(share * n, n) });
  console.log(
    JSON.stringify({
      files: files.map((file) => basename(file)),
      pairs: pairs.length,
      validation: n,
      splits: SEEDS,
      l2: values.l2,
      trainAccuracy: sum.train,
      head: show(sum.right / sum.n),
      longer: show(sum.longer / sum.n),
      ece: sum.ece,
    }),
  );
  if (positionals.length === 1) break;
}
