import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { crowdBradleyTerry } from '../../../models/aggregation/crowd-bt.ts';

const { crowdBt } = JSON.parse(
  readFileSync(new URL('../../fixtures/aggregation/votes.json', import.meta.url), 'utf8'),
) as {
  crowdBt: { n: number; annotators: number; rows: [number, number, number][]; strengths: number[]; eta: number[] };
};

test('strengths and reliabilities are those of SciPy’s BFGS on the same likelihood; who turns answers round is found', async () => {
  const { n, annotators, rows } = crowdBt;
  const comparisons = rows.map(([annotator, winner, loser]) => ({ annotator, winner, loser }));
  const found = await crowdBradleyTerry(n, annotators, comparisons);
  const mean = crowdBt.strengths.reduce((sum, s) => sum + s, 0) / n;
  crowdBt.strengths.forEach((s, i) => expect(found.strengths[i]).toBeCloseTo(s - mean, 3));
  crowdBt.eta.forEach((eta, k) => expect(found.reliability[k]).toBeCloseTo(eta, 3));
  expect(found.reliability[annotators - 1]).toBeLessThan(0.4);
});
