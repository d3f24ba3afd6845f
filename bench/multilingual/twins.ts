/** Whether translated twins score close (S244): reward differences of a pair and of its translation. */
import { pearson } from '../../models/metrics/correlation.ts';
import type { BenchTask } from './pairs.ts';

export interface TwinRow {
  readonly language: string;
  readonly n: number;
  /** Pearson correlation of the reward differences of source pairs and their twins. */
  readonly correlation: number | null;
  /** Mean |difference of the two|, over the mean of the same between a source pair and a twin of another group's pair. */
  readonly distance: number;
}

/** Rewards of held-out pairs by one model; twins share a group, and stand in it in the same order. */
export const twinRows = (
  { pairs, source }: BenchTask,
  held: ReadonlySet<string>,
  difference: (pair: number) => number,
): TwinRow[] => {
  const values = (language: string) =>
    Map.groupBy(
      pairs.flatMap((pair, i) =>
        pair.language === language && held.has(pair.group) ? [{ pair, z: difference(i) }] : [],
      ),
      ({ pair }) => pair.group,
    );
  const own = values(source);
  return [...new Set(pairs.map(({ language }) => language))].sort().flatMap((language) => {
    if (language === source) return [];
    const theirs = values(language);
    const couples = [...own].flatMap(([group, mine]) =>
      mine.flatMap(({ z }, k): [number, number][] => {
        const twin = theirs.get(group)?.[k];
        return twin === undefined ? [] : [[z, twin.z]];
      }),
    );
    // A twin of another question: as far along the list as half of it.
    const strangers = couples.map(([z], i): [number, number] => [
      z,
      couples[(i + (couples.length >> 1)) % couples.length]?.[1] ?? 0,
    ]);
    const distance = (rows: readonly [number, number][]) => rows.reduce((sum, [a, b]) => sum + Math.abs(a - b), 0);
    return [
      {
        language,
        n: couples.length,
        correlation: pearson(
          couples.map(([z]) => z),
          couples.map(([, z]) => z),
        ),
        distance: distance(couples) / distance(strangers),
      },
    ];
  });
};
