/** What a reviewer may do with an item: let the votes stand, decide, or send it back to people. */
import { useState } from 'react';
import type { ReviewItem } from '../../schemas/console.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Kbd } from '../parts/kbd.tsx';
import { type Voter, VoterName } from './people.tsx';

export const RulingPanel = ({
  review,
  busy,
  note,
  onNote,
  onAccept,
  onDecide,
  onReturn,
}: {
  review: ReviewItem;
  busy: boolean;
  note: string;
  onNote: (note: string) => void;
  onAccept: () => void;
  onDecide: () => void;
  onReturn: () => void;
}) => {
  const { ruling } = review.state;
  return (
    <section className="card stack" aria-label="Ruling">
      {ruling !== null && <p className="notice">Ruled: {ruling.ruling}. A new ruling takes its place.</p>}
      <label className="field">
        <span>Note</span>
        <textarea
          className="short"
          dir="auto"
          maxLength={4000}
          value={note}
          onChange={(event) => onNote(event.target.value)}
        />
        <small className="quiet">Why; those who voted can read it.</small>
      </label>
      <div className="row">
        <Button kind="primary" busy={busy} disabled={review.votes.length === 0} onClick={onAccept}>
          Accept the votes <Kbd keys="a" />
        </Button>
        <Button busy={busy} onClick={onDecide}>
          Decide <Kbd keys="d" />
        </Button>
        <Button busy={busy} disabled={review.votes.length === 0} onClick={onReturn}>
          Return <Kbd keys="r" />
        </Button>
      </div>
    </section>
  );
};

/** Asks whose votes are taken back: everybody's, or those chosen. */
export const ReturnDialog = ({
  voters,
  onReturn,
  onClose,
}: {
  voters: readonly Voter[];
  onReturn: (annotators: string[] | undefined) => void;
  onClose: () => void;
}) => {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(voters.map(({ subject }) => subject)));
  return (
    <Dialog title="Return the item to people" open onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onReturn(chosen.size === voters.length ? undefined : [...chosen]);
        }}
      >
        <p>The votes of those chosen are taken back, and others are asked in their place.</p>
        <fieldset className="choices-plain">
          <legend>Whose votes</legend>
          {voters.map((voter) => (
            <label key={voter.subject} className="row">
              <input
                type="checkbox"
                checked={chosen.has(voter.subject)}
                onChange={() => {
                  const next = new Set(chosen);
                  if (!next.delete(voter.subject)) next.add(voter.subject);
                  setChosen(next);
                }}
              />
              <VoterName voter={voter} />
            </label>
          ))}
        </fieldset>
        <div className="row">
          <Button type="submit" kind="primary" disabled={chosen.size === 0}>
            Return
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
};
