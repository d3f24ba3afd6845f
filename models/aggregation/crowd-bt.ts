/** Bradley–Terry with annotators who may err (Chen, Bennett, Collins-Thompson & Horvitz 2013, "Pairwise Ranking Aggregation in a Crowdsourced Setting"). */
import { type Loss, minimise } from '../ratings/likelihood.ts';

/** Annotator k preferred `winner` to `loser`; all are indices. */
export interface CrowdComparison {
  readonly annotator: number;
  readonly winner: number;
  readonly loser: number;
}

export interface CrowdStrengths {
  /** Natural logarithms, mean 0. */
  readonly strengths: Float64Array;
  /** Per annotator η: the probability that they say what they see; below ½ they turn it round. */
  readonly reliability: Float64Array;
}

/** Weight of their virtual item, which beats and loses to every item λ times (their equation 9). */
const LAMBDA = 0.5;
/** Every annotator has half a right and half a wrong answer more, so that nobody is held for infallible. */
const HALF = 0.5;
/** Where annotators start: σ(1.5) = .82, on the side of the truth, which tells the fit from its mirror image. */
const START = 1.5;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** −ln σ(x). */
const softminus = (x: number): number => Math.max(0, -x) + Math.log1p(Math.exp(-Math.abs(x)));

/** −ln of their equation 8, P(k says i ≻ j) = η_k·σ(sᵢ − sⱼ) + (1 − η_k)·σ(sⱼ − sᵢ), over strengths then logits of η, per comparison. */
const lossOf =
  (items: number, rows: readonly CrowdComparison[]): Loss =>
  (x) => {
    const gradient = new Float64Array(x.length);
    const scale = 1 / rows.length;
    let value = 0;
    const add = (at: number, by: number) => {
      gradient[at] = (gradient[at] ?? 0) + by * scale;
    };
    for (const { annotator, winner, loser } of rows) {
      const eta = sigmoid(x[items + annotator] ?? 0);
      const p = sigmoid((x[winner] ?? 0) - (x[loser] ?? 0));
      const said = eta * p + (1 - eta) * (1 - p);
      value -= scale * Math.log(said);
      const pull = ((2 * eta - 1) * p * (1 - p)) / said;
      add(winner, -pull);
      add(loser, pull);
      add(items + annotator, -((2 * p - 1) * eta * (1 - eta)) / said);
    }
    for (let at = 0; at < x.length; at++) {
      const weight = at < items ? LAMBDA : HALF;
      const logit = x[at] ?? 0;
      value += scale * weight * (softminus(logit) + softminus(-logit));
      add(at, weight * (2 * sigmoid(logit) - 1));
    }
    return { value, gradient };
  };

/** Strengths of items and reliabilities of annotators together, the largest posterior near the start. */
export const crowdBradleyTerry = async (
  items: number,
  annotators: number,
  rows: readonly CrowdComparison[],
): Promise<CrowdStrengths> => {
  const start = new Float64Array(items + annotators).fill(START, items);
  const found = await minimise(lossOf(items, rows), start, 1e-10);
  const strengths = found.slice(0, items);
  const mean = strengths.reduce((sum, s) => sum + s, 0) / items;
  return { strengths: strengths.map((s) => s - mean), reliability: found.slice(items).map(sigmoid) };
};
