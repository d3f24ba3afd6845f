/** GLAD (Whitehill, Ruvolo, Wu, Bergsma & Movellan 2009, "Whose Vote Should Count More"): abilities of annotators, difficulties of items. */
import { alternate, eachVote, expectedQuality, type Fit, type FitOptions, normaliseLogs } from './fit.ts';
import type { VoteTable } from './vote-table.ts';

/** Their priors: ability α and ln β (1/β is the difficulty) normal around 1 with variance 1. */
const PRIOR_MEAN = 1;

/** ln σ(x). */
const logSigmoid = (x: number): number => Math.min(0, x) - Math.log1p(Math.exp(-Math.abs(x)));

interface Point {
  readonly value: number;
  readonly slope: number;
  readonly curvature: number;
}

/** A maximum near `start` of a smooth function of one variable: Newton's steps, uphill where it is not concave, halved until they rise. */
const climb = (at: (x: number) => Point, start: number): number => {
  let x = start;
  let here = at(x);
  for (let step = 0; step < 20; step++) {
    let move = here.curvature < 0 ? -here.slope / here.curvature : here.slope;
    move = Math.max(-2, Math.min(2, move));
    let there = at(x + move);
    while (there.value < here.value && Math.abs(move) > 1e-10) {
      move /= 2;
      there = at(x + move);
    }
    if (!(there.value >= here.value)) break;
    x += move;
    here = there;
    if (Math.abs(move) <= 1e-9) break;
  }
  return x;
};

/** Σ over votes of P(right)·ln σ(x) + P(wrong)·ln(1 − σ(x)) for x = ability · e^ease, plus the normal prior on what varies. */
const expected = (
  votes: Int32Array,
  right: Float64Array,
  other: (vote: number) => number,
  variable: 'ability' | 'ease',
  value: number,
): Point => {
  let total = -((value - PRIOR_MEAN) ** 2) / 2;
  let [slope, curvature] = [-(value - PRIOR_MEAN), -1];
  for (const v of votes) {
    const p = right[v] ?? 0;
    const factor = variable === 'ability' ? Math.exp(other(v)) : other(v) * Math.exp(value);
    const x = variable === 'ability' ? value * factor : factor;
    const sigma = 1 / (1 + Math.exp(-x));
    total += p * logSigmoid(x) + (1 - p) * logSigmoid(-x);
    slope += factor * (p - sigma);
    curvature -= factor * factor * sigma * (1 - sigma);
    if (variable === 'ease') curvature += factor * (p - sigma);
  }
  return { value: total, slope, curvature };
};

/** The votes of each of `count` owners, as indices. */
const grouped = (owner: Int32Array, count: number): Int32Array[] => {
  const lists: number[][] = Array.from({ length: count }, () => []);
  owner.forEach((own, v) => lists[own]?.push(v));
  return lists.map((list) => Int32Array.from(list));
};

/**
 * True labels, abilities and difficulties in turn, from equal abilities and difficulties. P(right) = σ(α·β), all other categories alike; labels
 * are equally common beforehand. The M-step separates: given the items each annotator is a problem of one variable, given the
 * annotators each item, so it is solved by turns in closed loops instead of by their gradient ascent.
 */
export const glad = (table: VoteTable, options?: FitOptions): Fit => {
  const K = table.categories.length;
  const owner = new Int32Array(table.annotator.length);
  for (let i = 0; i < table.items; i++) owner.fill(i, table.starts[i], table.starts[i + 1]);
  const [byAnnotator, byItem] = [grouped(table.annotator, table.annotators.length), grouped(owner, table.items)];
  const abilities = new Float64Array(table.annotators.length).fill(PRIOR_MEAN);
  const eases = new Float64Array(table.items).fill(PRIOR_MEAN);
  const right = new Float64Array(owner.length);
  const easeOf = (v: number) => eases[owner[v] ?? 0] ?? 0;
  const abilityOf = (v: number) => abilities[table.annotator[v] ?? 0] ?? 0;
  const labels = (): Float64Array => {
    const posteriors = new Float64Array(table.items * K);
    for (let i = 0; i < table.items; i++) {
      eachVote(table, i, (a, said) => {
        const x = (abilities[a] ?? 0) * Math.exp(eases[i] ?? 0);
        const [yes, no] = [logSigmoid(x), logSigmoid(-x) - Math.log(Math.max(1, K - 1))];
        for (let k = 0; k < K; k++) posteriors[i * K + k] = (posteriors[i * K + k] ?? 0) + (k === said ? yes : no);
      });
      normaliseLogs(posteriors, i, K);
    }
    return posteriors;
  };
  const round = (posteriors: Float64Array): Float64Array => {
    right.forEach((_, v) => {
      right[v] = posteriors[(owner[v] ?? 0) * K + (table.category[v] ?? 0)] ?? 0;
    });
    byAnnotator.forEach((votes, a) => {
      abilities[a] = climb((x) => expected(votes, right, easeOf, 'ability', x), abilities[a] ?? 0);
    });
    byItem.forEach((votes, i) => {
      eases[i] = climb((x) => expected(votes, right, abilityOf, 'ease', x), eases[i] ?? 0);
    });
    return labels();
  };
  const found = alternate(labels(), round, options);
  return { ...found, quality: expectedQuality(table, found.posteriors) };
};
