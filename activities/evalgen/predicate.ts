/** Code of candidate assertions, run where it can reach nothing. `adapters/predicate` has the sandbox. */

/** What a predicate is given: plain text and nothing else. */
export interface PredicateInput {
  readonly prompt: string;
  readonly response: string;
}

/** A verdict for each input, in order; or the first input (counted from 0; null: the code itself) that gave none, and why. */
export type PredicateResult =
  | { readonly passes: readonly boolean[] }
  | { readonly fault: string; readonly input: number | null };

export interface PredicateRunner {
  /** Equal code and inputs give equal results: the code has no clock, no chance and no memory from one input to the next. */
  run(code: string, inputs: readonly PredicateInput[]): Promise<PredicateResult>;
}
