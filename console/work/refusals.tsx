/** Answers the server did not take: why, and what can be done. Nothing that was written is lost before somebody says so. */
import { Button } from '../parts/button.tsx';
import type { Refusal } from './outbox.ts';

const WORDS: Readonly<Record<string, string>> = {
  'ASY-4003': 'Your time for it had ended before the answer arrived. It is kept here: claim the item again and submit.',
  'ASY-4005': 'Its batch has ended, so the answer cannot be counted.',
  'ASY-4009': 'Your work on this run is paused.',
  'ASY-4010': 'A reviewer has decided the item meanwhile.',
  'ASY-4012': 'The guideline has changed. Claim the item again, read what is new, and submit: your answer is kept.',
};
/** Codes after which claiming again cannot help. */
const FINAL = new Set(['ASY-4005', 'ASY-4009', 'ASY-4010']);

export const Refusals = ({
  refused,
  onReclaim,
  onDismiss,
}: {
  refused: readonly Refusal[];
  onReclaim: (refusal: Refusal) => Promise<void>;
  onDismiss: (refusal: Refusal) => Promise<void>;
}) =>
  refused.map((refusal) => (
    <div key={refusal.id} className="notice bad" role="alert">
      <p>
        Your answer to item {refusal.item.slice(-6)} was not taken. {WORDS[refusal.code] ?? `${refusal.message}.`}{' '}
        <span className="quiet">{refusal.code}</span>
      </p>
      <span className="row">
        {!FINAL.has(refusal.code) && <Button onClick={() => void onReclaim(refusal)}>Claim it again</Button>}
        <Button kind="quiet" onClick={() => void onDismiss(refusal)}>
          Discard the answer
        </Button>
      </span>
    </div>
  ));
