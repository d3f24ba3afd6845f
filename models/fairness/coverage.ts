/** Coverage of every combination of domains, styles and task types (S112). */

export interface CoverageCell {
  /** A value of each attribute, in their order. */
  readonly values: readonly string[];
  readonly n: number;
  /** How many rows the floor still lacks. */
  readonly missing: number;
}

/** Rows by combination of the attributes' declared values, empty combinations too, in the order of the declaration. */
export const coverage = (
  rows: readonly Readonly<Record<string, string>>[],
  attributes: Readonly<Record<string, readonly string[]>>,
  floor = 1,
): CoverageCell[] => {
  const names = Object.keys(attributes);
  const keyOf = (values: readonly string[]) => JSON.stringify(values);
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(names.map((name) => row[name] ?? ''));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const cells = names.reduce<string[][]>(
    (cross, name) => cross.flatMap((values) => (attributes[name] ?? []).map((value) => [...values, value])),
    [[]],
  );
  return cells.map((values) => {
    const n = counts.get(keyOf(values)) ?? 0;
    return { values, n, missing: Math.max(0, floor - n) };
  });
};
