import { expect, test } from 'vitest';
import { mostInformative } from '../../../models/aggregation/picking.ts';
import { createRandom } from '../../../models/random.ts';
import { pairedDifference } from '../../../models/trust/bootstrap.ts';
import { posteriorOf } from '../../../schemas/redundancy.ts';

test('the most divided open question is asked next', () => {
  expect(mostInformative([[0.9, 0.1], [0.6, 0.4], null, [0.5, 0.5]], 0.8)).toBe(3);
  expect(
    mostInformative(
      [
        [0.6, 0.4],
        [0.4, 0.6],
      ],
      0.8,
    ),
  ).toBe(0);
  expect(mostInformative([null, null], 0.8)).toBeNull();
});

test('S387: at equal votes, asking where most is to be learnt beats asking at random', () => {
  const [items, accuracy, budget] = [400, 0.75, 1200];
  const random = createRandom(7);
  // Every vote that could be given is drawn beforehand: both ways of asking see the same people. `b` is wrong.
  const votes = Array.from({ length: items }, () =>
    Array.from({ length: 12 }, () => (random() < accuracy ? 'a' : 'b')),
  );
  const right = (pick: (given: readonly number[], posteriors: readonly number[][]) => number): number[] => {
    const given = Array.from({ length: items }, () => 1);
    const posterior = (item: number): number[] => {
      const answers = (votes[item] ?? []).slice(0, given[item]).map((category) => ({ category, accuracy }));
      const found = new Map(posteriorOf(answers));
      const a = found.get('a') ?? 1 - (found.get('b') ?? 0);
      return [a, 1 - a];
    };
    const posteriors = Array.from({ length: items }, (_, item) => posterior(item));
    for (let asked = items; asked < budget; asked++) {
      const item = pick(given, posteriors);
      given[item] = (given[item] ?? 0) + 1;
      posteriors[item] = posterior(item);
    }
    return posteriors.map(([a = 0]) => (a > 0.5 ? 1 : a === 0.5 ? 0.5 : 0));
  };
  const active = right(
    (given, posteriors) =>
      mostInformative(
        posteriors.map((p, i) => ((given[i] ?? 0) < 12 ? p : null)),
        accuracy,
      ) ?? 0,
  );
  const blind = createRandom(8);
  const passive = right((given) => {
    for (;;) {
      const item = Math.floor(blind() * items);
      if ((given[item] ?? 0) < 12) return item;
    }
  });
  const { value, ci } = pairedDifference(
    active,
    passive,
    active.map((_, i) => String(i)),
  );
  expect(value).toBeGreaterThan(0.04);
  expect(ci[0]).toBeGreaterThan(0);
});
