import { sigmoid } from '../../../models/metrics/calibration.ts';
import { createRandom } from '../../../models/random.ts';

export interface Planting {
  /** Pairs per language. */
  readonly counts: readonly number[];
  readonly dims: number;
  readonly seed: number;
  /** A weight that one language has on a feature which means nothing elsewhere. */
  readonly own?: { readonly language: number; readonly feature: number; readonly weight: number };
}

/** Weight of every feature in every language; the last one is 0 where a language is to have it of its own. */
const sharedWeight = (j: number, { own }: Planting): number => (j === own?.feature ? 0 : j % 2 === 0 ? 1.5 : -1);

/**
 * Pairs whose first side is preferred with probability σ(w·d): turned round where it is not, as real winners and losers are.
 * A language's pairs depend only on the seed, its index and their number.
 */
export const planted = (planting: Planting) => {
  const { counts, dims, seed, own } = planting;
  const n = counts.reduce((sum, count) => sum + count, 0);
  const differences = new Float32Array(n * dims);
  const languages = new Int32Array(n);
  let row = 0;
  counts.forEach((count, language) => {
    const random = createRandom(seed * 1000 + language);
    for (let i = 0; i < count; i++, row++) {
      languages[row] = language;
      const d = Array.from({ length: dims }, () => random() * 4 - 2);
      const z = d.reduce(
        (sum, value, j) =>
          sum + value * (own?.language === language && own.feature === j ? own.weight : sharedWeight(j, planting)),
        0,
      );
      const turn = random() < sigmoid(z) ? 1 : -1;
      d.forEach((value, j) => (differences[row * dims + j] = turn * value));
    }
  });
  return { differences, languages, n, dims };
};
