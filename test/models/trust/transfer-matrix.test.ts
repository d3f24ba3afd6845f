import { expect, test } from 'vitest';
import { shareRight } from '../../../models/metrics/preference.ts';
import { createRandom } from '../../../models/random.ts';
import type { HeadConfig, TrainingPair, TrainingSet } from '../../../models/training/examples.ts';
import { transferMatrix } from '../../../models/trust/transfer-matrix.ts';
import { HEAD_CONFIG } from '../../support/head-config.ts';

const CONFIG: HeadConfig = { ...HEAD_CONFIG, ensemble: { ...HEAD_CONFIG.ensemble, members: 2 } };

/** Share of pairs whose winner has the larger of one feature, by domain; of `poetry` most have the smaller. */
const LARGER: Readonly<Record<string, number>> = { code: 0.9, law: 0.8, poetry: 0.1 };

/** 240 prompts in as many domains as there are, of one feature: which way a head goes is its sign, and all it can learn. */
const inDomains = (domains: readonly string[]): TrainingSet => {
  const random = createRandom(7);
  const features = Float32Array.from({ length: 2 * 240 }, () => 2 * random() - 1);
  const facts = Array.from({ length: 240 }, (_, i) => ({
    group: `prompt ${i}`,
    domain: domains[i % domains.length] ?? '',
  }));
  const pairs = facts.map(({ group, domain }, i): TrainingPair => {
    const first = (features[2 * i] ?? 0) > (features[2 * i + 1] ?? 0) === random() < (LARGER[domain] ?? 0.5);
    return {
      winner: first ? 2 * i : 2 * i + 1,
      loser: first ? 2 * i + 1 : 2 * i,
      group,
      loserGroup: group,
      weight: 1,
      winnerFirst: first,
      strength: null,
      pFlip: null,
      language: 'en',
      source: 'one',
      translated: false,
      split: i % 5 === 0 || i % 7 === 0 ? 'validation' : 'train',
    };
  });
  return {
    encoder: { id: 'test', revision: 'r', dims: 1 },
    blocks: [],
    features,
    rows: facts.flatMap((fact) =>
      [1, 2].map((length) => ({ ...fact, language: 'en', source: 'one', length, generator: null })),
    ),
    pairs,
    lists: [],
    ratings: [],
    steps: [],
  };
};

test('S389: every cell is what the sign learnt in one domain gets right in the other', async () => {
  const domains = ['code', 'law', 'poetry'];
  const set = inDomains(domains);
  const { cells, skipped, by } = await transferMatrix(set, CONFIG, 'domain');
  expect([by, skipped]).toEqual(['domain', []]);
  const larger = ({ winner, loser }: TrainingPair) => (set.features[winner] ?? 0) > (set.features[loser] ?? 0);
  const held = (domain: string, split: string) =>
    set.pairs.filter((pair) => set.rows[pair.winner]?.domain === domain && pair.split === split);
  const byHand = domains.flatMap((trainOn) => {
    const training = held(trainOn, 'train');
    const up = training.filter(larger).length > training.length / 2;
    return domains.map((testOn) => {
      const { accuracy, ci, n } = shareRight(held(testOn, 'validation').map((pair) => (larger(pair) === up ? 1 : 0)));
      return { trainOn, testOn, accuracy, ci, n };
    });
  });
  expect(cells.map(({ trainOn, testOn, accuracy, ci, n }) => ({ trainOn, testOn, accuracy, ci, n }))).toEqual(byHand);
  const cell = (trainOn: string, testOn: string) =>
    cells.find((each) => each.trainOn === trainOn && each.testOn === testOn)?.accuracy ?? 0.5;
  expect(cell('code', 'law')).toBeGreaterThan(0.65);
  expect(cell('code', 'poetry')).toBeLessThan(0.35);
});

test('one domain has no other, and one without training pairs is said', async () => {
  expect(await transferMatrix(inDomains(['code']), CONFIG, 'domain')).toEqual({
    by: 'domain',
    cells: [],
    skipped: [{ value: 'code', reason: 'it is the only one' }],
  });
  const set = inDomains(['code', 'law']);
  const bare = {
    ...set,
    pairs: set.pairs.filter(({ winner, split }) => split === 'validation' || set.rows[winner]?.domain === 'law'),
  };
  const { cells, skipped } = await transferMatrix(bare, CONFIG, 'domain');
  expect(cells.map(({ trainOn, testOn }) => [trainOn, testOn])).toEqual([
    ['law', 'code'],
    ['law', 'law'],
  ]);
  expect(skipped.map(({ value }) => value)).toEqual(['code']);
});
