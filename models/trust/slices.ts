/** Accuracy where it may differ: by language, source, generator, length of the group (S117, S247). */
import { shareRight } from '../metrics/preference.ts';
import { byText } from '../order.ts';

export interface Slice {
  /** Name of the slice; `unknown` where the fact is not known. */
  readonly value: string;
  readonly n: number;
  readonly accuracy: number;
  /** Wilson 95 %. */
  readonly ci: [number, number];
  /** The baseline on the same examples. */
  readonly baseline: number;
}

const NO_FACT = 'unknown';

/** One slice per value, by name; outcomes are 1, one half or 0 per example. */
export const slicesOf = (
  values: readonly (string | null)[],
  outcomes: ArrayLike<number>,
  baseline: ArrayLike<number>,
): Slice[] => {
  const members = new Map<string, number[]>();
  values.forEach((value, i) => {
    const known = members.get(value ?? NO_FACT);
    if (known === undefined) members.set(value ?? NO_FACT, [i]);
    else known.push(i);
  });
  return [...members]
    .sort(([a], [b]) => byText(a, b))
    .map(([value, mine]) => ({
      value,
      ...shareRight(mine.map((i) => outcomes[i] ?? 0)),
      baseline: shareRight(mine.map((i) => baseline[i] ?? 0)).accuracy,
    }));
};

/** A slice of fewer examples is not called worst or best where another has as many. */
const LEAST = 10;

/** The slice with the least accuracy, and how far the best is above it (S247), among those of ten examples or more where there are any; null with no slice. */
export const gapOf = (slices: readonly Slice[]): { readonly worst: string; readonly maxGap: number } | null => {
  const large = slices.filter(({ n }) => n >= LEAST);
  const [first, ...rest] = large.length > 0 ? large : slices;
  if (first === undefined) return null;
  const worst = rest.reduce((least, slice) => (slice.accuracy < least.accuracy ? slice : least), first);
  const best = rest.reduce((most, slice) => (slice.accuracy > most.accuracy ? slice : most), first);
  return { worst: worst.value, maxGap: best.accuracy - worst.accuracy };
};

/** Size of a pair's group as a range, so that slices stay few. */
export const groupSizes = (groups: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return groups.map((group) => {
    const n = counts.get(group) ?? 0;
    return n === 1 ? '1' : n <= 4 ? '2–4' : '5 or more';
  });
};
