/** Why an item is in a dataset or not, and whether the same tables and rules say so again. */
import { rulesOf, STEPS } from '../../models/selection/rules.ts';
import type { DatasetManifest, Decision } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Label } from '../../schemas/label.ts';
import type { Score } from '../../schemas/score.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { literal } from '../shards.ts';
import { openDataset, openLineage } from './catalog.ts';
import { decideAgain, rulesIn, sameDecision } from './decide-again.ts';
import { labelsOf, scoresOf, type Vote, votesOf } from './item-records.ts';

interface Step extends Pick<Decision, 'step' | 'rule' | 'kept' | 'values' | 'reason'> {
  /** Whether the rule, applied again to what the tables say, comes out the same. */
  readonly recomputed: boolean;
}

export interface Explanation {
  readonly item: string;
  readonly dataset: string;
  readonly version: string;
  readonly selected: boolean;
  readonly source: { readonly drop: string; readonly file: string; readonly row: number };
  /** The label the decision rests on; null where the item has none. */
  readonly label: Label | null;
  readonly labels: readonly Label[];
  readonly scores: readonly Score[];
  readonly votes: readonly Vote[];
  readonly model: { readonly name: string; readonly version: string } | null;
  /** Versions of the guideline that its votes were given under. */
  readonly guidelines: readonly string[];
  /** The steps the item passed, and the one that ended its way or `rows`. */
  readonly decisions: readonly Step[];
  /** Whether every decision comes out the same again. */
  readonly recomputed: boolean;
}

const only = async <T>(rows: AsyncIterable<T>): Promise<T | null> => {
  for await (const row of rows) return row;
  return null;
};

/** The stored decision on an item, by its id or the id its producer gave. Throws ASY-6004. */
export const findDecision = async (
  tables: TableStore,
  { name, inputs, decisions }: DatasetManifest,
  item: string,
): Promise<Decision> => {
  const wanted = literal(item);
  const known = await only(
    tables.query<{ id: string }>(
      `SELECT id FROM {items} WHERE id = ${wanted} OR "externalId" = ${wanted} ORDER BY id = ${wanted} DESC, id LIMIT 1`,
      { items: inputs.items },
    ),
  );
  const decision =
    known &&
    (await only(tables.query<Decision>(`SELECT * FROM {decisions} WHERE item = ${literal(known.id)}`, { decisions })));
  if (decision === null) throw new AssayError('ASY-6004', { item, dataset: name });
  return decision;
};

/** The stored decision preceded by the steps that the item passed; each held against the one made again. */
const wayOf = (stored: Decision, again: Decision | undefined, manifest: DatasetManifest): Step[] => {
  const placeOf = (step: string | undefined) => STEPS.findIndex((each) => each === step);
  const end = placeOf(stored.step);
  const passed = rulesOf(rulesIn(manifest))
    .slice(0, end)
    .map(({ step, rule }) => ({
      step,
      rule,
      kept: true,
      values: {},
      reason: 'passed',
      recomputed: placeOf(step) < placeOf(again?.step),
    }));
  const { step, rule, kept, values, reason } = stored;
  return [...passed, { step, rule, kept, values, reason, recomputed: sameDecision(stored, again) }];
};

/** Why an item (its id, or the id its producer gave) is in a dataset or not. Throws ASY-6001, ASY-6004. */
export const explainItem = async (
  objects: ObjectStore,
  tables: TableStore,
  name: string,
  item: string,
  version?: string,
): Promise<Explanation> => {
  const manifest = await openDataset(objects, name, version);
  const decision = await findDecision(tables, manifest, item);
  const lineage = await openLineage(objects, manifest);
  const again = (await decideAgain({ objects, tables }, manifest, lineage)).get(decision.item);
  const [labels, scores, votes] = [
    await labelsOf(tables, lineage, decision.item),
    await scoresOf(tables, lineage, decision.item),
    await votesOf(tables, lineage, decision.item),
  ];
  const { drop, file, row } = decision.origin;
  const decisions = wayOf(decision, again, manifest);
  return {
    item: decision.item,
    dataset: name,
    version: manifest.version,
    selected: decision.kept,
    source: { drop, file, row },
    label: labels.find(({ task }) => task === decision.values['task']) ?? labels[0] ?? null,
    labels,
    scores,
    votes,
    model: manifest.model,
    guidelines: [...new Set(votes.flatMap(({ guideline }) => guideline ?? []))].sort(),
    decisions,
    recomputed: decisions.every(({ recomputed }) => recomputed),
  };
};
