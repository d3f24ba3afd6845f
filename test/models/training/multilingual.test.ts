import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../models/random.ts';
import { fitBradleyTerry } from '../../../models/training/bradley-terry.ts';
import { languageWeights } from '../../../models/training/language-weights.ts';
import type { MultilingualFit } from '../../../models/training/multilingual.ts';
import { fitMultilingual, multilingualProblem } from '../../../models/training/multilingual.ts';
import { planted } from './planted-languages.ts';

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
const offsetOf = ({ offsets }: MultilingualFit, dims: number, l: number) => offsets.subarray(l * dims, (l + 1) * dims);

interface Golden {
  readonly n: number;
  readonly dims: number;
  readonly count: number;
  readonly l2: number;
  readonly shrinkage: number;
  readonly differences: readonly (readonly number[])[];
  readonly languages: readonly number[];
  readonly weights: readonly number[];
  readonly shared: readonly number[];
  readonly offsets: readonly number[];
  readonly loss: number;
}
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/models/multilingual.json', import.meta.url), 'utf8'),
) as Golden;

describe('one model of many languages', () => {
  const data = planted({ counts: [300, 200, 100], dims: 5, seed: 1 });
  const base = { ...data, count: 3, l2: 0.01 };

  test('from another shrinkage’s minimum the same minimum is reached, sooner; a rough one is near', async () => {
    const own = planted({ counts: [300, 200, 100], dims: 40, seed: 2, own: { language: 2, feature: 3, weight: 4 } });
    const fit = await multilingualProblem({ ...own, count: 3, l2: 0.001 });
    for (const [before, shrinkage] of [
      [Infinity, 100],
      [1, 2],
    ] as const) {
      const cold = await fit({ shrinkage });
      const warm = await fit({ shrinkage, start: await fit({ shrinkage: before }) });
      expect(warm.iterations).toBeLessThan(cold.iterations);
      expect(warm.loss).toBeCloseTo(cold.loss, 6);
      warm.shared.forEach((weight, j) => expect(weight).toBeCloseTo(cold.shared[j] ?? Number.NaN, 2));
      const rough = await fit({ shrinkage, tolerance: 'rough' });
      expect(rough.iterations).toBeLessThan(cold.iterations);
      expect(rough.loss - cold.loss).toBeLessThan(1e-4);
    }
  });

  test('S246: shared weights, offsets and loss are scikit-learn’s on the widened matrix', async () => {
    const { n, dims, count, l2, shrinkage } = golden;
    const fit = await fitMultilingual({
      n,
      dims,
      count,
      l2,
      shrinkage,
      differences: Float32Array.from(golden.differences.flat()),
      languages: Int32Array.from(golden.languages),
      weights: Float32Array.from(golden.weights),
    });
    golden.shared.forEach((weight, j) => expect(Math.abs((fit.shared[j] ?? 0) - weight)).toBeLessThan(1e-3));
    golden.offsets.forEach((offset, j) => expect(Math.abs((fit.offsets[j] ?? 0) - offset)).toBeLessThan(1e-3));
    expect(Math.abs(fit.loss - golden.loss)).toBeLessThan(1e-6);
  });

  test('S246: with infinite shrinkage it is the Bradley–Terry fit of all pairs, and every offset is 0', async () => {
    const fit = await fitMultilingual({ ...base, shrinkage: Infinity });
    const { weights, loss } = await fitBradleyTerry({ ...data, l2: 0.01 });
    expect(fit.converged).toBe(true);
    expect(largest(fit.offsets)).toBe(0);
    weights.forEach((weight, j) => expect(Math.abs((fit.shared[j] ?? 0) - weight)).toBeLessThan(1e-4));
    expect(Math.abs(fit.loss - loss)).toBeLessThan(1e-7);
  });

  test('S246: the offsets shrink to 0 as the shrinkage grows', async () => {
    const sizes: number[] = [];
    for (const shrinkage of [1, 100, 1e4, 1e6])
      sizes.push(largest((await fitMultilingual({ ...base, shrinkage })).offsets));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[3]).toBeLessThan(1e-4);
  });

  test('with hardly any shrinkage, one language’s model is its own Bradley–Terry fit but for the split of the penalty', async () => {
    const one = planted({ counts: [200], dims: 4, seed: 3 });
    const s = 2;
    const fit = await fitMultilingual({ ...one, count: 1, l2: 0.02, shrinkage: s });
    // min l2/2·(‖w‖² + s·‖v‖²) with w + v = u is l2/2·s/(1 + s)·‖u‖²; then v = w / s.
    const { weights } = await fitBradleyTerry({ ...one, l2: (0.02 * s) / (1 + s) });
    weights.forEach((weight, j) => {
      expect((fit.shared[j] ?? 0) + (fit.offsets[j] ?? 0)).toBeCloseTo(weight, 3);
      expect(fit.offsets[j]).toBeCloseTo((fit.shared[j] ?? 0) / s, 3);
    });
  });

  test('S246: a preference that only one language has is learned by its head alone', async () => {
    const dims = 4;
    const mixed = planted({ counts: [800, 800, 800], dims, seed: 5, own: { language: 2, feature: 3, weight: 3 } });
    const fit = await fitMultilingual({ ...mixed, count: 3, l2: 0.002, shrinkage: 1 });
    const [, , marked] = [0, 1, 2].map((l) => offsetOf(fit, dims, l)[3] ?? 0);
    expect(marked).toBeGreaterThan(1);
    for (const l of [0, 1])
      expect(Math.abs((fit.shared[3] ?? 0) + (offsetOf(fit, dims, l)[3] ?? 0))).toBeLessThan(0.25);
    for (const l of [0, 1, 2]) expect(largest(offsetOf(fit, dims, l).subarray(0, 3))).toBeLessThan((marked ?? 0) / 3);
  });

  test('a language with few pairs stays nearer to what is shared than one with many of the same kind', async () => {
    const few = planted({ counts: [600, 4], dims: 3, seed: 7, own: { language: 1, feature: 2, weight: 3 } });
    const many = planted({ counts: [600, 400], dims: 3, seed: 7, own: { language: 1, feature: 2, weight: 3 } });
    const fits = await Promise.all(
      [few, many].map((data) => fitMultilingual({ ...data, count: 2, l2: 0.01, shrinkage: 10 })),
    );
    const [small, large] = fits.map((fit) => largest(offsetOf(fit, 3, 1)));
    expect(small).toBeLessThan(0.1);
    expect(large).toBeGreaterThan(5 * (small ?? 0));
  });

  test('S388: with 20 pairs of its own a language is told better from what is shared than from scratch', async () => {
    const [dims, l2] = [12, 0.01];
    const own = { language: 1, feature: 3, weight: 2 };
    const gains: number[] = [];
    for (let seed = 40; seed < 52; seed++) {
      const few = planted({ counts: [400, 20], dims, seed, own });
      const unseen = planted({ counts: [0, 500], dims, seed: seed + 1000, own });
      const rightBy = (weights: (j: number) => number) => {
        const right = Array.from({ length: unseen.n }, (_, i) => {
          let z = 0;
          for (let j = 0; j < dims; j++) z += weights(j) * (unseen.differences[i * dims + j] ?? 0);
          return z > 0 ? 1 : 0;
        });
        return right.reduce<number>((sum, one) => sum + one, 0) / unseen.n;
      };
      const adapted = await fitMultilingual({ ...few, count: 2, l2, shrinkage: 1 });
      const scratch = await fitBradleyTerry({ differences: few.differences.subarray(400 * dims), n: 20, dims, l2 });
      const offset = offsetOf(adapted, dims, 1);
      gains.push(rightBy((j) => (adapted.shared[j] ?? 0) + (offset[j] ?? 0)) - rightBy((j) => scratch.weights[j] ?? 0));
    }
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    expect(gains.filter((gain) => gain >= 0).length).toBeGreaterThanOrEqual(10);
    expect(mean).toBeGreaterThan(0.03);
  });

  test('pairs of no known language teach the shared weights only', async () => {
    const unknown = planted({ counts: [200, 100], dims: 3, seed: 11 });
    const languages = unknown.languages.map((language) => (language === 1 ? -1 : language));
    const fit = await fitMultilingual({ ...unknown, languages, count: 2, l2: 0.01, shrinkage: 1 });
    expect(largest(offsetOf(fit, 3, 1))).toBe(0);
    expect(largest(offsetOf(fit, 3, 0))).toBeGreaterThan(0);
  });

  test('weights, targets and margins mean what they mean to Bradley–Terry', async () => {
    const random = createRandom(2);
    const given = {
      weights: Float32Array.from({ length: data.n }, () => random() + 0.5),
      targets: Float32Array.from({ length: data.n }, () => 0.7 + 0.3 * random()),
      margins: Float32Array.from({ length: data.n }, () => random() + 0.5),
    };
    for (const marginKind of ['subtract', 'scale'] as const) {
      const fit = await fitMultilingual({ ...base, ...given, marginKind, shrinkage: Infinity });
      const { weights } = await fitBradleyTerry({ ...data, l2: 0.01, ...given, marginKind });
      weights.forEach((weight, j) => expect(fit.shared[j]).toBeCloseTo(weight, 3));
    }
  });

  test('the order of the pairs does not matter', async () => {
    const order = Array.from({ length: data.n }, (_, i) => (i * 7) % data.n); // 7 and 600 share no factor
    const turned = {
      differences: Float32Array.from(order.flatMap((i) => [...data.differences.subarray(i * 5, (i + 1) * 5)])),
      languages: Int32Array.from(order, (i) => data.languages[i] ?? 0),
    };
    const [a, b] = [
      await fitMultilingual({ ...base, shrinkage: 3 }),
      await fitMultilingual({ ...base, ...turned, shrinkage: 3 }),
    ];
    a.offsets.forEach((value, j) => expect(value).toBeCloseTo(b.offsets[j] ?? Number.NaN, 4));
  });

  test('bad input is refused', async () => {
    const wrong = (change: object) => fitMultilingual({ ...base, shrinkage: 1, ...change });
    await expect(wrong({ languages: new Int32Array(3) })).rejects.toThrow(RangeError);
    await expect(wrong({ languages: new Int32Array(data.n).fill(3) })).rejects.toThrow(RangeError);
    await expect(wrong({ shrinkage: 0 })).rejects.toThrow(RangeError);
    await expect(wrong({ shrinkage: Number.NaN })).rejects.toThrow(RangeError);
    await expect(wrong({ l2: 0 })).rejects.toThrow(RangeError);
    await expect(wrong({ weights: new Float32Array(data.n) })).rejects.toMatchObject({ code: 'ASY-5004' });
    const broken = data.differences.slice();
    broken[7] = Number.NaN;
    await expect(wrong({ differences: broken })).rejects.toMatchObject({ code: 'ASY-5005' });
    await expect(wrong({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});

describe('balanced sampling', () => {
  test('S244: at temperature 1 every pair weighs 1; at infinity every language has an equal share', () => {
    expect([...languageWeights([90, 10, 0], 1)]).toEqual([1, 1, 0]);
    const equal = languageWeights([90, 10, 0], Infinity);
    expect((equal[0] ?? 0) * 90).toBeCloseTo(50, 10);
    expect((equal[1] ?? 0) * 10).toBeCloseTo(50, 10);
    // p ∝ √n: 3 to 1.
    expect([...languageWeights([90, 10], 2)].map((weight, l) => weight * ([90, 10][l] ?? 0))).toEqual([
      expect.closeTo(75, 10),
      expect.closeTo(25, 10),
    ]);
    expect(() => languageWeights([1], 0)).toThrow(RangeError);
  });

  test('the weights of all pairs sum to their number, and smaller languages never weigh less', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 8 }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        (counts, temperature) => {
          const weights = languageWeights(counts, temperature);
          const all = counts.reduce((sum, n) => sum + n, 0);
          expect(counts.reduce((sum, n, l) => sum + n * (weights[l] ?? 0), 0)).toBeCloseTo(all, 6);
          counts.forEach((a, i) =>
            counts.forEach((b, j) => {
              if (a > 0 && a < b) expect(weights[i]).toBeGreaterThanOrEqual((weights[j] ?? 0) - 1e-12);
            }),
          );
        },
      ),
    );
  });
});
