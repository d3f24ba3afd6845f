/** Criteria drift: people's sense of good changes while they grade (Shankar et al. 2024, section 6.2). */
import type { Alignment } from '../../schemas/evalgen.ts';
import type { BootstrapOptions } from '../agreement/bootstrap.ts';
import { byText } from '../order.ts';
import { alignmentOf } from './alignment.ts';

/** A grade that stands, in the order in which it was given, and whether the chosen assertions fail its output. */
export interface Outcome {
  readonly good: boolean;
  readonly fails: boolean;
  /** Milliseconds since epoch. */
  readonly at: number;
}

export type Window = Alignment & { readonly from: number; readonly to: number; readonly at: number };

/** Alignment over `size` grades at a time; the last window has what is left. `from` and `to` are places in the list, `to` not included. */
export const alignmentWindows = (outcomes: readonly Outcome[], size: number, options?: BootstrapOptions): Window[] =>
  Array.from({ length: Math.ceil(outcomes.length / size) }, (_, window) => {
    const from = window * size;
    const own = outcomes.slice(from, from + size);
    const [good, fails] = [Uint8Array.from(own, (o) => Number(o.good)), Uint8Array.from(own, (o) => Number(o.fails))];
    return { from, to: from + own.length, at: own.at(-1)?.at ?? 0, ...alignmentOf(good, fails, options) };
  });

/** One grade as it was given; null takes an earlier one back. */
export interface Grade {
  readonly by: string;
  readonly output: string;
  readonly criterion: string | null;
  readonly good: boolean | null;
}

/** Grades given, and those that changed an earlier one of the same person on the same output; the whole first, then criteria by text. */
export const gradeChanges = (
  grades: readonly Grade[],
): { readonly criterion: string | null; readonly grades: number; readonly changed: number }[] => {
  const last = new Map<string, boolean | null>();
  const counts = new Map<string | null, { grades: number; changed: number }>();
  for (const { by, output, criterion, good } of grades) {
    const key = JSON.stringify([by, output, criterion]);
    const count = counts.get(criterion) ?? { grades: 0, changed: 0 };
    const before = last.get(key);
    count.grades++;
    if (before !== undefined && before !== null && before !== good) count.changed++;
    last.set(key, good);
    counts.set(criterion, count);
  }
  return [...counts]
    .map(([criterion, count]) => ({ criterion, ...count }))
    .sort(
      (a, b) =>
        Number(a.criterion !== null) - Number(b.criterion !== null) || byText(a.criterion ?? '', b.criterion ?? ''),
    );
};
