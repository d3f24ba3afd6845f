import { unitHash } from './hash.ts';
import { byText } from './order.ts';

/**
 * The groups that go to validation: the share of them with the smallest hash, at least one and never all where there are two.
 * Depends on the set of groups and the seed only.
 */
export const splitByGroup = (groups: Iterable<string>, share: number, seed: number | string): Set<string> => {
  const keyed = [...new Set(groups)].map((group) => ({ group, key: unitHash(seed, group) }));
  keyed.sort((a, b) => a.key - b.key || byText(a.group, b.group));
  const wanted = Math.round(share * keyed.length);
  const count = share <= 0 || keyed.length < 2 ? 0 : Math.min(keyed.length - 1, Math.max(1, wanted));
  return new Set(keyed.slice(0, count).map(({ group }) => group));
};

export interface PairSplit<P> {
  readonly train: P[];
  readonly validation: P[];
  /** Pairs with one side in each: used for neither. */
  readonly straddling: number;
}

/** Pairs by the side both their groups are on. */
export const splitPairs = <P extends { readonly group: string; readonly loserGroup: string }>(
  pairs: readonly P[],
  validationGroups: ReadonlySet<string>,
): PairSplit<P> => {
  const train: P[] = [];
  const validation: P[] = [];
  for (const pair of pairs) {
    const sides = [validationGroups.has(pair.group), validationGroups.has(pair.loserGroup)];
    if (sides.every(Boolean)) validation.push(pair);
    else if (!sides.some(Boolean)) train.push(pair);
  }
  return { train, validation, straddling: pairs.length - train.length - validation.length };
};

/** The rows of at most `most` units, those with the smallest hash; rows of one unit stay together, in their order. */
export const sampleBy = <T>(rows: readonly T[], unitOf: (row: T) => string, most: number, seed: number): T[] => {
  const units = [...new Set(rows.map(unitOf))];
  if (units.length <= most) return [...rows];
  const keyed = units.map((unit) => ({ unit, key: unitHash(seed, unit) }));
  keyed.sort((a, b) => a.key - b.key || byText(a.unit, b.unit));
  const kept = new Set(keyed.slice(0, most).map(({ unit }) => unit));
  return rows.filter((row) => kept.has(unitOf(row)));
};
