/** Minutes of work since the last rest. */

/** A pause of this length is a rest by itself where the run names none, in milliseconds. */
const REST = 5 * 60_000;

export class Break {
  #seconds = 0;
  #last = 0;

  /** So many seconds were worked up to `now` (ms since epoch); a pause of `rest` milliseconds ends what was before. */
  saw(seconds: number, now: number, rest = REST): void {
    if (seconds <= 0) return;
    if (this.#last > 0 && now - this.#last - seconds * 1000 >= rest) this.#seconds = 0;
    this.#seconds += seconds;
    this.#last = now;
  }
  rested(): void {
    this.#seconds = 0;
  }
  get minutes(): number {
    return this.#seconds / 60;
  }
}
