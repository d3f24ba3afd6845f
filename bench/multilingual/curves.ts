/**
 * Learning curves in a target language (S245): the source language alone (zero-shot), the target's pairs alone (scratch), both
 * under one head (shared) or with language heads, and every language's pairs with the target's under one head (all).
 */
import { unitHash } from '../../models/hash.ts';
import { pairAccuracy } from '../../models/metrics/preference.ts';
import { wilson } from '../../models/metrics/wilson.ts';
import { splitByGroup } from '../../models/split.ts';
import type { Difference, TaskModels } from './models.ts';
import type { BenchTask } from './pairs.ts';

export const SIZES = [20, 50, 200] as const;
/** Languages are drawn with p ∝ n^(1/2): the target's few pairs are heard beside the source's many. */
const TEMPERATURE = 2;
const KINDS = ['zero-shot', 'scratch', 'shared', 'heads', 'all'] as const;
export type Kind = (typeof KINDS)[number];

interface Sum {
  right: number;
  n: number;
}

export interface CurvePoint {
  /** Target pairs trained on; fewer than asked for where the language has no more. */
  readonly size: number;
  readonly trained: number;
  readonly kind: Kind;
  readonly accuracy: number;
  /** Wilson on the test pairs of one split, all target languages together: splits overlap and are not counted again. */
  readonly ci: readonly [number, number];
  readonly n: number;
  /** Difference to scratch, and the 95 % interval of its mean over target languages and splits (normal, as if independent). */
  readonly overScratch: number;
  readonly overScratchCi: readonly [number, number];
}

/** How often each shrinkage was chosen. */
export type Chosen = Map<number, number>;

const share = (difference: Difference, test: readonly number[]): Sum => {
  const { accuracy, n } = pairAccuracy(test.map(difference));
  return { right: accuracy * n, n };
};

const interval = (values: readonly number[]): [number, number] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const reach = 1.96 * Math.sqrt(variance / values.length);
  return [mean - reach, mean + reach];
};

export const learningCurves = async (
  { pairs, source }: BenchTask,
  models: TaskModels,
  seeds: number,
): Promise<{ points: CurvePoint[]; chosen: Chosen }> => {
  const chosen: Chosen = new Map();
  const results = new Map<string, { trained: number; cells: Record<Kind, Sum>[] }>();
  const targets = models.languages.filter((language) => language !== source);
  for (let seed = 0; seed < seeds; seed++) {
    const held = splitByGroup(
      pairs.map(({ group }) => group),
      0.3,
      `curve ${seed}`,
    );
    const of = (language: string, tested: boolean) =>
      pairs.flatMap((pair, i) => (pair.language === language && held.has(pair.group) === tested ? i : []));
    const from = of(source, false);
    const zero = await models.shared(from);
    for (const target of targets) {
      const test = of(target, true);
      const drawn = of(target, false)
        .map((i) => ({ i, key: unitHash(`draw ${seed}`, `${i}`) }))
        .sort((a, b) => a.key - b.key)
        .map(({ i }) => i);
      for (const size of SIZES) {
        const own = drawn.slice(0, size);
        const both = [...from, ...own];
        const all = [
          ...models.languages.flatMap((language) => (language === target ? [] : of(language, false))),
          ...own,
        ];
        const cells: Record<Kind, Sum> = {
          'zero-shot': share(zero, test),
          scratch: share(await models.shared(own), test),
          shared: share(await models.shared(both, models.balance(both, TEMPERATURE)), test),
          all: share(await models.shared(all, models.balance(all, TEMPERATURE)), test),
          heads: share(await models.heads(both, TEMPERATURE, (s) => chosen.set(s, (chosen.get(s) ?? 0) + 1)), test),
        };
        const known = results.get(`${size}`) ?? { trained: 0, cells: [] };
        known.cells.push(cells);
        known.trained += own.length;
        results.set(`${size}`, known);
      }
    }
  }
  const points = SIZES.flatMap((size) => {
    const { cells = [], trained = 0 } = results.get(`${size}`) ?? {};
    return KINDS.map((kind): CurvePoint => {
      const right = cells.reduce((sum, cell) => sum + cell[kind].right, 0);
      const n = cells.reduce((sum, cell) => sum + cell[kind].n, 0);
      const gains = cells.map((cell) => cell[kind].right / cell[kind].n - cell.scratch.right / cell.scratch.n);
      return {
        size,
        trained: trained / cells.length,
        kind,
        accuracy: right / n,
        ci: wilson(right / seeds, n / seeds),
        n: n / seeds,
        overScratch: gains.reduce((sum, gain) => sum + gain, 0) / gains.length,
        overScratchCi: interval(gains),
      };
    });
  });
  return { points, chosen };
};
