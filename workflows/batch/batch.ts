/**
 * One annotation batch: who holds what, who voted, what is open, what waits for a reviewer. Plain JSON in and out (it continues as
 * new), no clock of its own (times come in), no I/O: tested without Temporal.
 */
import type { Task } from '../../schemas/annotation.ts';
import type {
  AdjudicateRequest,
  BatchItem,
  BatchState,
  CastVote,
  ChecksSignal,
  ClaimGrant,
  ClaimRequest,
  CommentRequest,
  DisputeRequest,
  OwnVote,
  ReleaseRequest,
  ReviewEntry,
  SkipRequest,
  StandingSignal,
  SubmitRequest,
  UndoRequest,
} from '../../schemas/batch.ts';
import { assign, turnOf } from './assign.ts';
import { passCheck, score, settle, wrongOn } from './checks.ts';
import { MOST } from './limits.ts';
import { entryAt, find, hasNote, hasVote, isRuledSo } from './lookups.ts';
import { Permits } from './permits.ts';
import { NOTE, rule } from './review.ts';
import { type BatchSettings, complete, type Settings } from './settings.ts';
import {
  type BatchJson,
  entryOf,
  giveBack,
  type Line,
  peopleOf,
  personOf,
  reasonNumber,
  remember,
  restore,
  type State,
  store,
} from './state.ts';
import { isDone, itemOf, ownOf, queueOf, rulingsOf, type SavedVote, stateOf, tallyOf, votesOf } from './views.ts';

export type { BatchSettings } from './settings.ts';
export type { BatchJson } from './state.ts';

/** What a batch starts with beside its items. */
interface Beginning {
  readonly checks?: readonly Line[];
  readonly seed?: string;
  readonly since?: number;
  /** What the run knows of annotators from earlier batches. */
  readonly known?: readonly (readonly [annotator: string, asked: number, right: number])[];
}

/** Votes that decide nothing any more, to be stored. */
export interface Aside {
  readonly checks: readonly CastVote[];
  readonly withdrawn: readonly CastVote[];
}

/** Each `check…` throws the fault that its Update would meet; what it lets pass cannot fail. */
export class Batch {
  readonly #settings: Settings;
  readonly #state: State;
  /** Answers to checks as last told to the run. */
  readonly #told = new Map<string, number>();
  readonly #permits: Permits;

  constructor(settings: BatchSettings, state: BatchJson) {
    this.#settings = complete(settings);
    this.#state = restore(state);
    this.#permits = new Permits(this.#settings, this.#state);
  }

  static of(settings: BatchSettings, items: readonly (string | Line)[], beginning: Beginning = {}): Batch {
    const { checks = [], seed = '', since = 0, known = [] } = beginning;
    const batch = new Batch(settings, { annotators: [], items: [], leases: [], seed, since });
    const lines = [...items.map((item) => (typeof item === 'string' ? { id: item } : item)), ...checks];
    batch.#state.entries.push(...lines.map(entryOf));
    for (const [name, asked, right] of known) batch.#state.elsewhere.set(name, { asked, right, standing: null });
    return batch;
  }

  /** Nothing is handed out or taken from now on: the votes are being saved. A vote it has already is still no fault. */
  close(): void {
    this.#permits.closed = true;
    this.#state.leases = [];
  }

  toJSON(): BatchJson {
    return store(this.#state);
  }

  checkClaim(request: ClaimRequest): void {
    this.#permits.claim(request);
  }

  /** Hands out items; once closed, or where nothing is open to this annotator, none. */
  claim(request: ClaimRequest, now: number): ClaimGrant {
    if (this.#permits.closed) return { items: [], turns: [], leaseEnds: now, refusal: 'empty' };
    this.expire(now);
    return assign(this.#state, request, now, this.#settings);
  }

  checkSubmit(request: SubmitRequest, now: number): void {
    this.#permits.submit(request, now);
  }

  submit({ annotator, votes }: SubmitRequest, now: number): void {
    const who = remember(this.#state, annotator);
    const answered = new Set<number>();
    for (const vote of votes) {
      const item = find(this.#state, vote.item);
      const entry = entryAt(this.#state, item);
      if (hasVote(entry, who, vote, this.#settings)) continue;
      const task = this.#settings.tasks.indexOf(vote.task);
      entry.votes.push([who, task, vote.sha256, vote.category ?? null, now - this.#state.since]);
      giveBack(this.#state, item, who);
      answered.add(item);
    }
    for (const item of answered) score(this.#state, item, who, this.#settings);
  }

  checkSkip(request: SkipRequest, now: number): void {
    this.#permits.skip(request, now);
  }

  skip({ annotator, item: id, reason }: SkipRequest): void {
    const who = personOf(this.#state, annotator);
    const item = find(this.#state, id);
    const { skips, known } = entryAt(this.#state, item);
    if (known !== null) return passCheck(this.#state, item, who);
    if (!skips.some((skip) => skip[0] === who)) skips.push([who, reasonNumber(reason)]);
    giveBack(this.#state, item, who);
  }

  checkRelease(request: ReleaseRequest): void {
    this.#permits.release(request);
  }

  release({ annotator, items }: ReleaseRequest): void {
    const who = personOf(this.#state, annotator);
    for (const id of items) giveBack(this.#state, find(this.#state, id), who);
  }

  checkUndo(request: UndoRequest, now: number): void {
    this.#permits.undo(request, now);
  }

  /** The votes are gone as if never given, and the item is held again. What was known by a check stays known. */
  undo({ annotator, item: id }: UndoRequest, now: number): void {
    const item = find(this.#state, id);
    const entry = entryAt(this.#state, item);
    const who = personOf(this.#state, annotator);
    if (!peopleOf(entry.votes).has(who)) return;
    entry.votes = entry.votes.filter((vote) => vote[0] !== who);
    const ends = now + this.#settings.leaseMs;
    this.#state.leases.push({ item, annotator: who, ends, turn: turnOf(this.#state, item) });
  }

  checkAdjudicate(request: AdjudicateRequest): void {
    this.#permits.adjudicate(request);
  }

  adjudicate(request: AdjudicateRequest, now: number): void {
    const item = find(this.#state, request.item);
    if (isRuledSo(this.#state, entryAt(this.#state, item), request)) return;
    rule(this.#state, item, request, now, this.#settings);
  }

  checkDispute(request: DisputeRequest): void {
    this.#permits.dispute(request);
  }

  dispute({ annotator, item: id, note }: DisputeRequest, now: number): void {
    const entry = entryAt(this.#state, find(this.#state, id));
    const who = personOf(this.#state, annotator);
    const person = this.#state.people[who];
    if (person === undefined || hasNote(entry, who, NOTE.dispute, note)) return;
    person.disputes++;
    entry.dispute = 1;
    entry.notes.push([who, NOTE.dispute, note, now - this.#state.since]);
  }

  checkComment(request: CommentRequest): void {
    this.#permits.comment(request);
  }

  comment({ by, item: id, note }: CommentRequest, now: number): void {
    const entry = entryAt(this.#state, find(this.#state, id));
    const who = remember(this.#state, by);
    if (hasNote(entry, who, NOTE.comment, note)) return;
    entry.notes.push([who, NOTE.comment, note, now - this.#state.since]);
  }

  /** What the run says of people, from all of its batches. What is no standing is passed over: signals cannot be refused. */
  tell(signals: readonly StandingSignal[]): void {
    const { elsewhere, people } = this.#state;
    for (const signal of Array.isArray(signals) ? signals : []) {
      const { annotator, standing: said } = (signal ?? {}) as Partial<StandingSignal>;
      if (typeof annotator !== 'string' || (said !== 'qualified' && said !== 'paused')) continue;
      const known = elsewhere.get(annotator);
      if (known === undefined && elsewhere.size >= MOST.remembered && personOf(this.#state, annotator) < 0) continue;
      elsewhere.set(annotator, { asked: 0, right: 0, ...known, standing: said });
    }
    for (const who of people.keys()) settle(this.#state, who, this.#settings);
  }

  /** Answers to checks given here by people of whom the run does not know them yet. */
  get untold(): ChecksSignal[] {
    return this.checked.filter(({ annotator, asked, right }) => this.#told.get(annotator) !== asked + right);
  }

  /** The run knows these now. */
  toldRun(signals: readonly ChecksSignal[]): void {
    for (const { annotator, asked, right } of signals) this.#told.set(annotator, asked + right);
  }

  /** Everybody's answers to checks here. */
  get checked(): ChecksSignal[] {
    const { batch } = this.#settings;
    return this.#state.people.flatMap(({ name, asked, right }) =>
      asked === 0 ? [] : [{ batch, annotator: name, asked, right }],
    );
  }

  /**
   * Takes out votes that decide nothing any more: on checks, but for some wrong ones that a reviewer shall see, and all but the
   * newest of those taken back; with `all`, every one.
   */
  takeAside(all: boolean): Aside {
    const checks: CastVote[] = [];
    const withdrawn: CastVote[] = [];
    let kept = all ? 0 : MOST.withdrawn;
    for (const entry of this.#state.entries.toReversed()) {
      const item = itemOf(this.#state, entry, this.#settings);
      if (entry.known !== null) {
        const stay = all || item.reasons.length === 0 ? [] : wrongOn(entry, this.#settings).slice(-MOST.failed);
        const stays = entry.votes.map(([who]) => stay.includes(who));
        checks.push(...item.votes.filter((_, i) => !stays[i]));
        entry.votes = entry.votes.filter((_, i) => stays[i]);
      }
      const over = entry.withdrawn.splice(0, Math.max(0, entry.withdrawn.length - kept));
      kept -= entry.withdrawn.length;
      withdrawn.push(...item.withdrawn.slice(0, over.length));
      entry.gone.push(...peopleOf(over));
    }
    return { checks, withdrawn };
  }

  /** Returns leases that have run out to the queue, each once; how many did. */
  expire(now: number): number {
    const before = this.#state.leases.length;
    this.#state.leases = this.#state.leases.filter((lease) => lease.ends > now);
    return before - this.#state.leases.length;
  }

  /** When the next lease ends (ms since epoch), or null. */
  get nextExpiry(): number | null {
    const { leases } = this.#state;
    return leases.length === 0 ? null : Math.min(...leases.map((lease) => lease.ends));
  }

  get done(): boolean {
    return isDone(this.#state, this.#settings);
  }

  get votes(): CastVote[] {
    return votesOf(this.#state, this.#settings);
  }

  /** What becomes annotations: the votes that count, and reviewers' own answers. */
  get saved(): SavedVote[] {
    return [...this.votes, ...rulingsOf(this.#state, this.#settings)];
  }

  get tally(): { task: Task; category: string; n: number }[] {
    return tallyOf(this.#state, this.#settings);
  }

  state(): BatchState {
    return stateOf(this.#state, this.#settings);
  }

  /** Null where the batch has no such item. */
  item(id: string): BatchItem | null {
    const entry = this.#state.entries.find((e) => e.id === id);
    return entry === undefined ? null : itemOf(this.#state, entry, this.#settings);
  }

  get review(): ReviewEntry[] {
    return queueOf(this.#state, this.#settings);
  }

  own(annotator: string): OwnVote[] {
    return ownOf(this.#state, annotator, this.#settings);
  }

  /** Items somebody holds. */
  held(annotator: string): string[] {
    const who = personOf(this.#state, annotator);
    return this.#state.leases.flatMap((lease) =>
      lease.annotator === who ? [entryAt(this.#state, lease.item).id] : [],
    );
  }
}
