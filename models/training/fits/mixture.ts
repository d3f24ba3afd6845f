/** Mixture of experts: aspect heads (ArmoRM's first stage), then a gate on the prompt fitted on pairs (its second). */
import { AssayError } from '../../../schemas/errors.ts';
import type { FeatureBlock } from '../../encoders/encoder.ts';
import type { Column, Member } from '../../heads/parameters.ts';
import type { HeadConfig, TrainingPair, TrainingSet } from '../examples.ts';
import { fitMixture } from '../mixture.ts';
import type { Scaler } from '../scaler.ts';
import { gatherScaled } from '../scaler.ts';
import { debias, penalise } from '../verbosity.ts';
import { aspectFit } from './aspects.ts';
import { columnValue } from './column-value.ts';
import type { Fit } from './fit.ts';
import { weightIn } from './fit.ts';

/** An aspect of this name measures verbosity: what the others owe to it is taken off. */
const VERBOSITY = 'verbosity';
/** A narrower gate than ArmoRM's three layers of 1,024, and fewer steps: its prompts are 4,096 wide, ours a few hundred. */
const GATE = { hidden: [64], steps: 300, batch: 256, dropout: 0.2 } as const;

const promptOf = (blocks: readonly FeatureBlock[]): FeatureBlock => {
  const block = blocks.find(({ name }) => name === 'prompt');
  if (block !== undefined) return block;
  throw new AssayError('ASY-5015', { objective: 'mixture', needs: 'an encoder with a block of features named prompt' });
};

/** z-scores of rows by every column, rows × columns. */
const scoresOf = (columns: readonly Column[], scaled: Float32Array, n: number): Float64Array =>
  Float64Array.from({ length: n * columns.length }, (_, at) => {
    const column = columns[at % columns.length];
    if (column === undefined) return 0;
    const value = columnValue(column, scaled, Math.floor(at / columns.length));
    return (value - column.centre) / (column.spread || 1);
  });

/** The prompt's features of each pair (both sides have the same prompt), n × width. */
const promptsOf = (scaled: Float32Array, dims: number, places: readonly number[], { from, to }: FeatureBlock) => {
  const out = new Float32Array(places.length * (to - from));
  places.forEach((place, i) => out.set(scaled.subarray(place * dims + from, place * dims + to), i * (to - from)));
  return out;
};

/**
 * Ridge per aspect, verbosity debiasing where an aspect is named `verbosity`, and the gate. Throws ASY-5015 where the encoder has no
 * prompt block, ASY-5004 for fewer than two pairs, and what regression heads throw.
 */
export const mixtureFit = (
  set: TrainingSet,
  config: HeadConfig,
  scaler: Scaler,
  signal: AbortSignal | undefined,
): Fit => {
  const block = promptOf(set.blocks);
  const experts = aspectFit(set, config, scaler, signal);
  const pairs = set.pairs.filter(({ split }) => split === 'train');
  if (pairs.length < 2) throw new AssayError('ASY-5004', { pairs: pairs.length, needed: 2 });
  const used = [...new Set(pairs.flatMap(({ winner, loser }) => [winner, loser]))];
  const place = new Map(used.map((row, i) => [row, i]));
  const scaled = gatherScaled(set.features, used, scaler);
  const prompts = promptsOf(
    scaled,
    set.encoder.dims,
    pairs.map(({ winner }) => place.get(winner) ?? 0),
    block,
  );
  const k = experts.aspects.length;
  const verbosity = experts.aspects.indexOf(VERBOSITY);
  const differencesOf = (scores: Float64Array, of: readonly TrainingPair[]) =>
    Float64Array.from({ length: of.length * k }, (_, at) => {
      const pair = of[Math.floor(at / k)];
      const value = (row = 0) => scores[(place.get(row) ?? 0) * k + (at % k)] ?? 0;
      return value(pair?.winner) - value(pair?.loser);
    });
  return {
    ...experts,
    groups: [...experts.groups, ...pairs.flatMap(({ group, loserGroup }) => [group, loserGroup])],
    examples: pairs.length,
    notes: verbosity < 0 ? ['no aspect is named verbosity: rewards are not debiased'] : [],
    async fit(multiplicity) {
      const { member, ...how } = await experts.fit(multiplicity);
      const scores = scoresOf(member.columns, scaled, used.length);
      const penalties = verbosity < 0 ? null : debias(scores, k, verbosity);
      const fair = penalties === null ? scores : penalise(scores, verbosity, penalties);
      const { gate, loss } = await fitMixture({
        prompts,
        promptDims: block.to - block.from,
        differences: differencesOf(fair, pairs),
        experts: k,
        n: pairs.length,
        weights: Float32Array.from(pairs, (pair) => weightIn(pair, multiplicity)),
        ...GATE,
        seed: config.seed,
        signal,
      });
      const gated: Member = {
        ...member,
        gate: {
          gate,
          prompt: { from: block.from, to: block.to },
          verbosity: penalties === null ? null : { index: verbosity, penalties },
        },
      };
      return { ...how, loss: how.loss + loss, member: gated };
    },
  };
};
