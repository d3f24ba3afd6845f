/** What nobody may do both of on the same thing, however many roles they have. */
import { AssayError } from '../../schemas/errors.ts';

export type Duty = 'author' | 'red-team' | 'vote' | 'rule';

interface Conflict {
  readonly object: 'item' | 'dataset' | 'model';
  readonly did: Duty;
  readonly wants: Duty;
}

/** A red team is not the team that made what it attacks; a ruling is not made by one of the parties. */
export const CONFLICTS: readonly Conflict[] = [
  { object: 'item', did: 'vote', wants: 'rule' },
  { object: 'dataset', did: 'author', wants: 'red-team' },
  { object: 'model', did: 'author', wants: 'red-team' },
];

/** Throws ASY-8009 where somebody who did `done` with an object may not do what they want with it. */
export const refuseConflict = (object: Conflict['object'], done: readonly Duty[], wants: Duty): void => {
  const conflict = CONFLICTS.find((rule) => rule.object === object && rule.wants === wants && done.includes(rule.did));
  if (conflict !== undefined) throw new AssayError('ASY-8009', { ...conflict });
};
