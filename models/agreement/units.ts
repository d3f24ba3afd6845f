/** Ratings gathered by unit (what was rated), in a form that does not remember their order. */
import { byText } from '../order.ts';

export type Value = string | number;

/** Units of two values or more; units of equal content are one type with a count. */
export interface Units {
  /** Distinct values, ascending: numbers by size, text by code unit. */
  readonly values: readonly Value[];
  /** Values of all types one after another, as indices into `values`; type t ends before `ends[t]`. */
  readonly codes: Int32Array;
  readonly ends: Int32Array;
  /** Units of each type. */
  readonly counts: Int32Array;
}

export interface UnitCollector {
  /** Adds the values one unit was given; fewer than two say nothing about agreement and are left out. */
  add(values: readonly Value[]): void;
  end(): Units;
}

const byValue = (a: Value, b: Value): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : byText(String(a), String(b));

const byCodes = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return a.length - b.length;
};

/** Collects units; memory grows with the distinct types only. */
export const collectUnits = (): UnitCollector => {
  const known = new Map<Value, number>();
  const types = new Map<string, { codes: number[]; count: number }>();
  const codeOf = (value: Value): number => {
    const code = known.get(value);
    if (code !== undefined) return code;
    known.set(value, known.size);
    return known.size - 1;
  };
  return {
    add(values) {
      if (values.length < 2) return;
      const codes = values.map(codeOf).sort((a, b) => a - b);
      const key = codes.join(',');
      const type = types.get(key);
      if (type === undefined) types.set(key, { codes, count: 1 });
      else type.count++;
    },
    end() {
      const values = [...known.keys()].sort(byValue);
      const place = new Map(values.map((value, i) => [value, i]));
      const final = Int32Array.from(known.keys(), (value) => place.get(value) ?? 0);
      const sorted = [...types.values()]
        .map(({ codes, count }) => ({ codes: codes.map((code) => final[code] ?? 0).sort((a, b) => a - b), count }))
        .sort((a, b) => byCodes(a.codes, b.codes));
      let end = 0;
      return {
        values,
        codes: Int32Array.from(sorted.flatMap(({ codes }) => codes)),
        ends: Int32Array.from(sorted, ({ codes }) => (end += codes.length)),
        counts: Int32Array.from(sorted, ({ count }) => count),
      };
    },
  };
};

/** Units from lists of values. */
export const unitsOf = (units: Iterable<readonly Value[]>): Units => {
  const collector = collectUnits();
  for (const unit of units) collector.add(unit);
  return collector.end();
};

/** Share of agreeing pairs of values within units; null where there is no pair. */
export const percentAgreement = ({ codes, ends, counts }: Units): number | null => {
  let [pairs, agreeing] = [0, 0];
  let from = 0;
  ends.forEach((end, type) => {
    const count = counts[type] ?? 0;
    const m = end - from;
    pairs += (count * m * (m - 1)) / 2;
    // Codes of a type are sorted: equal ones stand together.
    for (let i = from; i < end; ) {
      let j = i;
      while (j < end && codes[j] === codes[i]) j++;
      agreeing += (count * (j - i) * (j - i - 1)) / 2;
      i = j;
    }
    from = end;
  });
  return pairs === 0 ? null : agreeing / pairs;
};
