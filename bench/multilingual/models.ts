/** Reward models over a task's pairs: features once, then fits on any of the pairs. */
import type { Encoder, EncoderInput } from '../../models/encoders/index.ts';
import { fitBradleyTerry } from '../../models/training/bradley-terry.ts';
import { languageWeights } from '../../models/training/language-weights.ts';
import { fitMultilingual } from '../../models/training/multilingual.ts';
import { fitScaler } from '../../models/training/scaler.ts';
import { chooseShrinkage } from '../../models/training/shrinkage.ts';
import type { BenchTask } from './pairs.ts';

/** Reward difference of a pair by its index. */
export type Difference = (pair: number) => number;

export interface TaskModels {
  readonly languages: readonly string[];
  /** One Bradley–Terry head on the pairs given. */
  readonly shared: (train: readonly number[], weights?: Float32Array) => Promise<Difference>;
  /** A head for each language of the pairs, shrunk as held-out folds say; `chosen` is told how much. */
  readonly heads: (train: readonly number[], temperature: number, chosen: (s: number) => void) => Promise<Difference>;
  /** Weights that balance the pairs' languages. */
  readonly balance: (train: readonly number[], temperature: number) => Float32Array;
}

export const openTask = async ({ pairs }: BenchTask, encoder: Encoder, l2: number): Promise<TaskModels> => {
  const { blocks, manifest } = encoder;
  const { dims } = manifest;
  const inputs = pairs.flatMap(({ prompt, chosen, rejected, rejectedPrompt = prompt }): EncoderInput[] => [
    { kind: 'text', prompt, response: chosen },
    { kind: 'text', prompt: rejectedPrompt, response: rejected },
  ]);
  const features = await encoder.encode(inputs);
  const raw = new Float32Array(pairs.length * dims);
  for (let i = 0; i < pairs.length; i++)
    for (let j = 0; j < dims; j++)
      raw[i * dims + j] = (features[2 * i * dims + j] ?? 0) - (features[(2 * i + 1) * dims + j] ?? 0);
  const languages = [...new Set(pairs.map(({ language }) => language))].sort();
  const languageOf = (i: number): string => pairs[i]?.language ?? '';

  /** The training pairs' differences under their own scaling, and the reward differences that weights on it give. */
  const scaled = (train: readonly number[]) => {
    const rows = Int32Array.from(train.flatMap((i) => [2 * i, 2 * i + 1]));
    const { scale } = fitScaler(features, inputs.length, dims, { blocks, rows });
    const inverse = scale.map((value) => (value === 0 ? 0 : 1 / value));
    const differences = new Float32Array(train.length * dims);
    train.forEach((i, at) => {
      for (let j = 0; j < dims; j++) differences[at * dims + j] = (raw[i * dims + j] ?? 0) * (inverse[j] ?? 0);
    });
    const by =
      (weights: (i: number) => Float32Array): Difference =>
      (i) => {
        const w = weights(i);
        let sum = 0;
        for (let j = 0; j < dims; j++) sum += (w[j] ?? 0) * (inverse[j] ?? 0) * (raw[i * dims + j] ?? 0);
        return sum;
      };
    return { by, problem: { differences, n: train.length, dims, l2 } };
  };
  const balance: TaskModels['balance'] = (train, temperature) => {
    const counts = languages.map((language) => train.filter((i) => languageOf(i) === language).length);
    const weights = languageWeights(counts, temperature);
    return Float32Array.from(train, (i) => weights[languages.indexOf(languageOf(i))] ?? 1);
  };
  return {
    languages,
    balance,
    async shared(train, weights) {
      const { by, problem } = scaled(train);
      const fit = await fitBradleyTerry({ ...problem, weights });
      return by(() => fit.weights);
    },
    async heads(train, temperature, chosen) {
      const { by, problem } = scaled(train);
      const present = [...new Set(train.map(languageOf))];
      const spoken = {
        ...problem,
        languages: Int32Array.from(train, (i) => present.indexOf(languageOf(i))),
        count: present.length,
        weights: balance(train, temperature),
      };
      const groups = train.map((i) => pairs[i]?.group ?? '');
      const { shrinkage } = await chooseShrinkage({ ...spoken, groups });
      chosen(shrinkage);
      const { shared, offsets } = await fitMultilingual({ ...spoken, shrinkage });
      const own = present.map((_, l) => shared.map((w, j) => w + (offsets[l * dims + j] ?? 0)));
      return by((i) => own[present.indexOf(languageOf(i))] ?? shared);
    },
  };
};
