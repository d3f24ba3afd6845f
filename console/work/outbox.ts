/**
 * Answers on their way. Each is kept, byte by byte, before it is sent, and sent again with the same bytes until the server has said
 * yes or no: the server takes equal bytes for the same vote. In order, one at a time; a reload in between changes nothing.
 */
import { z } from 'zod';
import type { Store } from './store.ts';

const Letter = z.object({
  path: z.enum(['/api/work/submit', '/api/work/skip']),
  batch: z.string(),
  item: z.string(),
  run: z.string(),
  body: z.string(),
});
/** One request to be made. */
export type Letter = z.infer<typeof Letter>;

const Refusal = Letter.extend({ code: z.string(), message: z.string(), fix: z.string() });
/** A request the server said no to, for good. */
export type Refusal = z.infer<typeof Refusal> & { readonly id: string };

/** What came of sending: the server has it, refuses it, or is to be asked again; `reached`: it was there, but could not take it now. */
export type Fate =
  | { readonly is: 'taken' }
  | { readonly is: 'later'; readonly reached: boolean }
  | { readonly is: 'refused'; readonly code: string; readonly message: string; readonly fix: string };

export interface OutboxState {
  readonly waiting: number;
  readonly refused: readonly Refusal[];
  /** `stuck`: the last try reached nobody; `deferred`: the server could not take it. */
  readonly status: 'idle' | 'sending' | 'stuck' | 'deferred';
}

export interface OutboxDeps {
  readonly store: Store;
  readonly subject: string;
  readonly send: (letter: Letter) => Promise<Fate>;
  /** Runs `work` while no other tab does the same. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  readonly now: () => number;
  /** Told of each request that was taken. */
  readonly taken?: (letter: Letter) => void;
}

export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #letters: string;
  readonly #refusals: string;
  readonly #listeners = new Set<() => void>();
  #state: OutboxState = { waiting: 0, refused: [], status: 'idle' };
  #flushing: Promise<void> | null = null;
  #again = false;
  #count = 0;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#letters = `${deps.subject}/out/`;
    this.#refusals = `${deps.subject}/refused/`;
  }

  get state(): OutboxState {
    return this.#state;
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps a request, then tries to send what waits. Resolves once it is kept. */
  async post(letter: Letter): Promise<void> {
    // Keys in the order of time, also over reloads; the count parts those of one millisecond.
    const key = `${this.#letters}${String(this.#deps.now()).padStart(15, '0')}-${String(this.#count++).padStart(6, '0')}`;
    await this.#deps.store.set(key, letter);
    await this.#look();
    void this.flush();
  }

  /** Takes back what was not sent yet; false where there is nothing to take back. What is being sent is waited for. */
  async withdraw(batch: string, item: string): Promise<boolean> {
    let found = false;
    await this.#deps.alone(async () => {
      for (const [key, letter] of await this.#waiting())
        if (letter.batch === batch && letter.item === item) {
          await this.#deps.store.delete(key);
          found = true;
        }
      await this.#look();
    });
    return found;
  }

  /** Whether something about this item waits. */
  async holds(batch: string, item: string): Promise<boolean> {
    return (await this.#waiting()).some(([, letter]) => letter.batch === batch && letter.item === item);
  }

  /** Forgets a refusal. */
  async dismiss(id: string): Promise<void> {
    await this.#deps.store.delete(id);
    await this.#look();
  }

  /** Sends what waits, in order, until the server cannot be reached. While one call works, others wait with it. */
  flush(): Promise<void> {
    this.#again = true;
    this.#flushing ??= this.#deps
      .alone(async () => {
        while (this.#again) {
          this.#again = false;
          await this.#sendAll();
        }
      })
      .finally(() => {
        this.#flushing = null;
      });
    return this.#flushing;
  }

  async #sendAll(): Promise<void> {
    for (let next = (await this.#waiting())[0]; next !== undefined; next = (await this.#waiting())[0]) {
      const [key, letter] = next;
      await this.#look('sending');
      const fate = await this.#deps.send(letter);
      if (fate.is === 'later') return this.#look(fate.reached ? 'deferred' : 'stuck');
      if (fate.is === 'refused') {
        const { code, message, fix } = fate;
        await this.#deps.store.set(`${this.#refusals}${key.slice(this.#letters.length)}`, {
          ...letter,
          code,
          message,
          fix,
        });
      }
      await this.#deps.store.delete(key);
      if (fate.is === 'taken') this.#deps.taken?.(letter);
    }
    await this.#look('idle');
  }

  async #waiting(): Promise<[string, Letter][]> {
    const kept = await this.#deps.store.entries(this.#letters);
    return kept.flatMap(([key, value]) => {
      const letter = Letter.safeParse(value);
      return letter.success ? [[key, letter.data] as [string, Letter]] : [];
    });
  }

  async #look(status: OutboxState['status'] = this.#state.status): Promise<void> {
    const refused = (await this.#deps.store.entries(this.#refusals)).flatMap(([id, value]) => {
      const refusal = Refusal.safeParse(value);
      return refusal.success ? [{ ...refusal.data, id }] : [];
    });
    const waiting = (await this.#waiting()).length;
    // Where nothing waits any more, nothing is stuck.
    this.#state = { waiting, refused, status: waiting === 0 ? 'idle' : status };
    for (const listener of this.#listeners) listener();
  }
}
