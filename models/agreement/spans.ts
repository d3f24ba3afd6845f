/** How far annotators mark the same characters or words: F1 of the marks of two, over their pairs. */

/** A marked stretch: code points (of videos, frames) from `start`, before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly tag: string;
}

type Stretch = readonly [start: number, end: number];

/** Stretches of one tag, sorted and joined where they meet. */
const joined = (spans: readonly Span[]): Stretch[] => {
  const out: [number, number][] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (end > start) out.push([start, end]);
  }
  return out;
};

const lengthOf = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, [start, end]) => sum + end - start, 0);

const overlap = (a: readonly Stretch[], b: readonly Stretch[]): number => {
  let [sum, i, j] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i] ?? [0, 0], b[j] ?? [0, 0]];
    sum += Math.max(0, Math.min(x[1], y[1]) - Math.max(x[0], y[0]));
    if (x[1] < y[1]) i++;
    else j++;
  }
  return sum;
};

/** F1 of two sets by their sizes and what they share; 1 where both are empty. */
const f1 = (shared: number, a: number, b: number): number => (a + b === 0 ? 1 : (2 * shared) / (a + b));

/** F1 of two annotators' spans over code points, each with its tag: 2·|A ∩ B| / (|A| + |B|). */
export const spanF1 = (a: readonly Span[], b: readonly Span[]): number => {
  const tags = new Set([...a, ...b].map(({ tag }) => tag));
  let [shared, first, second] = [0, 0, 0];
  for (const tag of tags) {
    const [x, y] = [a, b].map((spans) => joined(spans.filter((span) => span.tag === tag)));
    shared += overlap(x ?? [], y ?? []);
    first += lengthOf(x ?? []);
    second += lengthOf(y ?? []);
  }
  return f1(shared, first, second);
};

/** F1 of two annotators' marked words, given as one flag a word. */
export const wordF1 = (a: readonly boolean[], b: readonly boolean[]): number => {
  const shared = a.filter((marked, i) => marked && b[i] === true).length;
  return f1(shared, a.filter(Boolean).length, b.filter(Boolean).length);
};

/** Mean over pairs of annotators; null for fewer than two. */
export const meanOverPairs = <T>(marks: readonly T[], of: (a: T, b: T) => number): number | null => {
  const values = marks.flatMap((a, i) => marks.slice(i + 1).map((b) => of(a, b)));
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
};
