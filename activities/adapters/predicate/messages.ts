import type { PredicateInput } from '../../evalgen/predicate.ts';

/** What the thread is started with. */
export interface Job {
  readonly code: string;
  readonly inputs: readonly PredicateInput[];
}

/** What the thread tells: that it is there, then a verdict an input, or why there is none. */
export type Told = { readonly ready: true } | { readonly verdict: boolean | string };
