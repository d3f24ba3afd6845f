/** Seconds somebody works on an item: up to a minute after each sign of them, and never while the page is hidden. */
const IDLE = 60_000;

export class ActiveTimer {
  readonly #now: () => number;
  #done: number;
  /** When the last sign was, in milliseconds; null: paused. */
  #last: number | null = null;

  /** `seconds` worked before, of a draft. */
  constructor(now: () => number, seconds = 0) {
    this.#now = now;
    this.#done = seconds * 1000;
  }

  #sinceLast(): number {
    // A clock that was set back counts nothing.
    return this.#last === null ? 0 : Math.min(IDLE, Math.max(0, this.#now() - this.#last));
  }

  /** A key, a pointer, the page in sight again. */
  sign(): void {
    this.#done += this.#sinceLast();
    this.#last = this.#now();
  }

  /** The page is hidden, or the item is done. */
  pause(): void {
    this.#done += this.#sinceLast();
    this.#last = null;
  }

  get seconds(): number {
    return (this.#done + this.#sinceLast()) / 1000;
  }

  /** Whether nobody has been seen for as long as counts. */
  get idle(): boolean {
    return this.#last === null || this.#sinceLast() >= IDLE;
  }
}
