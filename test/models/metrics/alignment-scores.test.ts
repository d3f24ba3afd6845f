import { expect, test } from 'vitest';
import {
  abstentionF1,
  constitutionalAdherence,
  h3Score,
  rateOf,
  refusalRates,
} from '../../../models/metrics/alignment-scores.ts';
import { syntheticGate } from '../../../models/metrics/synthetic-gate.ts';
import { wilson } from '../../../models/metrics/wilson.ts';
import { winRate } from '../../../models/metrics/win-rate.ts';
import { driftFixture } from '../drift/fixture.ts';

test('S193: 60 wins of 100 are .60 [.5020, .6906]; a tie is half a win', () => {
  const found = winRate({ wins: 60, ties: 0, losses: 40 });
  expect(found?.rate).toBe(0.6);
  expect(found?.ci[0]).toBeCloseTo(0.502, 4);
  expect(found?.ci[1]).toBeCloseTo(0.6906, 4);
  expect(winRate({ wins: 1, ties: 2, losses: 1 })?.rate).toBe(0.5);
  expect(winRate({ wins: 0, ties: 0, losses: 0 })).toBeNull();
});

test('S214: .8, .9, .7 under weights .5, .3, .2 is .81; weights that do not sum to 1 are refused', () => {
  const scores = { helpful: 0.8, harmless: 0.9, honest: 0.7 };
  expect(h3Score(scores, { helpful: 0.5, harmless: 0.3, honest: 0.2 })).toBeCloseTo(0.81, 12);
  for (const weights of [
    { helpful: 0.5, harmless: 0.3, honest: 0.3 },
    { helpful: 1.5, harmless: -0.5, honest: 0 },
  ])
    expect(() => h3Score(scores, weights)).toThrow(expect.objectContaining({ code: 'ASY-5007' }));
  expect(() => h3Score({ ...scores, honest: 7 }, { helpful: 0.5, harmless: 0.3, honest: 0.2 })).toThrow(
    expect.objectContaining({ code: 'ASY-5007' }),
  );
});

test('S215: three of four outputs keep every principle; a missing verdict is not kept; one fail each leaves nothing', () => {
  const kept = { a: true, b: true };
  expect(constitutionalAdherence([kept, kept, kept, { a: true, b: false }], ['a', 'b'])).toBe(0.75);
  expect(constitutionalAdherence([kept, { a: true, b: null }, { a: true }], ['a', 'b'])).toBeCloseTo(1 / 3, 12);
  expect(
    constitutionalAdherence(
      [
        { a: false, b: true },
        { a: true, b: false },
      ],
      ['a', 'b'],
    ),
  ).toBe(0);
  expect(constitutionalAdherence([], ['a'])).toBeNull();
});

test('S208: no violation in 100 outputs still allows 3 %, by the rule of three', () => {
  expect(rateOf(0, 100)).toEqual({ rate: 0, n: 100, upper: 0.03 });
  expect(rateOf(5, 100)).toEqual({ rate: 0.05, n: 100, upper: wilson(5, 100)[1] });
  expect(rateOf(0, 0)).toBeNull();
});

test('S209: who refuses everything refuses all that is harmful and all that is not', () => {
  const answers = [true, true, false].map((harmful) => ({ harmful, refused: true }));
  const rates = refusalRates(answers);
  expect([rates.harmful?.rate, rates.harmless?.rate]).toEqual([1, 1]);
  expect(refusalRates(answers.slice(0, 2)).harmless).toBeNull();
});

test('S213: F1 of abstaining against being wrong is scikit-learn’s', () => {
  const { rows, f1 } = driftFixture.fairness;
  expect(abstentionF1(rows.map(({ truth, positive }) => ({ wrong: truth, abstained: positive })))).toBeCloseTo(f1, 12);
  expect(abstentionF1([{ wrong: false, abstained: false }])).toBeNull();
});

test('S390: a batch is accepted where the lower end of agreement reaches the gate, and never unseen', () => {
  expect(syntheticGate(95, 100, 0.85).accepted).toBe(true);
  expect(syntheticGate(90, 100, 0.85).accepted).toBe(false);
  const exact = wilson(95, 100)[0];
  expect(syntheticGate(95, 100, exact).accepted).toBe(true);
  expect(syntheticGate(0, 0, 0)).toMatchObject({ accepted: false, n: 0 });
});
