import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { type Answer, expectedInformation, nextAsk, posteriorOf, votesWanted } from '../../schemas/redundancy.ts';

const said = (text: string, accuracy = 0.8): Answer[] => text.split('').map((category) => ({ category, accuracy }));
const policy = { min: 2, max: 5, confidence: 0.95 };

test('posteriors by hand: two right of .8 against one', () => {
  // .8·.8·.2 against .2·.2·.8
  expect(posteriorOf(said('aab'))).toEqual([
    ['a', expect.closeTo(0.8, 12)],
    ['b', expect.closeTo(0.2, 12)],
  ]);
  // Three categories: a .8, b and the one nobody named .1 each, all squared.
  expect(posteriorOf(said('aa'), 3)[0]).toEqual(['a', expect.closeTo(0.64 / (0.64 + 0.02), 12)]);
  expect(posteriorOf([{ category: null, accuracy: 0.8 }])).toEqual([]);
});

test('nobody more is asked once the posterior is high enough or the most have answered', () => {
  expect(votesWanted({ people: 0, answers: [] }, policy)).toBe(2);
  // .8² / (.8² + .2²) = .941; one more that agrees is .985.
  expect(votesWanted({ people: 2, answers: said('aa') }, policy)).toBe(3);
  expect(votesWanted({ people: 3, answers: said('aaa') }, policy)).toBe(3);
  // Even: two that agree are no more than .941, three are needed.
  expect(votesWanted({ people: 2, answers: said('ab') }, policy)).toBe(5);
  expect(votesWanted({ people: 5, answers: said('ababa') }, policy)).toBe(5);
  expect(votesWanted({ people: 2, answers: said('aa', 0.95) }, policy)).toBe(2);
});

test('a judge’s answer counts for the posterior and not as a person', () => {
  const answers = [...said('a', 0.9), ...said('aa')];
  expect(votesWanted({ people: 2, answers }, policy)).toBe(2);
});

test('what is wanted stays between the limits, is never less than there is, and asking one at a time comes to an end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 5 }), fc.integer(), (min, extra, seed) => {
      const [rule, random] = [{ min, max: min + extra, confidence: 0.9 }, createRandom(seed)];
      const answers: Answer[] = [];
      for (let people = 0; people <= rule.max; people++) {
        const wanted = votesWanted({ people, answers }, rule);
        expect(wanted).toBeGreaterThanOrEqual(Math.max(people, rule.min));
        expect(wanted).toBeLessThanOrEqual(rule.max);
        if (wanted === people) return;
        answers.push({ category: random() < 0.5 ? 'x' : 'y', accuracy: 0.6 + 0.3 * random() });
      }
      throw new Error('never satisfied');
    }),
  );
});

test('information: none from a coin, all of it from who is never wrong, most where nothing is known', () => {
  expect(expectedInformation([0.5, 0.5], 0.5)).toBeCloseTo(0, 12);
  expect(expectedInformation([0.5, 0.5], 1)).toBeCloseTo(Math.LN2, 12);
  expect(expectedInformation([0.2, 0.3, 0.5], 1)).toBeCloseTo(
    -(0.2 * Math.log(0.2) + 0.3 * Math.log(0.3) + 0.5 * Math.log(0.5)),
    12,
  );
  // A binary symmetric channel's capacity: ln 2 − H(.8).
  expect(expectedInformation([0.5, 0.5], 0.8)).toBeCloseTo(Math.LN2 + 0.8 * Math.log(0.8) + 0.2 * Math.log(0.2), 12);
  expect(expectedInformation([0.9, 0.1], 0.8)).toBeLessThan(expectedInformation([0.6, 0.4], 0.8));
});

test('it is the mean fall of entropy over what may be answered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 4 }),
      fc.double({ min: 0.3, max: 0.99, noNaN: true }),
      (weights, accuracy) => {
        const sum = weights.reduce((all, w) => all + w, 0);
        const prior = weights.map((w) => w / sum);
        const entropy = (p: readonly number[]) => -p.reduce((all, x) => all + (x > 0 ? x * Math.log(x) : 0), 0);
        const wrong = (1 - accuracy) / (prior.length - 1);
        const fall = prior.reduce((all, _, answer) => {
          const joint = prior.map((p, k) => p * (k === answer ? accuracy : wrong));
          const chance = joint.reduce((total, p) => total + p, 0);
          return all + chance * (entropy(prior) - entropy(joint.map((p) => p / chance)));
        }, 0);
        expect(expectedInformation(prior, accuracy)).toBeCloseTo(fall, 9);
      },
    ),
  );
});

test('whom to ask: the cheap judge first, a person where a judge has no more to say for its cost', () => {
  const judge = { who: 'judge', right: 7, wrong: 3, cost: 1 };
  const person = { who: 'person', right: 9, wrong: 1, cost: 10 };
  expect(nextAsk([0.5, 0.5], [judge, person])?.who).toBe('judge');
  expect(nextAsk([0.5, 0.5], [{ ...judge, right: 11, wrong: 9 }, person])?.who).toBe('person');
  expect(nextAsk([1, 0], [judge, person])).toBeNull();
});
