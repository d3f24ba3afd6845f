/** Cross-lingual transfer (S245, S247): how a model trained in one language does in every other, as a table. */
import type { Accuracy } from '../metrics/preference.ts';
import { pairAccuracy } from '../metrics/preference.ts';
import { byText } from '../order.ts';

export interface TransferPair {
  readonly language: string;
  /** Twins (a pair and its translations) share a group. */
  readonly group: string;
  readonly translated: boolean;
  /** Log length of the winner less the loser's, or whatever the trivial rule looks at; 0 is a tie. */
  readonly baseline: number;
}

export interface TransferCell {
  readonly trainOn: string;
  readonly testOn: string;
  /** Pairs tested on. */
  readonly n: number;
  readonly accuracy: number;
  /** Wilson, 95 %. */
  readonly ci: readonly [number, number];
  /** The trivial rule on the same pairs. */
  readonly baseline: number;
  /** Accuracy on pairs written in the language and on translated ones; null where there is none of the kind. */
  readonly original: Accuracy | null;
  readonly translated: Accuracy | null;
}

export interface TransferInput {
  readonly pairs: readonly TransferPair[];
  /** Tested on, fold by fold, are the groups of the fold; trained on the others, in every language: no twin of a test pair is seen. */
  readonly folds: readonly ReadonlySet<string>[];
  /** Languages trained on, each alone; by default all. */
  readonly trainOn?: readonly string[];
  /** Fits on the pairs of these indices; what it returns is the reward difference of a pair. */
  readonly fit: (train: readonly number[]) => Promise<(pair: number) => number>;
}

/** Every pair's reward difference by the model of one language that was fitted without the pair's fold; NaN where there is none. */
const heldOutDifferences = async ({ pairs, folds, fit }: TransferInput, language: string): Promise<Float64Array> => {
  const differences = new Float64Array(pairs.length).fill(Number.NaN);
  for (const held of folds) {
    const train = pairs.flatMap((pair, i) => (pair.language === language && !held.has(pair.group) ? i : []));
    const difference = await fit(train);
    pairs.forEach(({ group }, i) => {
      if (held.has(group)) differences[i] = difference(i);
    });
  }
  return differences;
};

/** One cell per language trained on and language tested on, in that order. */
export const transferTable = async (input: TransferInput): Promise<TransferCell[]> => {
  const { pairs, trainOn } = input;
  const languages = [...new Set(pairs.map(({ language }) => language))].sort(byText);
  const cells: TransferCell[] = [];
  for (const source of trainOn ?? languages) {
    const differences = await heldOutDifferences(input, source);
    for (const target of languages) {
      const test = pairs.flatMap(({ language }, i) =>
        language === target && !Number.isNaN(differences[i] ?? Number.NaN) ? i : [],
      );
      cells.push(cell(source, target, test, pairs, differences));
    }
  }
  return cells;
};

const cell = (
  trainOn: string,
  testOn: string,
  test: readonly number[],
  pairs: readonly TransferPair[],
  differences: Float64Array,
): TransferCell => {
  const measured = (wanted: (pair: TransferPair | undefined) => boolean): Accuracy | null => {
    const chosen = test.filter((i) => wanted(pairs[i]));
    return chosen.length === 0 ? null : pairAccuracy(chosen.map((i) => differences[i] ?? 0));
  };
  const { accuracy, ci, n } = pairAccuracy(test.map((i) => differences[i] ?? 0));
  return {
    trainOn,
    testOn,
    n,
    accuracy,
    ci,
    baseline: pairAccuracy(test.map((i) => pairs[i]?.baseline ?? 0)).accuracy,
    original: measured((pair) => pair?.translated === false),
    translated: measured((pair) => pair?.translated === true),
  };
};

export interface Gap {
  /** The cell of the least accuracy; null where nothing was tested. */
  readonly worst: TransferCell | null;
  /** Greatest accuracy less the least. */
  readonly maxGap: number;
}

/** The worst language and the gap to the best (S247), over the cells given; languages without a tested pair do not count. */
export const languageGap = (cells: readonly TransferCell[]): Gap => {
  const sorted = cells.filter(({ n }) => n > 0).toSorted((a, b) => a.accuracy - b.accuracy);
  const [worst = null] = sorted;
  return { worst, maxGap: (sorted.at(-1)?.accuracy ?? 0) - (worst?.accuracy ?? 0) };
};
