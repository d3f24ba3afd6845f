/**
 * Near-duplicates among real texts, with copies of a tenth of them planted, by Assay and, with `--python PYTHON` (see bench/dedup.py),
 * by datasketch and rensa, in turns on one thread: `node bench/dedup.ts [DATA] [--documents 20000] [--rounds 3]` prints texts per CPU
 * second (the fastest round), recall of the pairs of Jaccard similarity 0.8 or more, and how many of what was found are such.
 *
 * `--rows N` instead finds those among N made-up texts and prints CPU seconds and the peak memory.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bandBuckets } from '../models/dedup/banding.ts';
import { dedupDocument } from '../models/dedup/document.ts';
import { type SignedShard, signShard, similarityOf, TEXT_DEFAULTS } from '../models/dedup/text.ts';
import { createRandom } from '../models/random.ts';
import { nearCopy, realTexts, syntheticTexts } from './dedup/texts.ts';
import { truePairs } from './dedup/truth.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    documents: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string' },
    rows: { type: 'string' },
    estimate: { type: 'boolean', default: false },
  },
});
const THRESHOLD = 0.8;
const SHARD_ROWS = 16_384;
const settings = { ...TEXT_DEFAULTS, similarity: values.estimate ? 'estimate' : 'exact' } as const;

const signAll = (texts: Iterable<string>): { readonly shards: SignedShard[]; readonly rows: number } => {
  const shards: SignedShard[] = [];
  let rows = 0;
  let held: string[] = [];
  const flush = (): void => {
    shards.push(signShard(held, rows, settings));
    rows += held.length;
    held = [];
  };
  for (const text of texts) if (held.push(text) === SHARD_ROWS) flush();
  flush();
  return { shards, rows };
};

/** CPU seconds, which what else the machine does disturbs less than those of the clock. */
const cpuSeconds = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

const measureMemory = (count: number): void => {
  const { shards, rows } = signAll(syntheticTexts(count));
  const made = cpuSeconds();
  const ids = Array.from({ length: rows }, (_, row) => `row-${row}`);
  const { kept, clusters } = dedupDocument(ids, shards, settings, THRESHOLD);
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    JSON.stringify({ rows, kept, clusters: clusters.length, madeAndSigned: made, cpuSeconds: cpuSeconds(), peakMiB }),
  );
};

interface Run {
  readonly peer: string;
  /** Of the processor. */
  readonly seconds: number;
  /** Of these, until n-grams were there; absent where they are not made apart. */
  readonly shingling?: number;
  /** Found, as rows a < b: candidates, or with Assay those of them that are as like as asked. */
  readonly pairs: readonly (readonly [number, number])[];
}

const key = (a: number, b: number): number => a * 2 ** 26 + b;

/** Signing, banding and comparing. */
const assay = (texts: readonly string[]): Run => {
  const start = process.cpuUsage();
  const { shards } = signAll(texts);
  const similarity = similarityOf(shards, settings);
  const found = new Map<number, [number, number]>();
  for (const bucket of bandBuckets(shards, settings.bands))
    bucket.forEach((b, j) => {
      for (const a of bucket.subarray(0, j))
        if (!found.has(key(a, b)) && similarity(a, b) >= THRESHOLD) found.set(key(a, b), [a, b]);
    });
  return { peer: 'assay', seconds: cpuSeconds(start), pairs: [...found.values()] };
};

const peers = (python: string, file: string): Run[] =>
  execFileSync(python, [new URL('dedup.py', import.meta.url).pathname, file], { maxBuffer: 2 ** 30, encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Run);

const compare = (): void => {
  const real = realTexts(positionals[0] ?? new URL('../../shared/data', import.meta.url).pathname);
  const random = createRandom(0);
  const most = Number(values.documents);
  const copies = Math.min(Math.floor(real.length / 10), Math.floor(most / 11));
  const originals = real.slice(0, most - copies);
  const texts = [...originals, ...originals.slice(0, copies).map((text) => nearCopy(text, random))];
  const folder = mkdtempSync(join(tmpdir(), 'assay-dedup-'));
  const file = join(folder, 'texts.json');
  writeFileSync(file, JSON.stringify(texts));
  const truth = new Set(truePairs(texts, settings.ngram, THRESHOLD).map(([a, b]) => key(a, b)));
  console.log(`${texts.length} texts, ${copies} of them planted copies; ${truth.size} pairs of ${THRESHOLD} or more`);
  const fastest = new Map<string, Run>();
  for (let round = 0; round < Number(values.rounds); round++)
    for (const run of [assay(texts), ...(values.python === undefined ? [] : peers(values.python, file))])
      if (run.seconds < (fastest.get(run.peer)?.seconds ?? Number.POSITIVE_INFINITY)) fastest.set(run.peer, run);
  rmSync(folder, { recursive: true });
  const own = fastest.get('assay')?.seconds ?? 0;
  for (const { peer, seconds: taken, shingling, pairs } of fastest.values()) {
    const right = pairs.filter(([a, b]) => truth.has(key(a, b))).length;
    console.log(
      JSON.stringify({
        peer,
        textsPerCpuSecond: Math.round(texts.length / taken),
        ...(shingling === undefined ? {} : { shingling: shingling / taken }),
        assayTimesFaster: taken / own,
        recall: right / truth.size,
        precision: right / pairs.length,
      }),
    );
  }
};

if (values.rows === undefined) compare();
else measureMemory(Number(values.rows));
