import { createRandom } from '../../models/random.ts';
import type { Reading } from '../../schemas/monitor.ts';

/** n normal numbers of a seed (Box–Muller). */
export const normal = (seed: number, n: number, mean = 0, deviation = 1): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: n }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * random());
  });
};

/** In how many of so many seeded cases a rule is red. */
export const redShare = (cases: number, readingOf: (seed: number) => Reading): number =>
  Array.from({ length: cases }, (_, seed) => readingOf(1000 + seed)).filter(({ state }) => state === 'red').length /
  cases;
