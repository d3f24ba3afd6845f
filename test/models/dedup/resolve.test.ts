import { expect, it } from 'vitest';
import { type ClaimedRow, resolveClusters } from '../../../models/dedup/resolve.ts';
import type { Claim } from '../../../models/selection/claim.ts';

const claim = (chosen: string | null, rejected: string | null, good: boolean | null = null): Claim => ({
  chosen,
  rejected,
  good,
});
const resolve = (clusters: readonly (readonly number[])[], claims: readonly (Claim | null)[]) =>
  resolveClusters(
    clusters,
    (row): ClaimedRow => ({ id: `r${row}`, claim: claims[row] ?? null }),
    (a, b) => 1 - Math.abs(a - b) / 10,
  );

it('keeps the first row of a cluster and says how like it the others are', () => {
  const { rows, conflicts } = resolve(
    [
      [0, 2],
      [3, 1],
    ],
    [claim('a', 'b'), null, claim('a', 'b'), claim('c', 'd')],
  );
  expect(conflicts).toEqual([]);
  expect(rows).toEqual([
    { id: 'r0', cluster: 0, canonical: 'r0', similarity: 1, reason: 'canonical' },
    { id: 'r2', cluster: 0, canonical: 'r0', similarity: 0.8, reason: 'duplicate' },
    { id: 'r3', cluster: 1, canonical: 'r3', similarity: 1, reason: 'canonical' },
    { id: 'r1', cluster: 1, canonical: 'r3', similarity: 0.8, reason: 'duplicate' },
  ]);
});

it('keeps none of a cluster whose rows prefer opposite sides, and lists both', () => {
  const claims = [claim('a', 'b'), claim('b', 'a'), claim('a', 'b'), claim('a', 'c'), null];
  const { rows, conflicts } = resolve([[0, 1, 2, 3, 4]], claims);
  expect(rows.map(({ reason }) => reason)).toEqual(claims.map(() => 'conflict'));
  expect(conflicts).toEqual([
    {
      cluster: 0,
      sides: [
        { claim: claims[0], ids: ['r0', 'r2'] },
        { claim: claims[1], ids: ['r1'] },
      ],
    },
  ]);
});

it('keeps none of a cluster in which good is bad', () => {
  const { conflicts } = resolve([[0, 1, 2]], [claim(null, null, true), claim(null, null, false), claim(null, null)]);
  expect(conflicts[0]?.sides.map(({ ids }) => ids)).toEqual([['r0'], ['r1']]);
});

it('takes claims about other responses for no contradiction', () => {
  expect(resolve([[0, 1]], [claim('a', 'b'), claim('c', 'a')]).conflicts).toEqual([]);
  expect(resolve([[0, 1]], [claim(null, null), claim('c', 'a')]).conflicts).toEqual([]);
});
