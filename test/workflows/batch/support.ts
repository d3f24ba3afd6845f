import type { ClaimRequest, VoteRef } from '../../../schemas/batch.ts';
import { Batch, type BatchSettings } from '../../../workflows/batch/batch.ts';
import { type BatchRules, rulesOf } from '../../../workflows/batch/settings.ts';
import type { Line } from '../../../workflows/batch/state.ts';

export const CHECKS = {
  file: 'checks.jsonl',
  rate: 0.1,
  qualify: 0,
  minAccuracy: 0.7,
  minAnswers: 5,
  tolerance: 0,
} as const;

export const settingsOf = (rules: Partial<BatchRules> = {}, over: Partial<BatchSettings> = {}): BatchSettings => ({
  run: 'r',
  batch: 0,
  tasks: ['pairwise'],
  redundancy: 2,
  leaseMs: 100,
  rules: rulesOf(rules),
  ...over,
});

/** Checks whose answer is `a`. */
export const checksOf = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `check${i}`, known: ['a'] }));

let votes = 0;
/** A vote with bytes of its own. */
export const voteOn = (item: string, category = 'a'): VoteRef => ({
  item,
  task: 'pairwise',
  sha256: (++votes).toString(16).padStart(64, '0'),
  category,
});

/** Acts as the workflow does: what a validator refuses is not done, and its code comes back. */
export const acting = (batch: Batch) => ({
  batch,
  claim: (annotator: string, n = 20, over: Partial<ClaimRequest> = {}, now = 0): string[] => {
    const request = { annotator, n, ...over };
    batch.checkClaim(request);
    return batch.claim(request, now).items;
  },
  submit: (annotator: string, item: string, category = 'a', now = 0): void => {
    const request = { annotator, votes: [voteOn(item, category)] };
    batch.checkSubmit(request, now);
    batch.submit(request, now);
  },
  skip: (annotator: string, item: string, reason = 'cannot-judge'): void => {
    const request = { annotator, item, reason };
    batch.checkSkip(request, 0);
    batch.skip(request);
  },
  rule: (item: string, over: Partial<Parameters<Batch['adjudicate']>[0]> = {}): void => {
    const request = { reviewer: 'judge', item, ruling: 'accept' as const, votes: [], note: null, ...over };
    batch.checkAdjudicate(request);
    batch.adjudicate(request, 0);
  },
  dispute: (annotator: string, item: string, note = 'd'.repeat(64)): void => {
    batch.checkDispute({ annotator, item, note });
    batch.dispute({ annotator, item, note }, 0);
  },
});

export const batchOf = (settings: BatchSettings, items: readonly (string | Line)[], checks = 0) =>
  acting(Batch.of(settings, items, { checks: checksOf(checks), seed: 'seed' }));
