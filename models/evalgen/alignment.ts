/** How well assertions agree with people's grades (S156; Shankar et al. 2024, "Who Validates the Validators?", section 4). */
import type { Alignment } from '../../schemas/evalgen.ts';
import { type BootstrapOptions, bootstrapItems } from '../agreement/bootstrap.ts';

/** 1 where an output is good (grades) or fails (assertions), by output. */
export type Marks = Uint8Array;

/** Coverage, false-failure rate and their alignment 2·c·(1 − f) / (c + 1 − f), from what fails of the outputs drawn. */
const figuresOf = (good: Marks, fails: Marks, drawn?: Int32Array): Omit<Alignment, 'ci'> => {
  const n = drawn?.length ?? good.length;
  let [bad, caught, wronged] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const output = drawn?.[i] ?? i;
    if (good[output] === 1) wronged += fails[output] ?? 0;
    else {
      bad++;
      caught += fails[output] ?? 0;
    }
  }
  const coverage = bad === 0 ? null : caught / bad;
  const falseFailureRate = n === bad ? null : wronged / (n - bad);
  return { n, bad, coverage, falseFailureRate, alignment: harmonic(coverage, falseFailureRate) };
};

/** Harmonic mean of coverage and 1 − false-failure rate; null where either is. */
export const harmonic = (coverage: number | null, falseFailureRate: number | null): number | null => {
  if (coverage === null || falseFailureRate === null) return null;
  const spared = 1 - falseFailureRate;
  return coverage + spared === 0 ? 0 : (2 * coverage * spared) / (coverage + spared);
};

/** An assertion's (or a set's) figures, with the interval of its alignment over outputs. */
export const alignmentOf = (good: Marks, fails: Marks, options?: BootstrapOptions): Alignment => {
  const figures = figuresOf(good, fails);
  const ci =
    figures.alignment === null
      ? null
      : bootstrapItems(good.length, (drawn) => figuresOf(good, fails, drawn).alignment, options);
  return { ...figures, ci };
};

/** The alignment alone: what a search looks at. */
export const alignmentValue = (good: Marks, fails: Marks): number => figuresOf(good, fails).alignment ?? 0;

/** What fails a set: every output that fails one of its assertions. */
export const failsAny = (sets: readonly Marks[], outputs: number): Marks => {
  const fails = new Uint8Array(outputs);
  for (const own of sets) for (let i = 0; i < outputs; i++) if (own[i] === 1) fails[i] = 1;
  return fails;
};
