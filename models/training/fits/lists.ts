/** Plackett–Luce heads. */
import { AssayError } from '../../../schemas/errors.ts';
import type { HeadConfig, TrainingSet } from '../examples.ts';
import { fitPlackettLuce } from '../plackett-luce.ts';
import type { Scaler } from '../scaler.ts';
import { gatherScaled } from '../scaler.ts';
import type { Fit } from './fit.ts';
import { singleColumn, weightIn } from './fit.ts';

/** Plackett–Luce on the training lists (S166). Throws ASY-5015 for fewer than two. */
export const listFit = (set: TrainingSet, config: HeadConfig, scaler: Scaler, signal: AbortSignal | undefined): Fit => {
  const lists = set.lists.filter(({ split }) => split === 'train');
  if (lists.length < 2)
    throw new AssayError('ASY-5015', { objective: 'plackett-luce', needs: `two rankings, not ${lists.length}` });
  const used = [...new Set(lists.flatMap(({ rows }) => rows))];
  const place = new Map(used.map((row, i) => [row, i]));
  const features = gatherScaled(set.features, used, scaler);
  const n = used.length;
  return {
    groups: lists.map(({ group }) => group),
    examples: lists.length,
    aspects: [],
    aspectWeights: [],
    languages: [],
    notes: [],
    async fit(multiplicity) {
      const counted = lists
        .map((list) => ({ rows: list.rows.map((row) => place.get(row) ?? 0), weight: weightIn(list, multiplicity) }))
        .filter(({ weight }) => weight > 0);
      const fitted = await fitPlackettLuce({
        features,
        n,
        dims: set.encoder.dims,
        lists: counted,
        l2: config.l2,
        signal,
      });
      const { weights, ...how } = fitted;
      return { member: singleColumn(weights), ...how };
    },
  };
};
