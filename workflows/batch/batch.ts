/**
 * The state of one annotation batch: who holds what, who voted, what is still open. Plain JSON in and out (it continues as
 * new), no clock of its own (times come in), no I/O: tested without Temporal.
 */
import type { Task } from '../schemas/annotation.ts';
import type {
  BatchState,
  ClaimGrant,
  ClaimRequest,
  ReleaseRequest,
  SkipRequest,
  SubmitRequest,
  VoteRef,
} from '../schemas/batch.ts';
import { fault } from './failures.ts';

/** [annotator index, task index, vote hash, category]: short, because a hundred items times three votes ride in one payload. */
type Vote = readonly [annotator: number, task: number, sha256: string, category: string | null];
type Entry = { readonly id: string; readonly votes: Vote[]; readonly skips: number[] };
type Lease = { readonly item: number; readonly annotator: number; readonly ends: number };

export type BatchJson = {
  readonly annotators: string[];
  readonly items: Entry[];
  readonly leases: Lease[];
};
export type BatchSettings = {
  readonly run: string;
  readonly batch: number;
  readonly tasks: readonly Task[];
  readonly redundancy: number;
  readonly leaseMs: number;
};

/**
 * Updates are typed by hand too, in the Temporal UI: a malformed one is refused by the validators below. An error inside a
 * handler would fail the workflow task, over and over, and with it the whole batch.
 */
const MAX_ITEMS = 20;
const isName = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= 200;
const isIds = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= MAX_ITEMS && value.every((id) => typeof id === 'string');
const isVote = (vote: Partial<VoteRef> | null): boolean =>
  typeof vote?.item === 'string' &&
  typeof vote.task === 'string' &&
  /^[0-9a-f]{64}$/.test(vote.sha256 ?? '') &&
  (vote.category == null || (typeof vote.category === 'string' && vote.category.length <= 32));
const wellFormed = (update: string, fields: readonly (readonly [name: string, ok: boolean])[]): void => {
  const wrong = fields.find(([, ok]) => !ok);
  if (wrong !== undefined) throw fault('ASY-4004', { reason: `${update}: \`${wrong[0]}\` is missing or not valid` });
};

/** After this many skips an item is taken as unanswerable and asks nobody else. */
const MAX_SKIPS = 3;

export class Batch {
  readonly #settings: BatchSettings;
  readonly #annotators: string[];
  readonly #items: Entry[];
  #leases: Lease[];
  #closed = false;

  constructor(settings: BatchSettings, state: BatchJson) {
    this.#settings = settings;
    this.#annotators = [...state.annotators];
    this.#items = state.items.map((item) => ({ ...item, votes: [...item.votes], skips: [...item.skips] }));
    this.#leases = [...state.leases];
  }

  static of(settings: BatchSettings, items: readonly string[]): Batch {
    return new Batch(settings, {
      annotators: [],
      items: items.map((id) => ({ id, votes: [], skips: [] })),
      leases: [],
    });
  }

  /** Nothing is handed out or taken from now on: the votes are being saved. A vote it has already is still no fault. */
  close(): void {
    this.#closed = true;
    this.#leases = [];
  }

  #refuseWhenClosed(): void {
    const { run, batch } = this.#settings;
    if (this.#closed) throw fault('ASY-4005', { batch: `${run}/${batch}: it has ended` });
  }

  toJSON(): BatchJson {
    return { annotators: this.#annotators, items: this.#items, leases: this.#leases };
  }

  /** Throws the fault that `claim` would meet. */
  checkClaim(request: ClaimRequest): void {
    this.#refuseWhenClosed();
    wellFormed('claim', [
      ['annotator', isName(request?.annotator)],
      ['n', Number.isInteger(request?.n) && request.n >= 1 && request.n <= MAX_ITEMS],
      ['items', request?.items == null || isIds(request.items)],
    ]);
  }

  /** Hands out up to `n` open items this annotator has not judged or skipped; items it holds already come first (a repeated call is harmless). */
  claim({ annotator, n, items: wanted }: ClaimRequest, now: number): ClaimGrant {
    this.expire(now);
    const who = this.#annotators.indexOf(annotator);
    const asked = (item: number) => wanted == null || wanted.includes(this.#entry(item).id);
    const held = this.#leases
      .filter((lease) => lease.annotator === who && asked(lease.item))
      .map((lease) => lease.item);
    const free = this.#items
      .map((entry, item) => ({ item, load: this.#voters(entry).size + this.#leased(item) }))
      .filter(
        ({ item, load }) =>
          load < this.#settings.redundancy && asked(item) && this.#may(who, item) && !held.includes(item),
      )
      .sort((x, y) => y.load - x.load || x.item - y.item)
      .map(({ item }) => item);
    const items = [...held, ...free].slice(0, n);
    const ends = now + this.#settings.leaseMs;
    this.#leases = this.#leases.filter((lease) => !(lease.annotator === who && items.includes(lease.item)));
    // Whoever got nothing is not remembered: strangers asking in vain must not make the state grow.
    if (items.length > 0) {
      const known = this.#index(annotator);
      for (const item of items) this.#leases.push({ item, annotator: known, ends });
    }
    return { items: items.map((item) => this.#entry(item).id), leaseEnds: ends };
  }

  /** Throws the fault that `submit` would meet. The same vote sent twice is no fault. */
  checkSubmit(request: SubmitRequest, now: number): void {
    wellFormed('submit', [
      ['annotator', isName(request?.annotator)],
      ['votes', Array.isArray(request?.votes) && request.votes.length >= 1 && request.votes.every(isVote)],
    ]);
    const { annotator, votes } = request;
    const byItem = new Map<string, VoteRef[]>();
    for (const vote of votes) byItem.set(vote.item, [...(byItem.get(vote.item) ?? []), vote]);
    for (const [id, given] of byItem) {
      const item = this.#find(id);
      const tasks = given.map((vote) => vote.task).sort();
      if (tasks.join() !== [...this.#settings.tasks].sort().join()) {
        throw fault('ASY-4004', { reason: `${id}: answer each of ${this.#settings.tasks.join(', ')} once` });
      }
      if (given.every((vote) => this.#has(item, annotator, vote))) continue;
      this.#refuseWhenClosed();
      if (this.#entry(item).votes.some(([who]) => this.#annotators[who] === annotator)) {
        throw fault('ASY-4004', { reason: `${id}: this annotator has voted already` });
      }
      if (!this.#holds(item, annotator, now)) throw fault('ASY-4003', { item: id });
    }
  }

  submit(request: SubmitRequest): void {
    const who = this.#index(request.annotator);
    for (const vote of request.votes) {
      const item = this.#find(vote.item);
      if (this.#has(item, request.annotator, vote)) continue;
      this.#entry(item).votes.push([who, this.#settings.tasks.indexOf(vote.task), vote.sha256, vote.category ?? null]);
      this.#drop(item, who);
    }
  }

  checkSkip(request: SkipRequest, now: number): void {
    this.#refuseWhenClosed();
    wellFormed('skip', [
      ['annotator', isName(request?.annotator)],
      ['item', typeof request?.item === 'string'],
    ]);
    const { annotator, item } = request;
    if (!this.#holds(this.#find(item), annotator, now)) throw fault('ASY-4003', { item });
  }

  skip({ annotator, item }: SkipRequest): void {
    const who = this.#index(annotator);
    const index = this.#find(item);
    const { skips } = this.#entry(index);
    if (!skips.includes(who)) skips.push(who);
    this.#drop(index, who);
  }

  /** Throws the fault that `release` would meet. */
  checkRelease(request: ReleaseRequest): void {
    wellFormed('release', [
      ['annotator', isName(request?.annotator)],
      ['items', isIds(request?.items)],
    ]);
    for (const id of request.items) this.#find(id);
  }

  release({ annotator, items }: ReleaseRequest): void {
    const who = this.#annotators.indexOf(annotator);
    for (const id of items) this.#drop(this.#find(id), who);
  }

  /** Returns leases that have run out to the queue, each once; how many did. */
  expire(now: number): number {
    const before = this.#leases.length;
    this.#leases = this.#leases.filter((lease) => lease.ends > now);
    return before - this.#leases.length;
  }

  /** When the next lease ends (ms since epoch), or null. */
  get nextExpiry(): number | null {
    return this.#leases.length === 0 ? null : Math.min(...this.#leases.map((lease) => lease.ends));
  }

  get done(): boolean {
    return this.#items.every((entry) => this.#open(entry) === 0);
  }

  /** Every vote, in item order, then in order of arrival. */
  get votes(): (VoteRef & { annotator: string })[] {
    return this.#items.flatMap((entry) =>
      entry.votes.map(([who, task, sha256, category]) => ({
        item: entry.id,
        task: this.#settings.tasks[task] as Task,
        sha256,
        category,
        annotator: this.#annotators[who] as string,
      })),
    );
  }

  /** Votes per task and category: all that live agreement needs. */
  get tally(): { task: Task; category: string; n: number }[] {
    const counts = new Map<string, { task: Task; category: string; n: number }>();
    for (const { task, category } of this.votes) {
      const key = `${task} ${category ?? 'given'}`;
      const entry = counts.get(key) ?? { task, category: category ?? 'given', n: 0 };
      entry.n++;
      counts.set(key, entry);
    }
    return [...counts.values()].sort((x, y) => (x.task + x.category < y.task + y.category ? -1 : 1));
  }

  state(): BatchState {
    const { run, batch, tasks, redundancy } = this.#settings;
    return {
      run,
      batch,
      tasks: [...tasks],
      items: this.#items.length,
      redundancy,
      votes: this.#items.reduce((sum, entry) => sum + this.#voters(entry).size, 0),
      open: this.#items.reduce((sum, entry) => sum + this.#open(entry), 0),
      leased: this.#leases.length,
      skipped: this.#items.reduce((sum, entry) => sum + entry.skips.length, 0),
      done: this.done,
    };
  }

  #index(annotator: string): number {
    const known = this.#annotators.indexOf(annotator);
    return known >= 0 ? known : this.#annotators.push(annotator) - 1;
  }
  #find(id: string): number {
    const index = this.#items.findIndex((entry) => entry.id === id);
    if (index < 0) throw fault('ASY-4004', { reason: `${id} is not in this batch` });
    return index;
  }
  #entry(item: number): Entry {
    return this.#items[item] as Entry;
  }
  #voters(entry: Entry): Set<number> {
    return new Set(entry.votes.map(([who]) => who));
  }
  #open(entry: Entry): number {
    return entry.skips.length >= MAX_SKIPS ? 0 : Math.max(0, this.#settings.redundancy - this.#voters(entry).size);
  }
  #leased(item: number): number {
    return this.#leases.filter((lease) => lease.item === item).length;
  }
  #may(who: number, item: number): boolean {
    const entry = this.#entry(item);
    return this.#open(entry) > 0 && !this.#voters(entry).has(who) && !entry.skips.includes(who);
  }
  #holds(item: number, annotator: string, now: number): boolean {
    return this.#leases.some((l) => l.item === item && this.#annotators[l.annotator] === annotator && l.ends > now);
  }
  #has(item: number, annotator: string, vote: VoteRef): boolean {
    return this.#entry(item).votes.some(
      ([who, task, sha256]) =>
        this.#annotators[who] === annotator && this.#settings.tasks[task] === vote.task && sha256 === vote.sha256,
    );
  }
  #drop(item: number, who: number): void {
    this.#leases = this.#leases.filter((lease) => !(lease.item === item && lease.annotator === who));
  }
}
