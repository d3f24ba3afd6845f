/** What a run knows of its annotators from the checks of all its batches. Pure; the parent of the batches keeps one. */
import type { ChecksSignal, Standing, StandingSignal } from '../../schemas/batch.ts';
import { MOST } from './limits.ts';
import { type CheckRules, standingOf } from './standing.ts';
import type { Tally } from './state.ts';

/** [annotator, checks asked, right] of batches that have ended. */
export type RegisterJson = readonly (readonly [annotator: string, asked: number, right: number])[];

const plus = (a: Tally, b: Tally): Tally => ({ asked: a.asked + b.asked, right: a.right + b.right });
const NONE: Tally = { asked: 0, right: 0 };

/** Signals cannot be refused, and may be typed by hand. */
const isWord = (signal: ChecksSignal | null): boolean =>
  typeof signal?.annotator === 'string' &&
  [signal.batch, signal.asked, signal.right].every((n) => Number.isInteger(n) && n >= 0);

export class Register {
  readonly #rules: CheckRules;
  /** Of batches that have ended. */
  readonly #ended: Map<string, Tally>;
  /** Of batches that are open: the latest word of each. */
  readonly #open = new Map<number, Map<string, Tally>>();
  readonly #closed = new Set<number>();
  readonly #said = new Map<string, Standing>();

  constructor(rules: CheckRules, known: RegisterJson = []) {
    this.#rules = rules;
    this.#ended = new Map(known.map(([annotator, asked, right]) => [annotator, { asked, right }]));
  }

  /** Takes what batches say; the same again, older, or what says nothing changes nothing. Returns the standings that are new by it. */
  hear(given: readonly ChecksSignal[]): StandingSignal[] {
    const signals = Array.isArray(given) ? given.filter(isWord) : [];
    for (const { batch, annotator, asked, right } of signals) {
      if (this.#closed.has(batch)) continue;
      const theirs = this.#open.get(batch) ?? new Map<string, Tally>();
      const before = theirs.get(annotator) ?? NONE;
      this.#open.set(batch, theirs);
      theirs.set(annotator, {
        asked: Math.max(before.asked, asked),
        right: asked < before.asked ? before.right : Math.max(before.right, right),
      });
    }
    return [...new Set(signals.map(({ annotator }) => annotator))].flatMap((annotator) => {
      const standing = standingOf(this.tally(annotator), this.#rules);
      if (standing === 'new' || standing === this.#said.get(annotator)) return [];
      this.#said.set(annotator, standing);
      return [{ annotator, standing }];
    });
  }

  /** A batch has ended: its last word counts for good, and signals that come after it do not. Returns as `hear` does. */
  close(batch: number, checks: readonly ChecksSignal[]): StandingSignal[] {
    const standings = this.hear(checks);
    for (const [annotator, tally] of this.#open.get(batch) ?? [])
      this.#ended.set(annotator, plus(this.#ended.get(annotator) ?? NONE, tally));
    this.#open.delete(batch);
    this.#closed.add(batch);
    return standings;
  }

  tally(annotator: string): Tally {
    return [...this.#open.values()].reduce(
      (sum, theirs) => plus(sum, theirs.get(annotator) ?? NONE),
      this.#ended.get(annotator) ?? NONE,
    );
  }

  /** Those with the most answers, as many as a payload has room for; who is forgotten is judged afresh. */
  toJSON(): RegisterJson {
    const people = new Set([
      ...this.#ended.keys(),
      ...[...this.#open.values()].flatMap((theirs) => [...theirs.keys()]),
    ]);
    return [...people]
      .map((annotator) => ({ annotator, ...this.tally(annotator) }))
      .sort((x, y) => y.asked - x.asked || (x.annotator < y.annotator ? -1 : 1))
      .slice(0, MOST.remembered)
      .map(({ annotator, asked, right }) => [annotator, asked, right] as const);
  }
}
