import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dawidSkene } from '../../../models/aggregation/dawid-skene.ts';
import { type Fit, marginalsOf, winnerOf } from '../../../models/aggregation/fit.ts';
import { CATEGORY_FITS } from '../../../models/aggregation/methods.ts';
import { oneCoin } from '../../../models/aggregation/one-coin.ts';
import { type VoteRow, voteTable } from '../../../models/aggregation/vote-table.ts';
import { weightedMajority } from '../../../models/aggregation/weighted.ts';
import { createRandom } from '../../../models/random.ts';
import type { CategoryMethod } from '../../../schemas/label.ts';

const METHODS = Object.keys(CATEGORY_FITS) as CategoryMethod[];

interface Golden {
  readonly cases: readonly {
    readonly rows: readonly (readonly [item: number, worker: number, label: number])[];
    readonly posteriors: Readonly<Record<CategoryMethod, readonly (readonly number[])[]>>;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/aggregation/votes.json', import.meta.url), 'utf8'),
) as Golden;

const name = (i: number) => String(i).padStart(4, '0');
const table = (rows: Golden['cases'][number]['rows']) =>
  voteTable(rows.map(([item, worker, label]) => ({ item: name(item), annotator: name(worker), category: name(label) })))
    .table;

const rowsOf = ({ posteriors }: Fit, K: number): number[][] =>
  Array.from({ length: posteriors.length / K }, (_, i) => [...posteriors.subarray(i * K, (i + 1) * K)]);

describe.each(METHODS)('%s', (method) => {
  test.each(golden.cases.map((example, i) => [i, example] as const))(
    'has crowd-kit’s posteriors (case %i)',
    (_, example) => {
      const votes = table(example.rows);
      const fit = CATEGORY_FITS[method](votes);
      expect(fit.converged).toBe(true);
      const digits = method === 'majority' || method === 'weighted' ? 9 : 3;
      rowsOf(fit, votes.categories.length).forEach((row, i) =>
        row.forEach((p, k) =>
          expect(p, `item ${i}, category ${k}`).toBeCloseTo(example.posteriors[method][i]?.[k] ?? -1, digits),
        ),
      );
    },
  );

  test('neither the order of votes nor the names of annotators and categories matter; rows sum to 1', () => {
    const vote = fc.record({
      item: fc.integer({ min: 0, max: 5 }).map(name),
      annotator: fc.integer({ min: 0, max: 4 }).map(name),
      category: fc.constantFrom('a', 'b', 'c'),
    });
    const once = fc.uniqueArray(vote, {
      minLength: 1,
      maxLength: 25,
      selector: ({ item, annotator }) => item + annotator,
    });
    fc.assert(
      fc.property(
        once.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, shuffled]) => {
          const fit = CATEGORY_FITS[method](voteTable(rows).table);
          expect(CATEGORY_FITS[method](voteTable(shuffled).table)).toEqual(fit);
          for (const row of rowsOf(fit, voteTable(rows).table.categories.length))
            expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
          for (const quality of fit.quality) {
            expect(quality).toBeGreaterThanOrEqual(0);
            expect(quality).toBeLessThanOrEqual(1 + 1e-12);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('where all agree, what they say is the label', () => {
    const rows = ['x', 'y', 'z'].flatMap((item, i) =>
      ['p', 'q', 'r'].map((annotator): VoteRow => ({ item, annotator, category: i === 1 ? 'no' : 'yes' })),
    );
    const { table: votes } = voteTable(rows);
    const fit = CATEGORY_FITS[method](votes);
    expect([0, 1, 2].map((i) => votes.categories[winnerOf(fit, i, 2)])).toEqual(['yes', 'no', 'yes']);
  });
});

/** Ratings of 45 patients by five anaesthetists, the first of them three times (Dawid & Skene 1979, table 1). */
const ANAESTHESIA =
  '1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 1211111 ' +
  '1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121 ' +
  '1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222';

test('S042: the anaesthetists’ marginals of the paper', () => {
  const rows = ANAESTHESIA.split(' ').flatMap((given, patient) =>
    given.split('').map((category, i) => ({ item: name(patient), annotator: name(Math.max(0, i - 2)), category })),
  );
  const { posteriors, converged } = dawidSkene(voteTable(rows).table);
  expect(converged).toBe(true);
  [0.4, 0.422, 0.112, 0.067].forEach((share, k) => expect(marginalsOf(posteriors, 4)[k]).toBeCloseTo(share, 3));
});

/** Votes on `items` binary questions by good, poor and spamming annotators; the truth beside them. */
const planted = (items: number, skills: readonly number[], votes: number, seed: number) => {
  const random = createRandom(seed);
  const truth = Array.from({ length: items }, () => (random() < 0.5 ? 'a' : 'b'));
  const rows = truth.flatMap((right, item) => {
    const who = skills.map((_, a) => [random(), a] as const).sort(([x], [y]) => x - y);
    return who.slice(0, votes).map(([, a]): VoteRow => {
      const wrong = right === 'a' ? 'b' : 'a';
      return { item: name(item), annotator: name(a), category: random() < (skills[a] ?? 0) ? right : wrong };
    });
  });
  return { truth, rows };
};

test('planted annotators: what learns of them beats the majority, and ranks them as they are', () => {
  const skills = [0.95, 0.95, 0.9, 0.5, 0.5, 0.5, 0.5, 0.1];
  const { truth, rows } = planted(400, skills, 5, 3);
  const { table: votes } = voteTable(rows);
  const accuracy = (method: CategoryMethod) => {
    const fit = CATEGORY_FITS[method](votes);
    return truth.filter((right, i) => votes.categories[winnerOf(fit, i, 2)] === right).length / truth.length;
  };
  for (const method of ['dawid-skene', 'one-coin', 'glad'] as const)
    expect(accuracy(method), method).toBeGreaterThan(accuracy('majority') + 0.15);
  // MACE knows spam but no malice: below chance is spam to it.
  expect(accuracy('mace')).toBeGreaterThan(accuracy('majority') + 0.05);
  const { quality } = CATEGORY_FITS['dawid-skene'](votes);
  skills.forEach((skill, a) => expect(quality[a]).toBeCloseTo(skill, 0.8));
  const { competence } = CATEGORY_FITS.mace(votes);
  expect(Math.min(...(competence ?? []).slice(0, 3))).toBeGreaterThan(Math.max(...(competence ?? []).slice(3)) + 0.4);
});

test('posteriors are probabilities: of labels given p, a share of p is right', () => {
  const { truth, rows } = planted(3000, [0.6, 0.65, 0.7, 0.75, 0.8, 0.85], 3, 11);
  const { table: votes } = voteTable(rows);
  const { posteriors } = oneCoin(votes);
  let [expected, right] = [0, 0];
  truth.forEach((answer, i) => {
    const p = [posteriors[2 * i] ?? 0, posteriors[2 * i + 1] ?? 0];
    const k = (p[0] ?? 0) >= (p[1] ?? 0) ? 0 : 1;
    expected += (p[k] ?? 0) / truth.length;
    right += Number(votes.categories[k] === answer) / truth.length;
  });
  expect(right).toBeCloseTo(expected, 1.5);
});

test('votes weigh their annotator’s agreement with the majority', () => {
  // p and q agree with every majority, r with one of three: 2 / (2 + 1/3) of the weight.
  const votes = ['aab', 'bba', 'aaa'].flatMap((given, i) =>
    given.split('').map((category, j): VoteRow => ({ item: name(i), annotator: 'pqr'[j] ?? '', category })),
  );
  const { posteriors, quality } = weightedMajority(voteTable(votes).table);
  expect([...quality]).toEqual([1, 1, expect.closeTo(1 / 3, 12)]);
  expect([...posteriors.subarray(0, 2)]).toEqual([expect.closeTo(6 / 7, 12), expect.closeTo(1 / 7, 12)]);
});
