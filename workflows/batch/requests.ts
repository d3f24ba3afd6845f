/**
 * Updates are typed by hand too, in the Temporal UI: a malformed one is refused here. An error inside a handler would fail the
 * workflow task, over and over, and with it the whole batch.
 */
import type {
  AdjudicateRequest,
  Claimant,
  ClaimRequest,
  CommentRequest,
  DisputeRequest,
  ReleaseRequest,
  SkipRequest,
  SubmitRequest,
  UndoRequest,
  VoteRef,
} from '../../schemas/batch.ts';
import { RULINGS } from '../../schemas/batch-words.ts';
import { fault } from '../failures.ts';
import { MOST } from './limits.ts';

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= 200;
const isHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isList = (value: unknown, most: number, each: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= most && value.every(each);
const isWord = (value: unknown): boolean => typeof value === 'string' && value.length <= 200;
const isVote = (value: unknown): boolean => {
  const vote = value as Partial<VoteRef> | null;
  return (
    typeof vote?.item === 'string' &&
    typeof vote.task === 'string' &&
    isHash(vote.sha256) &&
    (vote.category == null || (typeof vote.category === 'string' && vote.category.length <= 32))
  );
};
const isClaimant = (value: unknown): boolean => {
  const claimant = value as Partial<Claimant> | null;
  return (
    isList(claimant?.skills, 50, isWord) &&
    isList(claimant?.languages, 50, isWord) &&
    isList(claimant?.groups, 20, isWord) &&
    (claimant?.vendor === null || isWord(claimant?.vendor))
  );
};

type Fields = readonly (readonly [name: string, ok: boolean])[];
const wellFormed = (update: string, fields: Fields): void => {
  const wrong = fields.find(([, ok]) => !ok);
  if (wrong !== undefined) throw fault('ASY-4004', { reason: `${update}: \`${wrong[0]}\` is missing or not valid` });
};

/** Each throws ASY-4004 with the first field that is missing or wrong. */
export const wellFormedRequest = {
  claim: (r: ClaimRequest | undefined): void =>
    wellFormed('claim', [
      ['annotator', isName(r?.annotator)],
      ['n', Number.isInteger(r?.n) && (r?.n ?? 0) >= 1 && (r?.n ?? 0) <= MOST.perUpdate],
      ['items', r?.items == null || isList(r.items, MOST.perUpdate, isWord)],
      ['claimant', r?.claimant == null || isClaimant(r.claimant)],
    ]),
  submit: (r: SubmitRequest | undefined): void =>
    wellFormed('submit', [
      ['annotator', isName(r?.annotator)],
      ['votes', isList(r?.votes, MOST.perUpdate, isVote) && (r?.votes.length ?? 0) >= 1],
    ]),
  skip: (r: SkipRequest | undefined): void =>
    wellFormed('skip', [
      ['annotator', isName(r?.annotator)],
      ['item', isWord(r?.item)],
      ['reason', r?.reason == null || isWord(r.reason)],
    ]),
  release: (r: ReleaseRequest | undefined): void =>
    wellFormed('release', [
      ['annotator', isName(r?.annotator)],
      ['items', isList(r?.items, MOST.perUpdate, isWord)],
    ]),
  undo: (r: UndoRequest | undefined): void =>
    wellFormed('undo', [
      ['annotator', isName(r?.annotator)],
      ['item', isWord(r?.item)],
    ]),
  adjudicate: (r: AdjudicateRequest | undefined): void =>
    wellFormed('adjudicate', [
      ['reviewer', isName(r?.reviewer)],
      ['item', isWord(r?.item)],
      ['ruling', RULINGS.includes(r?.ruling as (typeof RULINGS)[number])],
      ['votes', r?.votes == null || isList(r.votes, MOST.perUpdate, isVote)],
      ['annotators', r?.annotators == null || isList(r.annotators, 100, isName)],
      ['note', r?.note == null || isHash(r.note)],
    ]),
  dispute: (r: DisputeRequest | undefined): void =>
    wellFormed('dispute', [
      ['annotator', isName(r?.annotator)],
      ['item', isWord(r?.item)],
      ['note', isHash(r?.note)],
    ]),
  comment: (r: CommentRequest | undefined): void =>
    wellFormed('comment', [
      ['by', isName(r?.by)],
      ['item', isWord(r?.item)],
      ['note', isHash(r?.note)],
    ]),
};
