import { readFileSync } from 'node:fs';

/** What test/peers/trust.py computed. */
export const trustFixture = JSON.parse(
  readFileSync(new URL('../../fixtures/models/trust.json', import.meta.url), 'utf8'),
) as {
  distances: { n: number; dims: number; rows: number[]; probes: number[]; residual: number; distances: number[] };
  separation: { positives: number[]; negatives: number[]; auroc: number };
  length: {
    winners: number[];
    losers: number[];
    differences: number[];
    head: number;
    labels: number;
    correlation: number;
    style: number[];
    styleShare: number;
  };
  leftOut: { values: string[]; splits: { held: number[]; rest: number[] }[] };
  divergence: { p: number[]; q: number[]; kl: number };
};
