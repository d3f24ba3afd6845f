/**
 * Near-duplicates in meaning (SemDeDup, Abbas et al. 2023): items of one cluster of embeddings are compared with each other. As with
 * words, prompts and responses are compared apart and both must be alike; of what embeddings hardly show (`particulars.ts`) they have
 * the same.
 */
import { align } from './align.ts';
import { dot, type UnitRows, visitSimilar } from './cosine.ts';
import { createForest, type Forest } from './forest.ts';

/** Embeddings of an item's texts, each of length 1; of a prompt that says nothing all 0. */
export interface Meaning {
  readonly prompt: Float32Array;
  readonly responses: readonly Float32Array[];
  /** `particularsHash` of the prompt and of each response; none where nobody asked for it. */
  readonly particulars: readonly number[];
  /** Equal where the prompts show equal media. */
  readonly shown: string;
}

const isBlank = (vector: Float32Array): boolean => vector.every((value) => value === 0);

/** Cosine, at most 1; 1 of two that say nothing. */
const likeness = (x: Float32Array, y: Float32Array): number =>
  isBlank(x) && isBlank(y) ? 1 : Math.min(1, dot(x, 0, y, 0, x.length));

/** One vector of length 1 for the item: its prompt, and beside it the mean of its responses, whatever their order. */
export const pointOf = ({ prompt, responses }: Meaning): Float32Array => {
  const sum = Float64Array.from(prompt);
  for (const response of responses)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (response[i] ?? 0) / responses.length;
  const length = Math.hypot(...sum);
  return Float32Array.from(sum, (value) => (length === 0 ? 0 : value / length));
};

/** Cosines of responses whose particulars differ are less than all others by this. */
const APART = 3;

/** Response i of `a` and j of `b`. */
const responseLikeness = (a: Meaning, i: number, b: Meaning, j: number): number =>
  likeness(a.responses[i] ?? new Float32Array(), b.responses[j] ?? new Float32Array()) -
  (a.particulars[i + 1] === b.particulars[j + 1] ? 0 : APART);

/** For each response of `a` the response of `b` that belongs to it. */
export const alignMeanings = (a: Meaning, b: Meaning): number[] =>
  align(a.responses.length, b.responses.length, (i, j) => responseLikeness(a, i, b, j));

const responsesAlike = (a: Meaning, b: Meaning): number =>
  Math.min(...alignMeanings(a, b).map((j, i) => (j === -1 ? 0 : responseLikeness(a, i, b, j))));

/** Differs between items that are never near, whatever their cosines; the order of responses does not count. */
const kindOf = ({ prompt, responses, particulars: [asked, ...said], shown }: Meaning): string =>
  [responses.length, isBlank(prompt), shown, asked, ...said.sort((x, y) => x - y)].join(' ');

/**
 * The least cosine of prompts and of the responses that belong together; 0 where particulars, what they show or how many they are
 * differs.
 */
export const meaningSimilarity = (a: Meaning, b: Meaning): number => {
  if (kindOf(a) !== kindOf(b)) return 0;
  const least = Math.min(likeness(a.prompt, b.prompt), responsesAlike(a, b));
  return least < 1 - APART ? 0 : least;
};

/** Rows of which all pairs are compared between two pauses. */
const STRIP = 256;

const promptsOf = (rows: readonly Meaning[]): UnitRows => {
  const dims = rows[0]?.prompt.length ?? 0;
  const values = new Float32Array(rows.length * dims);
  for (const [row, { prompt }] of rows.entries()) values.set(prompt, row * dims);
  return { values, dims, rows: rows.length };
};

const strip = ({ values, dims }: UnitRows, from: number, to: number): UnitRows => ({
  values: values.subarray(from * dims, to * dims),
  dims,
  rows: to - from,
});

/** Joins the rows named that are near each other; all of them are of one kind. */
const linkAlike = async (
  rows: readonly Meaning[],
  members: readonly number[],
  threshold: number,
  forest: Forest,
  pause: () => Promise<void>,
): Promise<void> => {
  const own = members.map((member) => rows[member] as Meaning);
  const compare = (i: number, j: number): void => {
    const [a, b] = [members[i] ?? 0, members[j] ?? 0];
    if (forest.find(a) !== forest.find(b) && responsesAlike(own[i] as Meaning, own[j] as Meaning) >= threshold)
      forest.union(a, b);
  };
  const asked = own[0] !== undefined && !isBlank(own[0].prompt);
  const prompts = promptsOf(asked ? own : []);
  for (let from = 0; from < own.length; from += STRIP) {
    const to = Math.min(own.length, from + STRIP);
    if (asked)
      visitSimilar(
        strip(prompts, from, to),
        prompts,
        threshold,
        (i, j) => compare(from + i, j),
        (i) => from + i + 1,
      );
    else for (let i = from; i < to; i++) for (let j = i + 1; j < own.length; j++) compare(i, j);
    await pause();
  }
};

/** Edges between rows of similarity `threshold` or more, directly or through others. Compares all with all. */
export const linkMeanings = async (
  rows: readonly Meaning[],
  threshold: number,
  pause: () => Promise<void>,
): Promise<Int32Array> => {
  const forest = createForest(rows.length);
  const kinds = Map.groupBy(rows.keys(), (row) => kindOf(rows[row] as Meaning));
  for (const members of kinds.values()) await linkAlike(rows, members, threshold, forest, pause);
  return forest.edges();
};
