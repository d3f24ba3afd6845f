/**
 * Labels from recorded votes: `node bench/aggregation.ts [DATA] [PYTHON]` prints one JSON line per set and method: accuracy, its
 * difference from the majority's with a paired bootstrap interval over items, and seconds (the best of five); with PYTHON, one that
 * has crowd-kit, also the accuracy and seconds of crowd-kit's method as installed, run right after.
 */
import { execFileSync } from 'node:child_process';
import { winnerOf } from '../models/aggregation/fit.ts';
import { CATEGORY_FITS } from '../models/aggregation/methods.ts';
import { voteTable } from '../models/aggregation/vote-table.ts';
import { pairedDifference } from '../models/trust/bootstrap.ts';
import { CategoryMethod } from '../schemas/label.ts';
import { type Recorded, recorded } from './votes/recorded.ts';

const data = process.argv[2] ?? new URL('../../shared/data', import.meta.url).pathname;
const python = process.argv[3];

interface Peer {
  readonly data: string;
  readonly method: string;
  readonly accuracy: number;
  readonly seconds: number;
}

const peers = (): Peer[] => {
  if (python === undefined) return [];
  const script = new URL('../test/peers/aggregation.py', import.meta.url).pathname;
  const out = execFileSync(python, ['-W', 'ignore', script, data], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Peer);
};

const measure = ({ rows, truth }: Recorded, method: CategoryMethod) => {
  const { items, table } = voteTable(rows);
  let [seconds, iterations] = [Number.POSITIVE_INFINITY, 0];
  let outcomes: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    const fit = CATEGORY_FITS[method](table);
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
    iterations = fit.iterations;
    outcomes = items.flatMap((item, i) => {
      const answer = truth.get(item);
      if (answer === undefined) return [];
      return Number(table.categories[winnerOf(fit, i, table.categories.length)] === answer);
    });
  }
  return { outcomes, seconds, iterations };
};

const rounded = (x: number): number => Number(x.toFixed(4));
const theirs = peers();
for (const set of recorded(data)) {
  const majority = measure(set, 'majority').outcomes;
  for (const method of CategoryMethod.options) {
    const { outcomes, seconds, iterations } = measure(set, method);
    const groups = outcomes.map((_, i) => String(i));
    const { value, ci } = pairedDifference(outcomes, majority, groups);
    const peer = theirs.find((line) => line.data === set.name && line.method === method);
    console.log(
      JSON.stringify({
        data: set.name,
        votes: set.rows.length,
        known: outcomes.length,
        method,
        accuracy: rounded(outcomes.reduce((sum, right) => sum + right, 0) / outcomes.length),
        overMajority: rounded(value),
        ci: ci.map(rounded),
        seconds: rounded(seconds),
        iterations,
        ...(peer === undefined ? {} : { crowdKit: { accuracy: rounded(peer.accuracy), seconds: peer.seconds } }),
      }),
    );
  }
}
