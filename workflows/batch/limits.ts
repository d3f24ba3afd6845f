/** What people may make grow: a batch's state rides in one payload when it continues as new, and payloads stay under 64 KiB (design §3). */
export const MOST = {
  /** Items or votes in one Update. */
  perUpdate: 20,
  /** Skips, withdrawn votes and people turned away from one item; beyond that it is taken as unanswerable. */
  passes: 12,
  /** Skips that say the item cannot be judged. */
  skips: 3,
  /** Entries of an item's thread, and of all threads of a batch. */
  notesPerItem: 10,
  notes: 50,
  disputesPerPerson: 10,
  /** Times a reviewer may send one item back to people. */
  returns: 3,
  /** Leases on checks at a time. */
  checkLeases: 80,
  /** People whose wrong answer to a check stays until a reviewer has seen it; others' are stored. */
  failed: 2,
  /** Withdrawn votes that stay in the state; older ones are stored. */
  withdrawn: 40,
  /** People who are remembered besides those who can vote. */
  guests: 32,
  /** Annotators whose answers to checks a run remembers beyond its batches. */
  remembered: 100,
} as const;

/** Checks a batch asks from: each batch the next ones of the run's, so that people meet new ones; enough to qualify by. */
export const checksPerBatch = (qualify: number): number => Math.max(16, qualify);

/** What a batch's state may weigh. */
const STATE_BYTES = 60_000;

export interface Weight {
  /** Votes an item may get. */
  readonly most: number;
  readonly tasks: number;
  readonly review: boolean;
  /** Checks a batch asks; 0: none. */
  readonly checks: number;
  /** Whether items may be sensitive. */
  readonly sensitive?: boolean;
}

/** Items per batch: as configured, or as many as leave the state small at its fullest (measured by test/workflows/batch/weight.test.ts). */
export const batchSizeFor = (batchSize: number, { most, tasks, review, checks, sensitive = false }: Weight): number => {
  const vote = 125 * tasks;
  const person = 62 + (checks > 0 ? 35 : 0);
  const taken = review || checks > 0;
  const ruling = review ? 50 + vote : 0;
  const fixed =
    500 +
    MOST.notes * 95 +
    MOST.guests * person +
    (taken ? MOST.withdrawn * vote : 0) +
    checks * (90 + 40 * tasks + (review ? Math.max(ruling, MOST.failed * vote) : 0)) +
    (checks > 0 ? MOST.remembered * 55 + MOST.checkLeases * 34 : 0);
  const item = 90 + (sensitive ? 17 : 0) + MOST.passes * 7 + ruling + most * (vote + person);
  return Math.max(1, Math.min(batchSize, Math.floor((STATE_BYTES - fixed) / item)));
};
