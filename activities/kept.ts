/** Values in memory by key, as long as together they weigh no more than `most`; what was asked for longest ago goes first. */
export class Kept<T> {
  readonly #most: number;
  readonly #values = new Map<string, { readonly value: Promise<T>; weight: number }>();
  #weight = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** The value, loaded once for all who ask meanwhile; a failed load is forgotten. */
  get(key: string, load: () => Promise<{ value: T; weight: number }>): Promise<T> {
    const found = this.#values.get(key);
    if (found !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, found);
      return found.value;
    }
    const loaded = load();
    const entry = { value: loaded.then(({ value }) => value), weight: 0 };
    this.#values.set(key, entry);
    loaded.then(
      ({ weight }) => {
        if (this.#values.get(key) !== entry) return;
        entry.weight = weight;
        this.#weight += weight;
        this.#shed(key);
      },
      () => this.#values.get(key) === entry && this.#values.delete(key),
    );
    return entry.value;
  }

  forget(key: string): void {
    this.#weight -= this.#values.get(key)?.weight ?? 0;
    this.#values.delete(key);
  }

  #shed(newest: string): void {
    for (const [key, { weight }] of this.#values) {
      if (this.#weight <= this.#most) return;
      // What weighs nothing yet is being loaded.
      if (key === newest || weight === 0) continue;
      this.forget(key);
    }
  }
}
