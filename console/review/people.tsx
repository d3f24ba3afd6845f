/** The people whose votes are looked at, each with a colour and a number of their own; pressing one shows or hides their marks. */
import { SERIES_COLOURS } from '../charts/series.ts';
import { shortId } from '../charts/words.ts';

export interface Voter {
  readonly subject: string;
  /** Place among the item's voters, from 0. */
  readonly place: number;
}

/** Those who voted, in order of their first vote; their order stays when some are withdrawn. */
export const votersOf = (votes: readonly { readonly annotator: string; readonly at: number | null }[]): Voter[] => {
  const first = new Map<string, number>();
  for (const { annotator, at } of votes)
    first.set(annotator, Math.min(first.get(annotator) ?? Number.POSITIVE_INFINITY, at ?? Number.POSITIVE_INFINITY));
  return [...first].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([subject], place) => ({ subject, place }));
};

/** A person's number in their colour, and the short id. */
export const VoterName = ({ voter }: { voter: Voter }) => (
  <span className="voter" title={voter.subject}>
    <span className={`voter-mark series-${(voter.place % SERIES_COLOURS.length) + 1}`}>{voter.place + 1}</span>
    <code>{shortId(voter.subject)}</code>
  </span>
);

export const VoterToggles = ({
  voters,
  shown,
  onToggle,
  merged,
  onMerged,
}: {
  voters: readonly Voter[];
  shown: ReadonlySet<string>;
  onToggle: (subject: string) => void;
  merged: boolean;
  onMerged: (merged: boolean) => void;
}) => (
  <div className="row" role="group" aria-label="Whose marks are shown">
    {voters.map((voter) => (
      <button
        key={voter.subject}
        type="button"
        className="button small"
        aria-pressed={shown.has(voter.subject)}
        onClick={() => onToggle(voter.subject)}
      >
        <VoterName voter={voter} />
      </button>
    ))}
    <button type="button" className="button small" aria-pressed={merged} onClick={() => onMerged(!merged)}>
      Merged
    </button>
  </div>
);
