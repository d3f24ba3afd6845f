/** A batch's state at its fullest, in bytes: it rides in one payload when the batch continues as new. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TASKS } from '../../../schemas/annotation.ts';
import { Batch } from '../../../workflows/batch/batch.ts';
import { batchSizeFor, checksPerBatch, MOST } from '../../../workflows/batch/limits.ts';
import { CHECKS, settingsOf } from './support.ts';

const SINCE = 1_900_000_000_000;
/** A month later: times have their most digits. */
const LATE = SINCE + 2_500_000_000;
const hex = (n: number, length = 64) => n.toString(16).padStart(length, 'f');
const person = (n: number) => `sub_${hex(n, 32)}`;

/** Everything people can make grow, grown: votes, skips, withdrawn votes, rulings, notes, checks, standings. */
const fullest = ({
  size,
  most,
  n,
  review,
  checks,
  sensitive,
}: {
  size: number;
  most: number;
  n: number;
  review: boolean;
  checks: number;
  sensitive: boolean;
}) => {
  const tasks = TASKS.slice(0, n);
  const rules = {
    checks: checks === 0 ? null : { ...CHECKS, rate: 1, minAnswers: 1000 },
    review: review ? ('disagreements' as const) : ('none' as const),
    ...(sensitive && { sensitive: { domains: ['d'], tags: [], skills: ['s'] } }),
  };
  const claimant = { skills: ['s'], languages: [], vendor: null, groups: [] };
  const settings = settingsOf(rules, { redundancy: most, tasks, leaseMs: 1e12 });
  const items = Array.from({ length: size }, (_, i) => `it_${hex(i, 32)}`);
  const lines = Array.from({ length: checks }, (_, i) => ({
    id: `it_${hex(1000 + i, 32)}`,
    known: tasks.map(() => 'c'.repeat(32)),
  }));
  const known = Array.from(
    { length: checks === 0 ? 0 : MOST.remembered },
    (_, i) => [person(100_000 + i), 9999, 9999] as const,
  );
  const work = items.map((id) => (sensitive ? { id, sensitive } : id));
  const batch = Batch.of(settings, work, { checks: lines, seed: 'f'.repeat(16), since: SINCE, known });
  const votesOn = (item: string, category: string) =>
    tasks.map((task, t) => ({ item, task, sha256: hex(t), category }));
  let people = 0;
  let withdrawn = 0;
  for (const item of items) {
    for (let skips = 0; skips < MOST.passes - 3; skips++) {
      const annotator = person(skips);
      if (batch.claim({ annotator, n: 1, items: [item], claimant }, LATE).items.length === 0) continue;
      batch.skip({ annotator, item, reason: 'later' });
    }
    for (let vote = 0; vote < most; vote++) {
      const annotator = person(10 + people++);
      batch.claim({ annotator, n: 1, items: [item], claimant }, LATE);
      batch.submit({ annotator, votes: votesOn(item, `${vote}`.padEnd(32, 'c')) }, LATE);
    }
    if (!review || batch.review.length === 0) continue;
    if (withdrawn < MOST.withdrawn && most > 1) {
      // Sent back: other people answer, and the votes stay beside theirs.
      const all = batch.item(item)?.votes.map(({ annotator }) => annotator) ?? [];
      const annotators = [...new Set(all)].slice(0, Math.min(2, MOST.withdrawn - withdrawn));
      batch.adjudicate(
        { reviewer: person(300_000 + people), item, ruling: 'return', votes: [], annotators, note: null },
        LATE,
      );
      withdrawn += annotators.length;
      for (const again of annotators) {
        const annotator = `${again.slice(0, -1)}z`;
        batch.claim({ annotator, n: 1, items: [item], claimant }, LATE);
        batch.submit({ annotator, votes: votesOn(item, `again ${again.slice(-2)}`.padEnd(32, 'c')) }, LATE);
      }
    }
    if (batch.review.some((entry) => entry.item === item))
      batch.adjudicate(
        {
          reviewer: person(300_000 + people),
          item,
          ruling: 'decide',
          votes: votesOn(item, 'd'.repeat(32)),
          note: null,
        },
        LATE,
      );
  }
  for (const [c, { id }] of lines.entries())
    for (let who = 0; who < 6; who++) {
      const annotator = person(10 + ((6 * c + who) % Math.max(6, people)));
      if (batch.claim({ annotator, n: 1, items: [id], claimant }, LATE).items.length > 0)
        batch.submit({ annotator, votes: votesOn(id, 'w'.repeat(32)) }, LATE);
    }
  for (let note = 0; note < MOST.notes; note++) {
    const item = items[Math.floor(note / MOST.notesPerItem)];
    if (item !== undefined) batch.comment({ by: person(200_000 + note), item, note: hex(note) }, LATE);
  }
  batch.takeAside(false);
  return batch;
};

it('weighs less than 60,000 bytes, however many votes are asked for', { timeout: 60_000 }, () => {
  let heaviest = 0;
  fc.assert(
    fc.property(
      fc.record({
        wanted: fc.integer({ min: 1, max: 500 }),
        most: fc.integer({ min: 1, max: 8 }),
        n: fc.integer({ min: 1, max: 6 }),
        review: fc.boolean(),
        checks: fc.constantFrom(0, checksPerBatch(0), checksPerBatch(60)),
        sensitive: fc.boolean(),
      }),
      ({ wanted, most, n, review, checks, sensitive }) => {
        const size = batchSizeFor(wanted, { most, tasks: n, review, checks, sensitive });
        expect(size).toBeLessThanOrEqual(wanted);
        // One item cannot be cut further.
        if (size === 1) return;
        const bytes = JSON.stringify(fullest({ size, most, n, review, checks, sensitive })).length;
        heaviest = Math.max(heaviest, bytes);
        expect(bytes, JSON.stringify({ size, most, n, review, checks, sensitive })).toBeLessThan(60_000);
      },
    ),
    { numRuns: 25 },
  );
  // The bound is not reached by being far too careful.
  expect(heaviest).toBeGreaterThan(30_000);
});

it('leaves the usual batch as it is configured', () => {
  expect(batchSizeFor(100, { most: 1, tasks: 1, review: false, checks: 0 })).toBe(100);
  expect(batchSizeFor(100, { most: 3, tasks: 1, review: false, checks: 0 })).toBeGreaterThanOrEqual(70);
  expect(batchSizeFor(100, { most: 3, tasks: 1, review: true, checks: 32 })).toBeGreaterThanOrEqual(25);
});
