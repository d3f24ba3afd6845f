import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linkPartition } from '../../../models/dedup/banding.ts';
import { mergeClusters } from '../../../models/dedup/forest.ts';
import { distinct, jaccard } from '../../../models/dedup/jaccard.ts';
import { catchProbability, createSigner, drawPermutations, estimateJaccard } from '../../../models/dedup/minhash.ts';
import { createShingler } from '../../../models/dedup/shingles.ts';
import { signShard, similarityOf, TEXT_DEFAULTS, type TextSettings } from '../../../models/dedup/text.ts';
import { pairs, planted } from './golden.ts';

const shingles = createShingler(5);
const setOf = (text: string): Int32Array => distinct(shingles(text));

it('has the Jaccard similarity of Python’s sets on all 200 pairs', () => {
  expect(pairs).toHaveLength(200);
  for (const { texts, jaccard: expected } of pairs)
    expect(jaccard(setOf(texts[0]), setOf(texts[1])), texts[0].slice(0, 60)).toBeCloseTo(expected, 12);
});

it('estimates it within .05 on average, and each pair within four standard deviations', () => {
  const sign = createSigner(drawPermutations(112, 0));
  const errors = pairs.map(({ texts, jaccard: expected }) => {
    const [a, b] = texts.map((text) => {
      const signature = new Int32Array(112);
      sign(shingles(text), signature);
      return signature;
    });
    const error = Math.abs(estimateJaccard(a as Int32Array, b as Int32Array) - expected);
    expect(error).toBeLessThanOrEqual(4 * Math.sqrt((expected * (1 - expected)) / 112) + 1 / 112);
    return error;
  });
  expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.05);
});

it('estimates without bias: the mean over 200 seeds is the similarity', () => {
  const story = (from: number) => Array.from({ length: 94 }, (_, i) => `word${from + i}`).join(' ');
  const [a, b] = [setOf(story(0)), setOf(story(30))];
  let sum = 0;
  for (let seed = 0; seed < 200; seed++) {
    const sign = createSigner(drawPermutations(112, seed));
    const [x, y] = [new Int32Array(112), new Int32Array(112)];
    sign(a, x);
    sign(b, y);
    sum += estimateJaccard(x, y) / 200;
  }
  // Five standard errors of 200 × 112 independent draws.
  expect(Math.abs(sum - jaccard(a, b))).toBeLessThan(5 * Math.sqrt(0.25 / (200 * 112)));
});

it('does not care about case, composition and white space, but about punctuation', () => {
  const same = ['Ça va  bien, merci\nbeaucoup !', 'c\u0327a va bien, merci beaucoup !'].map(setOf);
  expect(same[0]).toEqual(same[1]);
  expect(setOf('a + b is not c at all')).not.toEqual(setOf('a - b is not c at all'));
});

it('catches what the formula says', () => {
  expect(catchProbability(0.8, TEXT_DEFAULTS)).toBeCloseTo(1 - (1 - 0.8 ** 8) ** 14, 15);
  expect(catchProbability(1, TEXT_DEFAULTS)).toBe(1);
  expect(catchProbability(0, TEXT_DEFAULTS)).toBe(0);
  // Measured: the share of pairs of that similarity that meet in a band.
  const s = 0.75;
  const common = Array.from({ length: 60 }, (_, i) => `c${i}`);
  let met = 0;
  for (let seed = 0; seed < 400; seed++) {
    const texts = ['x', 'y'].map((own) => [...common, ...Array.from({ length: 10 }, (_, i) => `${own}${i}`)].join(' '));
    const settings = { ...TEXT_DEFAULTS, ngram: 1, seed };
    if (linkPartition([signShard(texts, 0, settings)], 14, () => true).length > 0) met++;
  }
  expect(Math.abs(met / 400 - catchProbability(s, TEXT_DEFAULTS))).toBeLessThan(0.1);
});

const linked = (settings: TextSettings, texts: readonly string[], threshold: number) => {
  const shard = signShard(texts, 0, settings);
  const similarity = similarityOf([shard], settings);
  const edges = linkPartition([shard], settings.bands, (a, b) => similarity(a, b) >= threshold);
  return { similarity, clusters: mergeClusters(texts.length, [edges]) };
};

const together = (clusters: readonly (readonly number[])[]) => {
  const of = new Map(clusters.flatMap((cluster, c) => cluster.map((row) => [row, c] as const)));
  return (a: number, b: number) => of.has(a) && of.get(a) === of.get(b);
};

it('finds planted near-duplicates among real texts: all but as many as the formula allows, and nothing else', () => {
  const { texts, pairs: truth } = planted;
  const { clusters } = linked(TEXT_DEFAULTS, texts, 0.8);
  const found = together(clusters);
  const caught = truth.filter(([a, b]) => found(a, b)).length;
  const expected = truth.reduce((sum, [, , s]) => sum + catchProbability(s, TEXT_DEFAULTS), 0);
  expect(caught).toBeGreaterThanOrEqual(expected - 4 * Math.sqrt(expected * (1 - expected / truth.length)));
  // Clusters are those of the true pairs that were caught: brute force over the same texts makes no others.
  const edges = Int32Array.from(truth.filter(([a, b]) => found(a, b)).flatMap(([a, b]) => [a, b]));
  expect(clusters).toEqual(mergeClusters(texts.length, [edges]));
});

it('finds nearly the same by estimates', () => {
  const { texts, pairs: truth } = planted;
  const found = together(linked({ ...TEXT_DEFAULTS, similarity: 'estimate' }, texts, 0.8).clusters);
  const clear = truth.filter(([, , s]) => s >= 0.9);
  expect(clear.filter(([a, b]) => found(a, b)).length / clear.length).toBeGreaterThan(0.95);
});

it('makes the same clusters whatever the shards, their order, the partitions and the order of rows', () => {
  const base = planted.texts.slice(0, 40).filter((text) => text.split(/\s+/).length >= 20);
  const settings: TextSettings = { ...TEXT_DEFAULTS, bands: 20, rows: 3 };
  // Rows of one key come in any order; which of them is first is told by their names.
  const rows = base.flatMap((text, i) =>
    ['', ' more', ' more words', ' and other'].map((tail, k) => ({ name: `${i}.${k}`, key: i % 3, text: text + tail })),
  );
  const clustersOf = (ordered: typeof rows, cuts: readonly number[], of: number): string[][] => {
    const starts = [0, ...[...new Set(cuts.map((cut) => cut % ordered.length))].filter(Boolean).sort((a, b) => a - b)];
    const shards = starts.map((start, i) =>
      signShard(
        ordered.slice(start, starts[i + 1]).map(({ text }) => text),
        start,
        settings,
      ),
    );
    const shuffled = of % 2 === 0 ? shards.toReversed() : shards;
    const similarity = similarityOf(shuffled, settings);
    const edges = Array.from({ length: of }, (_, index) =>
      linkPartition(shuffled, settings.bands, (a, b) => similarity(a, b) >= 0.6, { index, of }),
    );
    const at = (row: number) => ordered[row] as (typeof rows)[number];
    const order = (a: number, b: number) => at(a).key - at(b).key || (at(a).name < at(b).name ? -1 : 1);
    return mergeClusters(ordered.length, edges.toReversed(), order).map((cluster) =>
      cluster.map((row) => at(row).name),
    );
  };
  const expected = clustersOf(rows, [], 1);
  expect(expected.length).toBeGreaterThan(10);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(rows, { minLength: rows.length }),
      fc.array(fc.nat(1000), { maxLength: 6 }),
      fc.integer({ min: 1, max: 7 }),
      (ordered, cuts, of) => {
        expect(clustersOf(ordered, cuts, of)).toEqual(expected);
      },
    ),
    { numRuns: 15 },
  );
});
