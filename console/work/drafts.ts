/** Answers that are not finished: saved at every change, gone once the server has the vote. */
import { z } from 'zod';
import type { Answers } from '../tasks/drafts.ts';
import type { Store } from './store.ts';

const Draft = z.object({
  answers: z.record(z.string(), z.unknown()),
  /** Seconds of work so far. */
  seconds: z.number(),
  /** Milliseconds since epoch. */
  at: z.number(),
});
export interface Draft {
  readonly answers: Answers;
  readonly seconds: number;
}

/** A draft nobody came back to for so long is dropped. */
const KEPT = 14 * 24 * 3600_000;

export class Drafts {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #now: () => number;
  /** Per key the newest value not written yet, while an older one is being written. */
  readonly #next = new Map<string, unknown>();
  readonly #writing = new Map<string, Promise<void>>();

  constructor(store: Store, subject: string, now: () => number = Date.now) {
    this.#store = store;
    this.#prefix = `${subject}/draft/`;
    this.#now = now;
  }

  #key(batch: string, item: string): string {
    return `${this.#prefix}${batch}/${item}`;
  }

  /** The draft; null where there is none, or none of ours. */
  async read(batch: string, item: string): Promise<Draft | null> {
    const found = Draft.safeParse(await this.#store.get(this.#key(batch, item)));
    return found.success ? found.data : null;
  }

  /** Keeps the newest draft. Changes that come while one is written are written together; resolves when this one, or a newer, is. */
  save(batch: string, item: string, draft: Draft): Promise<void> {
    const key = this.#key(batch, item);
    this.#next.set(key, { ...draft, at: this.#now() });
    const writing = this.#writing.get(key) ?? this.#write(key).finally(() => this.#writing.delete(key));
    this.#writing.set(key, writing);
    return writing;
  }

  async #write(key: string): Promise<void> {
    while (this.#next.has(key)) {
      const value = this.#next.get(key);
      this.#next.delete(key);
      await this.#store.set(key, value);
    }
  }

  /** Drops a draft, also one that is still being written. */
  async drop(batch: string, item: string): Promise<void> {
    const key = this.#key(batch, item);
    this.#next.delete(key);
    await this.#writing.get(key);
    await this.#store.delete(key);
  }

  /** Drops what nobody came back to. */
  async sweep(): Promise<void> {
    for (const [key, value] of await this.#store.entries(this.#prefix)) {
      const found = Draft.safeParse(value);
      if (!found.success || found.data.at < this.#now() - KEPT) await this.#store.delete(key);
    }
  }
}
