/** Answers that are not finished: saved at every change, gone once the server has the vote. */
import { z } from 'zod';
import type { Answers } from '../tasks/drafts.ts';
import type { Store } from './store.ts';

const Kept = z.object({
  answers: z.record(z.string(), z.unknown()),
  /** Seconds of work so far. */
  seconds: z.number(),
  /** Milliseconds since epoch. */
  at: z.number(),
});
type Kept = z.infer<typeof Kept>;
export interface Draft {
  readonly answers: Answers;
  readonly seconds: number;
}

/** A draft nobody came back to for so long is dropped. */
const KEPT = 14 * 24 * 3600_000;

/** What a page can write in its last moment, when the store would take too long: localStorage. */
export type Pocket = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>;

const POCKET = 'assay-unwritten/';

/** Undefined of what is no JSON. */
const parsed = (json: string | null): unknown => {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
};

export interface DraftsDeps {
  readonly store: Store;
  /** Null where the browser lets nobody write. */
  readonly pocket: Pocket | null;
  readonly subject: string;
  readonly now: () => number;
}

export class Drafts {
  readonly #store: Store;
  readonly #pocket: Pocket | null;
  readonly #prefix: string;
  readonly #now: () => number;
  /** Per key the newest value, until the store has it. */
  readonly #unwritten = new Map<string, Kept>();
  readonly #writing = new Map<string, Promise<void>>();

  constructor({ store, pocket, subject, now }: DraftsDeps) {
    this.#store = store;
    this.#pocket = pocket;
    this.#prefix = `${subject}/draft/`;
    this.#now = now;
  }

  #key(batch: string, item: string): string {
    return `${this.#prefix}${batch}/${item}`;
  }

  /** The draft; null where there is none, or none of ours. */
  async read(batch: string, item: string): Promise<Draft | null> {
    return this.#stored(this.#key(batch, item));
  }

  async #stored(key: string): Promise<Kept | null> {
    const found = Kept.safeParse(await this.#store.get(key));
    return found.success ? found.data : null;
  }

  /** Keeps the newest draft. Changes that come while one is written are written together; resolves when this one, or a newer, is. */
  save(batch: string, item: string, draft: Draft): Promise<void> {
    const key = this.#key(batch, item);
    this.#unwritten.set(key, { ...draft, at: this.#now() });
    const writing = this.#writing.get(key) ?? this.#write(key).finally(() => this.#writing.delete(key));
    this.#writing.set(key, writing);
    return writing;
  }

  async #write(key: string): Promise<void> {
    for (let value = this.#unwritten.get(key); value !== undefined; value = this.#unwritten.get(key)) {
      await this.#store.set(key, value);
      if (this.#unwritten.get(key) === value) this.#unwritten.delete(key);
    }
  }

  /** Puts what the store does not have yet where the next page finds it: for a page that is going away. */
  pocket(): void {
    for (const [key, value] of this.#unwritten)
      try {
        this.#pocket?.setItem(`${POCKET}${key}`, JSON.stringify(value));
      } catch {
        // It is full or closed, and there is no later.
      }
  }

  /** Stores what the page before had to leave in its pocket. */
  async unpocket(): Promise<void> {
    const [prefix, pocket] = [`${POCKET}${this.#prefix}`, this.#pocket];
    if (pocket === null) return;
    const keys = Array.from({ length: pocket.length }, (_, n) => pocket.key(n) ?? '');
    for (const name of keys.filter((one) => one.startsWith(prefix))) {
      const key = name.slice(POCKET.length);
      const left = Kept.safeParse(parsed(pocket.getItem(name)));
      if (left.success && left.data.at > ((await this.#stored(key))?.at ?? 0)) await this.#store.set(key, left.data);
      pocket.removeItem(name);
    }
  }

  /** Drops a draft, also one that is still being written. */
  async drop(batch: string, item: string): Promise<void> {
    const key = this.#key(batch, item);
    this.#unwritten.delete(key);
    await this.#writing.get(key);
    await this.#store.delete(key);
  }

  /** Drops what nobody came back to. */
  async sweep(): Promise<void> {
    for (const [key, value] of await this.#store.entries(this.#prefix)) {
      const found = Kept.safeParse(value);
      if (!found.success || found.data.at < this.#now() - KEPT) await this.#store.delete(key);
    }
  }
}
