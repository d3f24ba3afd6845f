/** A coefficient by name, with its value or the reason why there is none. */
import type { Interval } from './bootstrap.ts';

export interface Coefficient {
  readonly name: string;
  readonly value: number | null;
  /** 95 %, over items; null without a value or without resamples. */
  readonly ci: Interval | null;
  /** Items it is of. */
  readonly n: number;
  /** Why there is no value. */
  readonly notComputed?: string;
}

export const without = (name: string, notComputed: string): Coefficient => ({
  name,
  value: null,
  ci: null,
  n: 0,
  notComputed,
});

/** The reason where a formula divides by what could have differed. */
export const NOTHING_VARIES = 'all ratings are the same';
