/** Process rewards: a response's reward from the probabilities that its steps are right (Lightman et al. 2023, §2.4). */
import { AssayError } from '../schemas/errors.ts';

/** `product`: the probability that all steps are right, were they independent; `min`: that of the weakest step. */
export type StepReduction = 'product' | 'min';

/** log of the smallest positive number: what an impossible step counts, so that rewards stay finite. */
const LEAST = Math.log(Number.MIN_VALUE);

const check = (probabilities: ArrayLike<number>): void => {
  if (probabilities.length === 0) throw new RangeError('a response without steps has no process reward');
  for (let i = 0; i < probabilities.length; i++) {
    const value = probabilities[i] ?? 0;
    if (!Number.isFinite(value)) throw new AssayError('ASY-5005', { what: `step probability ${i}` });
    if (value < 0 || value > 1)
      throw new AssayError('ASY-5007', { what: `step probability ${i}`, value, range: '[0, 1]' });
  }
};

/**
 * The log of the product or of the minimum of step probabilities: long solutions do not underflow, and exp gives the probability
 * back. A step of probability 0 counts log 5e-324. Throws ASY-5005 for NaN, ASY-5007 outside [0, 1], RangeError without steps.
 */
export const logProcessReward = (probabilities: ArrayLike<number>, reduction: StepReduction): number => {
  check(probabilities);
  const logs = Array.from(probabilities, (value) => Math.max(LEAST, Math.log(value)));
  return reduction === 'min' ? logs.reduce((a, b) => Math.min(a, b)) : logs.reduce((a, b) => a + b);
};

/** Index of the first step whose probability of being right is below the threshold; null where there is none. */
export const firstWrongStep = (probabilities: ArrayLike<number>, threshold = 0.5): number | null => {
  check(probabilities);
  const at = Array.from(probabilities).findIndex((value) => value < threshold);
  return at < 0 ? null : at;
};

/** Characters of a step's prompt that are kept, half from its beginning and half from its end: a long solution's steps would otherwise hold n² of them. */
const KEPT = 32_768;

const bounded = (text: string): string =>
  text.length <= KEPT ? text : `${text.slice(0, KEPT / 2)}\n${text.slice(-KEPT / 2)}`;

/** What a process head judges: each step, after the prompt and the steps before it. The one place that says so, for training and scoring. */
export function* stepTexts(
  prompt: string,
  steps: readonly string[],
): Generator<{ readonly prompt: string; readonly response: string }> {
  let before = prompt;
  for (const step of steps) {
    yield { prompt: before, response: step };
    before = bounded(`${before}\n\n${step}`);
  }
}

export interface MistakeAccuracy {
  readonly n: number;
  /** Share of responses whose first wrong step, or lack of one, is named exactly. */
  readonly accuracy: number | null;
  /** The same share among responses with a mistake, and among those without; null where there are none. */
  readonly withMistake: number | null;
  readonly withoutMistake: number | null;
  /** Harmonic mean of the two (ProcessBench, Zheng et al. 2024); null unless both exist. */
  readonly f1: number | null;
}

const share = (right: number, all: number): number | null => (all === 0 ? null : right / all);

/** How well the first mistakes of responses are located (BIG-Bench Mistake, Tyen et al. 2023); null stands for no mistake. */
export const mistakeAccuracy = (
  predicted: readonly (number | null)[],
  truth: readonly (number | null)[],
): MistakeAccuracy => {
  if (predicted.length !== truth.length) throw new RangeError(`${predicted.length} against ${truth.length} responses`);
  const tally = { wrong: 0, wrongFound: 0, right: 0, rightFound: 0 };
  truth.forEach((step, i) => {
    const found = predicted[i] === step ? 1 : 0;
    tally[step === null ? 'right' : 'wrong']++;
    tally[step === null ? 'rightFound' : 'wrongFound'] += found;
  });
  const withMistake = share(tally.wrongFound, tally.wrong);
  const withoutMistake = share(tally.rightFound, tally.right);
  const both = (withMistake ?? 0) + (withoutMistake ?? 0);
  return {
    n: truth.length,
    accuracy: share(tally.wrongFound + tally.rightFound, truth.length),
    withMistake,
    withoutMistake,
    f1:
      withMistake === null || withoutMistake === null
        ? null
        : both === 0
          ? 0
          : (2 * withMistake * withoutMistake) / both,
  };
};
