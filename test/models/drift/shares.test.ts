import { expect, test } from 'vitest';
import { agreementAlarm } from '../../../models/drift/agreement.ts';
import { judgedQuestions } from '../../../models/drift/judged.ts';
import { PROBE_TWINS, probesAlarm } from '../../../models/drift/probes.ts';
import { about, found, noData, together } from '../../../models/drift/reading.ts';
import { shareRatio, volumeAlarm } from '../../../models/drift/volume.ts';
import { wilson } from '../../../models/metrics/wilson.ts';
import { createRandom } from '../../../models/random.ts';
import { PROBES } from '../../../schemas/monitor-kinds.ts';
import { annotation } from '../../support/annotations.ts';
import { normal, redShare } from '../../support/drawn.ts';

test('a share by hand: 10 of 100 where 20 of 100 were, against a fall to a half', () => {
  const { value, ci, p } = shareRatio({ part: 'sw', before: 20, after: 10 }, 100, 100, 0.5);
  expect(value).toBeCloseTo(0.5, 12);
  // P(X ≤ 10) of 30 at 1/3, summed term by term, and Wilson's interval of 10 of 30 as odds.
  expect(p).toBeCloseTo(0.584759598771, 9);
  const odds = wilson(10, 30).map((share) => share / (1 - share));
  expect(ci).toEqual(odds);
  expect(shareRatio({ part: 'sw', before: 20, after: 0 }, 100, 100, 0.5).p).toBeCloseTo((2 / 3) ** 20, 12);
});

/** So many annotations drawn from parts of the given shares. */
const counted = (seed: number, n: number, shares: readonly number[]): number[] => {
  const random = createRandom(seed);
  const counts = shares.map(() => 0);
  for (let i = 0; i < n; i++) {
    const at = random();
    let [part, sum] = [0, shares[0] ?? 0];
    while (at >= sum && part < shares.length - 1) sum += shares[++part] ?? 0;
    counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
};

const LIMITS = { alpha: 0.01, fall: 0.5, limit: 0.25 };
const SHARES = [0.6, 0.2, 0.1, 0.05, 0.05];
const volume = (seed: number, now: readonly number[]) => {
  const [before, after] = [counted(seed, 400, SHARES), counted(seed + 9999, 400, now)];
  return volumeAlarm(
    SHARES.map((_, i) => ({ part: `p${i}`, before: before[i] ?? 0, after: after[i] ?? 0 })),
    LIMITS,
  );
};

test('S044: five parts of 400 annotations: red where one of 10 % is gone, green in at least 99 of 100 draws without a change', () => {
  const gone = volume(1, [0.7, 0.2, 0, 0.05, 0.05]);
  expect([gone.state, gone.reason.slice(0, 6)]).toEqual(['red', 'p2 has']);
  expect(redShare(200, (seed) => volume(seed, SHARES))).toBeLessThanOrEqual(0.01);
});

test('S228: gains above the limit beyond noise are red; no gain, a loss, and half of the limit are not: none of 200', () => {
  const groups = Array.from({ length: 60 }, (_, i) => `g${i}`);
  const alarm = (seed: number, mean: number) =>
    probesAlarm([{ probe: 'verbosity', gains: normal(seed, 60, mean, 0.3), groups }], 0.2, seed);
  expect(alarm(1, 0.5)).toMatchObject({ state: 'red', figures: [{ n: 60, limit: 0.2 }, { name: 'won by verbosity' }] });
  expect(alarm(1, -0.5).state).toBe('green');
  expect(redShare(200, (seed) => alarm(seed, 0.1))).toBe(0);
  expect(probesAlarm([], 0.2).state).toBe('no-data');
});

test('each probe changes a text, the same way each time, and keeps what it said', () => {
  const [prompt, response] = ['Why do tides rise?', 'The moon pulls the water. The earth turns.'];
  for (const probe of PROBES) {
    const twin = PROBE_TWINS[probe](response, prompt);
    expect(twin).not.toBe(response);
    expect(PROBE_TWINS[probe](response, prompt)).toBe(twin);
    for (const word of ['moon', 'pulls', 'water.', 'turns.']) expect(twin).toContain(word);
  }
});

const points = (seed: number, n: number, of: (i: number) => number) =>
  normal(seed, n, 0, 0.03).map((noise, i) => {
    const alpha = of(i) + noise;
    return { part: `d${i}`, alpha, ci: [alpha - 0.1, alpha + 0.1] as const, n: 50 };
  });

test('α that falls is red, that rises is green; steady α is green in at least 98 of 100 draws', () => {
  expect(
    agreementAlarm(
      points(1, 20, (i) => (i < 10 ? 0.8 : 0.7)),
      0.4,
      0.01,
    ).state,
  ).toBe('red');
  expect(
    agreementAlarm(
      points(1, 20, (i) => (i < 10 ? 0.7 : 0.8)),
      0.4,
      0.01,
    ).state,
  ).toBe('green');
  expect(
    agreementAlarm(
      points(1, 3, () => 0.25),
      0.4,
      0.01,
    ).state,
  ).toBe('red');
  expect(
    agreementAlarm(
      points(1, 3, () => 0.35),
      0.4,
      0.01,
    ),
  ).toMatchObject({ state: 'green', figures: [{ limit: 0.4 }] });
  expect(
    redShare(200, (seed) =>
      agreementAlarm(
        points(seed, 30, () => 0.7),
        0.4,
        0.01,
      ),
    ),
  ).toBeLessThanOrEqual(0.02);
  expect(agreementAlarm([], 0.4, 0.01).state).toBe('no-data');
});

test('judges and people are put on one scale, question by question', () => {
  const rate = (helpful: number, kind: 'human' | 'judge', source: string) =>
    annotation(
      source,
      { task: 'rating', value: { response: 0, aspects: { helpful }, min: 1, max: kind === 'judge' ? 5 : 3 } },
      { kind },
    );
  const unscaled = annotation(
    'gpt',
    { task: 'rating', value: { response: 0, aspects: { tone: 9 }, min: null, max: null } },
    { kind: 'judge' },
  );
  const severe = (severity: number, kind: 'human' | 'judge') =>
    annotation(kind, { task: 'safety', value: { response: 0, tags: [], severity } }, { kind });
  const all = [rate(2, 'human', 'ann'), rate(3, 'human', 'bob'), rate(5, 'judge', 'gpt'), unscaled];
  expect(judgedQuestions([...all, severe(4, 'human'), severe(1, 'judge')], 'g')).toEqual([
    { source: 'gpt', task: 'rating', group: 'g', judge: 1, human: 0.75, agreement: 0.75 },
    { source: 'judge', task: 'safety', group: 'g', judge: 0.25, human: 1, agreement: 0.25 },
  ]);
  expect(judgedQuestions(all.slice(0, 2), 'g')).toEqual([]);
});

test('readings together: red where one is, without data where all are; the reason is that of the red', () => {
  const [red, green, none] = [found(true, 'bad', []), found(false, 'good', []), noData('nothing')];
  expect(together([green, red, none])).toMatchObject({ state: 'red', reason: 'bad' });
  expect(together([none, green])).toMatchObject({ state: 'green', reason: 'good; nothing' });
  expect(together([none, about('b', none)])).toMatchObject({ state: 'no-data', reason: 'nothing; b: nothing' });
});
