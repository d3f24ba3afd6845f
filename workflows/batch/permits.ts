/** What may be done: every Update is refused here or met by its handler, which then cannot fail. Reads the state, changes nothing. */
import type {
  AdjudicateRequest,
  ClaimRequest,
  CommentRequest,
  DisputeRequest,
  ReleaseRequest,
  SkipRequest,
  SubmitRequest,
  UndoRequest,
  VoteRef,
} from '../../schemas/batch.ts';
import { fault } from '../failures.ts';
import { isRight, standing } from './checks.ts';
import { MOST } from './limits.ts';
import { entryAt, find, hasNote, hasVote, holds, isRuledSo } from './lookups.ts';
import { wellFormedRequest } from './requests.ts';
import { NOTE, reasonsOf } from './review.ts';
import type { Settings } from './settings.ts';
import { type Entry, peopleOf, personOf, type State } from './state.ts';

/** Each method throws the fault that its Update would meet. */
export class Permits {
  /** Nothing new is taken any more. */
  closed = false;
  readonly #settings: Settings;
  readonly #state: State;

  constructor(settings: Settings, state: State) {
    this.#settings = settings;
    this.#state = state;
  }

  claim(request: ClaimRequest): void {
    this.#refuseWhenClosed();
    wellFormedRequest.claim(request);
  }

  /** The same vote sent twice is no fault. */
  submit(request: SubmitRequest, now: number): void {
    wellFormedRequest.submit(request);
    const { annotator, votes } = request;
    const who = personOf(this.#state, annotator);
    for (const id of new Set(votes.map((vote) => vote.item))) {
      const given = votes.filter((vote) => vote.item === id);
      const item = find(this.#state, id);
      const entry = entryAt(this.#state, item);
      this.#checkTasks(id, given);
      if (given.every((vote) => hasVote(entry, who, vote, this.#settings))) continue;
      this.#refuseWhenClosed();
      if (peopleOf(entry.votes).has(who)) {
        throw fault('ASY-4004', { reason: `${id}: this annotator has voted already` });
      }
      this.#refuseWhenRuled(entry);
      if (holds(this.#state, item, who, now)) continue;
      if (standing(this.#state, annotator, this.#settings) === 'paused') throw fault('ASY-4009', {});
      throw fault('ASY-4003', { item: id });
    }
  }

  skip(request: SkipRequest, now: number): void {
    this.#refuseWhenClosed();
    wellFormedRequest.skip(request);
    const item = find(this.#state, request.item);
    if (!holds(this.#state, item, personOf(this.#state, request.annotator), now))
      throw fault('ASY-4003', { item: request.item });
  }

  release(request: ReleaseRequest): void {
    wellFormedRequest.release(request);
    for (const id of request.items) find(this.#state, id);
  }

  /** Only one's own votes, and only while nobody has ruled. */
  undo(request: UndoRequest, now: number): void {
    this.#refuseWhenClosed();
    wellFormedRequest.undo(request);
    const item = find(this.#state, request.item);
    const entry = entryAt(this.#state, item);
    const who = personOf(this.#state, request.annotator);
    if (holds(this.#state, item, who, now)) return;
    if (!peopleOf(entry.votes).has(who)) throw fault('ASY-4015', { item: request.item });
    this.#refuseWhenRuled(entry);
  }

  adjudicate(request: AdjudicateRequest): void {
    this.#refuseWhenClosed();
    wellFormedRequest.adjudicate(request);
    const { item: id, ruling, votes } = request;
    const entry = entryAt(this.#state, find(this.#state, id));
    if (ruling === 'decide') {
      if ((votes ?? []).some((vote) => vote.item !== id))
        throw fault('ASY-4004', { reason: `${id}: a vote names another item` });
      this.#checkTasks(id, votes ?? []);
    }
    if (isRuledSo(this.#state, entry, request)) return;
    if (reasonsOf(entry, this.#settings).length === 0)
      throw fault('ASY-4011', { item: id, reason: entry.ruling === null ? 'nothing is the matter' : 'it is ruled' });
    if (ruling === 'return' && entry.returns >= MOST.returns)
      throw fault('ASY-4013', { what: 'times an item goes back to people', limit: MOST.returns });
    if (request.note != null) this.#refuseWhenFull(entry);
  }

  dispute(request: DisputeRequest): void {
    this.#refuseWhenClosed();
    wellFormedRequest.dispute(request);
    const { annotator, item: id, note } = request;
    const entry = entryAt(this.#state, find(this.#state, id));
    const who = personOf(this.#state, annotator);
    if (hasNote(entry, who, NOTE.dispute, note)) return;
    if (this.#settings.review === 'none') throw fault('ASY-4011', { item: id, reason: 'nobody reviews this run' });
    if (![...entry.votes, ...entry.withdrawn].some((vote) => vote[0] === who)) throw fault('ASY-4015', { item: id });
    const failed = entry.known !== null && !isRight(entry, who, this.#settings);
    if (entry.ruling === null && !failed) throw fault('ASY-4011', { item: id, reason: 'nothing is ruled yet' });
    if (entry.dispute !== 0) throw fault('ASY-4013', { what: 'disputes of one item', limit: 1 });
    if ((this.#state.people[who]?.disputes ?? 0) >= MOST.disputesPerPerson)
      throw fault('ASY-4013', { what: 'disputes of one annotator in a batch', limit: MOST.disputesPerPerson });
    this.#refuseWhenFull(entry);
  }

  comment(request: CommentRequest): void {
    this.#refuseWhenClosed();
    wellFormedRequest.comment(request);
    const entry = entryAt(this.#state, find(this.#state, request.item));
    if (!hasNote(entry, personOf(this.#state, request.by), NOTE.comment, request.note)) this.#refuseWhenFull(entry);
  }

  #refuseWhenClosed(): void {
    const { run, batch } = this.#settings;
    if (this.closed) throw fault('ASY-4005', { batch: `${run}/${batch}: it has ended` });
  }
  #refuseWhenRuled(entry: Entry): void {
    if (entry.known === null && entry.ruling !== null) throw fault('ASY-4010', { item: entry.id });
  }
  #refuseWhenFull({ notes }: Entry): void {
    if (notes.length >= MOST.notesPerItem)
      throw fault('ASY-4013', { what: 'notes on one item', limit: MOST.notesPerItem });
    if (this.#state.entries.reduce((sum, entry) => sum + entry.notes.length, 0) >= MOST.notes)
      throw fault('ASY-4013', { what: 'notes in one batch', limit: MOST.notes });
  }
  #checkTasks(id: string, given: readonly VoteRef[]): void {
    const { tasks } = this.#settings;
    const wanted = [...tasks].sort().join();
    if (
      given
        .map((vote) => vote.task)
        .sort()
        .join() !== wanted
    )
      throw fault('ASY-4004', { reason: `${id}: answer each of ${tasks.join(', ')} once` });
  }
}
