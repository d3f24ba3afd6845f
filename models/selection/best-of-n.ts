/** The best of n samples, and sampling towards the reward: what a reward does to a policy before any training. */
import { unitHash } from '../hash.ts';
import { ranked, type Scored } from './ranking.ts';

/** KL(best-of-n ‖ base) in nats, ln n − (n − 1)/n (Stiennon et al. 2020): exact for continuous rewards, else an upper bound. */
export const bestOfNKl = (n: number): number => Math.log(n) - (n - 1) / n;

/** The best response of each group, by score, then id; groups in the order of their names. */
export const bestOfGroups = <R extends Scored & { readonly group: string }>(rows: readonly R[]): R[] => {
  const best = new Map<string, R>();
  for (const row of ranked(rows)) if (!best.has(row.group)) best.set(row.group, row);
  return [...best.keys()].sort().flatMap((group) => best.get(group) ?? []);
};

/** One sample of a prompt under both rewards. */
export interface ProxyGold {
  readonly proxy: number;
  readonly gold: number;
}

/**
 * Expected proxy and gold reward of the sample that is best by proxy among n drawn from the N of one prompt, over all draws: the
 * unbiased estimate of WebGPT (Nakano et al. 2021, appendix I), Σᵢ C(i − 1, n − 1)/C(N, n) · gold₍ᵢ₎ in rising order of proxy.
 * Samples of equal proxy share their weight. Throws RangeError unless 1 ≤ n ≤ N.
 */
export const bestOfNMean = (samples: readonly ProxyGold[], n: number): ProxyGold => {
  const all = samples.length;
  if (!(n >= 1 && n <= all)) throw new RangeError(`best of ${n} from ${all} samples`);
  const rising = samples.toSorted((a, b) => a.proxy - b.proxy);
  const sums = { proxy: 0, gold: 0 };
  for (let i = 0; i < all; ) {
    let j = i;
    let [weight, gold] = [0, 0];
    const proxy = rising[i]?.proxy ?? 0;
    while (j < all && rising[j]?.proxy === proxy) {
      // C(j, n − 1)/C(N, n) = n/N · Π over k < n − 1 of (j − k)/(N − 1 − k): no factorial overflows.
      let share = n / all;
      for (let k = 0; k < n - 1; k++) share *= (j - k) / (all - 1 - k);
      weight += share;
      gold += rising[j]?.gold ?? 0;
      j++;
    }
    sums.proxy += weight * proxy;
    sums.gold += (weight * gold) / (j - i);
    i = j;
  }
  return sums;
};

/**
 * Up to `count` responses of one prompt by statistical rejection sampling (Liu et al. 2024, RSO, algorithm 1): each is taken with
 * probability exp((reward − highest left)/β), round after round. Low β comes near best-of-n, high β near the base policy. Draws
 * depend on the seed, the round and the id alone. In the order in which they were taken.
 */
export const rejectionSample = <R extends Scored>(rows: readonly R[], count: number, beta: number, seed = 0): R[] => {
  let left = ranked(rows);
  const taken: R[] = [];
  for (let round = 0; taken.length < count && left.length > 0; round++) {
    const highest = left[0]?.score ?? 0;
    const accepted = left
      .filter(({ id, score }) => unitHash(`${seed}/${round}`, id) < Math.exp((score - highest) / beta))
      .slice(0, count - taken.length);
    taken.push(...accepted);
    left = left.filter((row) => !accepted.includes(row));
  }
  return taken;
};
