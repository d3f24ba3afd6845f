/** Selection without its effects on files: the drop's items as candidates, in the order of the drop, and what becomes of each. */
import { byText } from '../../models/order.ts';
import { type Candidate, shownResponse } from '../../models/selection/candidate.ts';
import { type Selection, selectCandidates } from '../../models/selection/select.ts';
import type { CurateInput } from '../contract.ts';
import { breathe, paced } from '../pace.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { readCandidates } from './facts.ts';
import { featuresOf, termsOf, toldOf } from './told.ts';

/** What decides: tables, and the rules. */
export type Deciding = Pick<
  CurateInput,
  'run' | 'items' | 'annotations' | 'labels' | 'features' | 'scores' | 'heatmaps' | 'config'
>;

export interface DecideDeps {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
}

/** The first of two duplicates is the one that stands first in the drop. */
const byOrigin = (a: Candidate, b: Candidate): number =>
  byText(a.origin.file, b.origin.file) || a.origin.row - b.origin.row || byText(a.item, b.item);

/** Decides on every item. Equal tables and rules give equal decisions. Throws what `selectCandidates` throws, and ASY-3002 for items that were not examined. */
export const decide = async (
  deps: DecideDeps,
  input: Deciding,
  beat: (rows: number) => void = () => undefined,
): Promise<{ readonly candidates: readonly Candidate[]; readonly selection: Selection }> => {
  const { tables } = deps;
  const candidates: Candidate[] = [];
  const told = await toldOf(deps, input);
  for await (const candidate of paced(readCandidates(tables, input, told), beat)) candidates.push(candidate);
  candidates.sort(byOrigin);
  await breathe();
  const responses = new Map(candidates.map(({ item, verdict }) => [item, shownResponse(verdict)]));
  const selection = await selectCandidates(candidates, input.config, {
    terms: await termsOf(deps, input),
    vectors: (items) =>
      featuresOf(tables, input.features, new Map(items.map((item) => [item, responses.get(item) ?? 0]))),
  });
  await breathe();
  return { candidates, selection };
};
