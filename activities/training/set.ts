/** Examples and features joined: the set that a head is fitted and measured on, whether they came from tables or from a file. */
import type { FeatureBlock } from '../../models/encoders/encoder.ts';
import type { HeadEncoder } from '../../models/heads/head.ts';
import type {
  RowFacts,
  TrainingList,
  TrainingPair,
  TrainingRating,
  TrainingSet,
  TrainingStep,
} from '../../models/training/examples.ts';
import type { ExampleRow, PairRow } from './rows.ts';

export interface Matrix {
  readonly encoder: HeadEncoder;
  readonly blocks: readonly FeatureBlock[];
  /** Row of a response, by `responseName`; responses of equal content share one. */
  readonly rowOf: ReadonlyMap<string, number>;
  readonly features: Float32Array;
  readonly facts: readonly RowFacts[];
  /** Language and source of items; of equal content in two items `facts` has the first's only. */
  readonly items: ReadonlyMap<string, ItemFacts>;
}

export interface ItemFacts {
  readonly language: string | null;
  readonly source: string;
  readonly translated: boolean;
}

/** How matrices name a response. */
export const responseName = (item: string, response: number): string => `${item}/${response}`;

const UNKNOWN: ItemFacts = { language: null, source: '', translated: false };

const toPair = (pair: PairRow, row: (item: string, response: number) => number, { items }: Matrix): TrainingPair => {
  const { winner, winnerResponse, loser, loserResponse, group, loserGroup, weight, strength, pFlip, split } = pair;
  const [won, lost] = [items.get(winner) ?? UNKNOWN, items.get(loser) ?? UNKNOWN];
  return {
    winner: row(winner, winnerResponse),
    loser: row(loser, loserResponse),
    group,
    loserGroup,
    weight,
    winnerFirst: winner === loser ? winnerResponse < loserResponse : winner < loser,
    strength,
    pFlip,
    // A pair across two languages speaks for neither.
    language: won.language === lost.language ? won.language : null,
    source: won.source,
    translated: won.translated || lost.translated,
    split,
  };
};

const toLists = (rows: readonly ExampleRow[], rowOf: (item: string, response: number) => number): TrainingList[] => {
  const lists = new Map<string, ExampleRow[]>();
  for (const row of rows) if (row.list !== null) lists.set(row.list, [...(lists.get(row.list) ?? []), row]);
  return [...lists.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined || members.length < 2) return [];
    const sorted = members.toSorted((a, b) => a.value - b.value);
    const { weight, group, split } = first;
    return [{ rows: sorted.map(({ item, response }) => rowOf(item, response)), weight, group, split }];
  });
};

const toRatings = (rows: readonly ExampleRow[], rowOf: (item: string, response: number) => number): TrainingRating[] =>
  rows.flatMap(({ item, response, aspect, value, weight, group, split }) =>
    aspect === null ? [] : [{ row: rowOf(item, response), aspect, value, weight, group, split }],
  );

/** The training set of examples over a matrix that has a row for each response they name. */
export const trainingSet = (
  { pairs, rows }: { readonly pairs: readonly PairRow[]; readonly rows: readonly ExampleRow[] },
  matrix: Matrix,
  steps: readonly TrainingStep[] = [],
): TrainingSet => {
  const row = (item: string, response: number): number => {
    const found = matrix.rowOf.get(responseName(item, response));
    if (found === undefined) throw new RangeError(`no features of ${item} ${response}`);
    return found;
  };
  return {
    encoder: matrix.encoder,
    blocks: matrix.blocks,
    features: matrix.features,
    rows: matrix.facts,
    pairs: pairs.map((pair) => toPair(pair, row, matrix)),
    lists: toLists(rows, row),
    ratings: toRatings(rows, row),
    steps,
  };
};
