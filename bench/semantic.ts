/**
 * Near-duplicates and benchmark questions told by meaning, on real and reworded questions: `node bench/semantic.ts DATA` prints Markdown
 * tables with n and Wilson 95 % intervals, DATA being the folder with openai__grade-school-math, google-research__url-nlp and
 * microsoft__MathOctopus. Pairs are compared directly, so that clusters and bands cost nothing here.
 */
import { findOverlap, indexBenchmark } from '../models/decontaminate/overlap.ts';
import { dot } from '../models/dedup/cosine.ts';
import { type Meaning, meaningSimilarity } from '../models/dedup/meaning.ts';
import { particularsHash } from '../models/dedup/particulars.ts';
import { createItemSigner, isNear, type Signature } from '../models/dedup/signature.ts';
import { resolveEncoder } from '../models/encoders/index.ts';
import { wilson } from '../models/metrics/wilson.ts';
import { NearConfig } from '../schemas/curation.ts';
import { gsm8k, type PairSet, pairSets, type Worded } from './semantic/pairs.ts';

const [data] = process.argv.slice(2);
if (data === undefined) throw new Error('usage: node bench/semantic.ts DATA');
const { embedder } = await resolveEncoder('auto', 'text');
if (embedder === null) throw new Error('the encoder has no embedding');

const THRESHOLDS = [0.95, 0.9, 0.8];
const near = NearConfig.parse({});
const sign = createItemSigner(near);
const sets = pairSets(data);

const texts = new Map<string, Float32Array>();
const all = [
  ...new Set(sets.flatMap(({ pairs }) => pairs.flat().flatMap(({ prompt, response }) => [prompt, response]))),
];
const vectors = await embedder.embed(all);
for (const [i, text] of all.entries()) texts.set(text, vectors.subarray(i * embedder.dims, (i + 1) * embedder.dims));
const vectorOf = (text: string): Float32Array => texts.get(text) ?? new Float32Array(embedder.dims);

const known = new Map<Worded, { readonly meaning: Meaning; readonly signature: Signature }>();
const readingOf = (item: Worded) => {
  const { prompt, response } = item;
  const reading = known.get(item) ?? {
    meaning: {
      prompt: vectorOf(prompt),
      responses: [vectorOf(response)],
      particulars: [prompt, response].map(particularsHash),
      shown: '',
    },
    signature: sign({ prompt, responses: [response], frames: [[]], shown: '' }),
  };
  known.set(item, reading);
  return reading;
};

const share = (found: number, n: number): string => {
  const [low, high] = wilson(found, n).map((value) => value.toFixed(3));
  return `${(found / n).toFixed(3)} [${low}, ${high}]`;
};
const row = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
const head = (cells: readonly string[]): void => {
  row(cells);
  row(cells.map(() => '---'));
};

const found = ({ pairs }: PairSet) => {
  const read = pairs.map(([a, b]) => [readingOf(a), readingOf(b)] as const);
  const lexical = read.map(([a, b]) => isNear(a.signature, b.signature, near));
  const cosines = read.map(([a, b]) => meaningSimilarity(a.meaning, b.meaning));
  return {
    lexical: lexical.filter(Boolean).length,
    either: THRESHOLDS.map((threshold) => lexical.filter((hit, i) => hit || (cosines[i] ?? 0) >= threshold).length),
  };
};

console.log('Pairs found near, by words alone and by words or meaning:\n');
head(['pairs', 'same', 'n', 'words (Jaccard .8)', ...THRESHOLDS.map((threshold) => `or cosine ${threshold}`)]);
const tally = {
  same: { n: 0, lexical: 0, either: THRESHOLDS.map(() => 0) },
  other: { n: 0, lexical: 0, either: THRESHOLDS.map(() => 0) },
};
for (const set of sets) {
  const { lexical, either } = found(set);
  const n = set.pairs.length;
  row([set.name, set.same ? 'yes' : 'no', n, share(lexical, n), ...either.map((count) => share(count, n))]);
  const sum = tally[set.same ? 'same' : 'other'];
  sum.n += n;
  sum.lexical += lexical;
  for (const [i, count] of either.entries()) sum.either[i] = (sum.either[i] ?? 0) + count;
}
row([
  'all that are the same: recall',
  '',
  tally.same.n,
  share(tally.same.lexical, tally.same.n),
  ...tally.same.either.map((count) => share(count, tally.same.n)),
]);
const precision = (right: number, wrong: number): string => share(right, right + wrong);
row([
  'of those found: precision',
  '',
  '',
  precision(tally.same.lexical, tally.other.lexical),
  ...tally.same.either.map((count, i) => precision(count, tally.other.either[i] ?? 0)),
]);

console.log('\nTexts that a benchmark of the GSM8K questions takes out, by words alone and by words or meaning:\n');
const questions = gsm8k(data);
const index = indexBenchmark(questions.map(({ prompt }) => prompt));
head(['texts', 'to be taken out', 'n', '13 words', ...THRESHOLDS.map((threshold) => `or cosine ${threshold}`)]);
for (const { name, same, pairs } of sets.filter((set) => !set.name.startsWith('every two of GSM8K'))) {
  const asked = [...new Set(pairs.map(([, { prompt }]) => prompt))];
  const lexical = asked.map((text) => findOverlap(index, text) !== null);
  const cosines = asked.map((text) =>
    questions.reduce(
      (most, { prompt }) => Math.max(most, dot(vectorOf(text), 0, vectorOf(prompt), 0, embedder.dims)),
      0,
    ),
  );
  const n = asked.length;
  const hits = THRESHOLDS.map((threshold) => lexical.filter((hit, i) => hit || (cosines[i] ?? 0) >= threshold).length);
  row([
    name,
    same ? 'yes' : 'no',
    n,
    share(lexical.filter(Boolean).length, n),
    ...hits.map((count) => share(count, n)),
  ]);
}
