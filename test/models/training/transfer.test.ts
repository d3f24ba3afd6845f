import { describe, expect, test } from 'vitest';
import { wilson } from '../../../models/metrics/wilson.ts';
import { fitBradleyTerry } from '../../../models/training/bradley-terry.ts';
import { fitMultilingual } from '../../../models/training/multilingual.ts';
import type { TransferPair } from '../../../models/training/transfer.ts';
import { languageGap, transferTable } from '../../../models/training/transfer.ts';
import { planted } from './planted-languages.ts';

const pair = (language: string, group: string, translated = false, baseline = 0): TransferPair => ({
  language,
  group,
  translated,
  baseline,
});

describe('the transfer table', () => {
  const pairs = [
    pair('en', 'a'),
    pair('en', 'b'),
    pair('en', 'c', false, 1),
    pair('en', 'd', false, -1),
    pair('sw', 'a', true),
    pair('sw', 'b', true),
    pair('sw', 'c', true, 1),
    pair('sw', 'd', false, 1),
  ];
  const folds = [new Set(['c', 'd'])];

  test('trains on one language’s groups and tests on the others, which no twin of a test pair is among', async () => {
    const seen: (readonly number[])[] = [];
    const cells = await transferTable({
      pairs,
      folds,
      fit: async (train) => {
        seen.push(train);
        // Right on everything but the Swahili pair written in Swahili.
        return (i) => (i === 7 ? -1 : 1);
      },
    });
    expect(seen).toEqual([
      [0, 1],
      [4, 5],
    ]);
    expect(cells.map(({ trainOn, testOn, n, accuracy }) => [trainOn, testOn, n, accuracy])).toEqual([
      ['en', 'en', 2, 1],
      ['en', 'sw', 2, 0.5],
      ['sw', 'en', 2, 1],
      ['sw', 'sw', 2, 0.5],
    ]);
    expect(cells[1]).toMatchObject({
      ci: wilson(1, 2),
      baseline: 1,
      translated: { accuracy: 1, n: 1 },
      original: { accuracy: 0, n: 1 },
    });
    expect(cells[0]).toMatchObject({ baseline: 0.5, translated: null });
  });

  test('with several folds every pair is tested once, by a model that did not see its group', async () => {
    const all = [new Set(['a', 'b']), new Set(['c', 'd'])];
    const cells = await transferTable({
      pairs,
      folds: all,
      trainOn: ['en'],
      fit: async (train) => (i) => (train.some((t) => pairs[t]?.group === pairs[i]?.group) ? -1 : 1),
    });
    expect(cells.map(({ n, accuracy }) => [n, accuracy])).toEqual([
      [4, 1],
      [4, 1],
    ]);
  });

  test('S247: the worst language and the largest gap can be worked out again from the cells', async () => {
    const cells = await transferTable({ pairs, folds, trainOn: ['en'], fit: async () => (i) => (i > 3 ? -1 : 1) });
    expect(languageGap(cells)).toMatchObject({ worst: { testOn: 'sw', accuracy: 0 }, maxGap: 1 });
    expect(languageGap([])).toEqual({ worst: null, maxGap: 0 });
  });
});

/** Share of a language's clean pairs (all of them turned the planted way) that weights get right. */
const accuracyOf = (weights: Float32Array, data: ReturnType<typeof planted>, language: number): number => {
  let [right, n] = [0, 0];
  for (let i = 0; i < data.n; i++) {
    if (data.languages[i] !== language) continue;
    let z = 0;
    for (let j = 0; j < data.dims; j++) z += (weights[j] ?? 0) * (data.differences[i * data.dims + j] ?? 0);
    right += z > 0 ? 1 : 0;
    n++;
  }
  return right / n;
};

test('S245: with 50 pairs of a language, a model that also saw another language is at least as good as one from scratch', async () => {
  const dims = 24;
  const own = { language: 1, feature: 23, weight: 1.5 };
  const gains: number[] = [];
  for (let seed = 1; seed <= 12; seed++) {
    const train = planted({ counts: [1500, 50], dims, seed, own });
    const test = planted({ counts: [0, 2000], dims, seed: seed + 500, own });
    // The best of three penalties by its test accuracy: more than from scratch could know.
    const scratch = await Promise.all(
      [0.002, 0.02, 0.2].map((l2) =>
        fitBradleyTerry({ differences: train.differences.subarray(1500 * dims), n: 50, dims, l2 }),
      ),
    );
    const fit = await fitMultilingual({ ...train, count: 2, l2: 0.02, shrinkage: 1 });
    const both = fit.shared.map((weight, j) => weight + (fit.offsets[dims + j] ?? 0));
    gains.push(accuracyOf(both, test, 1) - Math.max(...scratch.map(({ weights }) => accuracyOf(weights, test, 1))));
  }
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const deviation = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1));
  // The lower end of a 95 % interval of the mean gain, t with 11 degrees of freedom.
  expect(mean - (2.201 * deviation) / Math.sqrt(gains.length)).toBeGreaterThan(0);
});
