import { expect, test } from 'vitest';
import { createRandom } from '../../../models/random.ts';
import type { HeadConfig, TrainingPair, TrainingSet } from '../../../models/training/examples.ts';
import { leaveOneOut } from '../../../models/trust/leave-one-out.ts';
import { HEAD_CONFIG } from '../../support/head-config.ts';

const CONFIG: HeadConfig = { ...HEAD_CONFIG, ensemble: { ...HEAD_CONFIG.ensemble, members: 2 } };

/** 90 prompts in three languages; in `odd` the other answer is preferred. */
const trilingual = (odd: string | null): TrainingSet => {
  const random = createRandom(1);
  const languages = ['de', 'en', 'sw'];
  const features = Float32Array.from({ length: 2 * 270 * 2 }, () => 2 * random() - 1);
  const pairs = Array.from({ length: 270 }, (_, i): TrainingPair => {
    const language = languages[i % 3] ?? 'en';
    const group = `prompt ${Math.floor(i / 3)}`;
    const first = (features[4 * i] ?? 0) > (features[4 * i + 2] ?? 0) === (language !== odd);
    return {
      winner: first ? 2 * i : 2 * i + 1,
      loser: first ? 2 * i + 1 : 2 * i,
      group,
      loserGroup: group,
      weight: 1,
      winnerFirst: first,
      strength: null,
      pFlip: null,
      language,
      source: 'one',
      translated: language !== 'en',
      split: Math.floor(i / 3) % 3 === 0 ? 'validation' : 'train',
    };
  });
  return {
    encoder: { id: 'test', revision: 'r', dims: 2 },
    blocks: [],
    features,
    rows: Array.from({ length: 540 }, (_, row) => {
      const { language = null, group = '' } = pairs[Math.floor(row / 2)] ?? {};
      return { language, group, source: 'one', length: row % 5, generator: null };
    }),
    pairs,
    lists: [],
    ratings: [],
    steps: [],
  };
};

test('a preference that languages share is there in the one held out; one that turns it round is found', async () => {
  const shared = await leaveOneOut(trilingual(null), CONFIG, 'language');
  expect(shared.rows.map(({ held, n }) => ({ held, n }))).toEqual([
    { held: 'de', n: 30 },
    { held: 'en', n: 30 },
    { held: 'sw', n: 30 },
  ]);
  for (const { accuracy, baseline, ci } of shared.rows) {
    expect(accuracy).toBeGreaterThan(0.9);
    expect(ci[0]).toBeGreaterThan(baseline - 0.2);
  }
  const turned = await leaveOneOut(trilingual('sw'), CONFIG, 'language');
  expect(turned.rows.find(({ held }) => held === 'sw')?.accuracy).toBeLessThan(0.1);
});

test('the held-out language is not trained on: its own pairs change nothing', async () => {
  const [a, b] = [
    await leaveOneOut(trilingual(null), CONFIG, 'language'),
    await leaveOneOut(trilingual('sw'), CONFIG, 'language'),
  ];
  const accuracy = (table: typeof a) => table.rows.find(({ held }) => held === 'sw')?.accuracy ?? 0;
  // The same head, on labels that are turned round.
  expect(accuracy(a) + accuracy(b)).toBeCloseTo(1, 12);
});

test('a single source cannot be left out, and a language without validation pairs is skipped and said', async () => {
  expect(await leaveOneOut(trilingual(null), CONFIG, 'source')).toMatchObject({
    rows: [],
    skipped: [{ value: 'one', reason: 'it is the only one' }],
  });
  const set = trilingual(null);
  const few = { ...set, pairs: set.pairs.filter(({ language, split }) => language !== 'de' || split === 'train') };
  const { rows, skipped } = await leaveOneOut(few, CONFIG, 'language');
  expect(rows.map(({ held }) => held)).toEqual(['en', 'sw']);
  expect(skipped).toEqual([{ value: 'de', reason: '0 validation examples' }]);
  const two = { ...set, pairs: set.pairs.filter(({ language, split }) => language === 'de' || split === 'validation') };
  expect((await leaveOneOut(two, CONFIG, 'language')).skipped.map(({ value }) => value)).toEqual(['de']);
});
