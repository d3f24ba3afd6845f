/** Spans that several people marked in one text, as pieces to draw one after another. Offsets are of code points. */

export interface MarkedSpan {
  readonly start: number;
  readonly end: number;
  readonly tag: string;
  readonly by: string;
}

export interface Piece {
  readonly text: string;
  /** Those who marked it, in order of their ids, with the tag they gave. */
  readonly marks: readonly { readonly by: string; readonly tag: string }[];
}

/** The text cut at every beginning and end of a span; spans beyond the text are cut to it. */
export const piecesOf = (text: string, spans: readonly MarkedSpan[]): Piece[] => {
  const points = Array.from(text);
  const inside = (at: number): number => Math.min(points.length, Math.max(0, at));
  const cuts = new Set([0, points.length]);
  for (const { start, end } of spans) cuts.add(inside(start)).add(inside(end));
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(0, -1).map((from, i) => {
    const to = edges[i + 1] ?? points.length;
    const marks = spans
      .filter(({ start, end }) => start <= from && end >= to && start < end)
      .map(({ by, tag }) => ({ by, tag }))
      .sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0));
    return { text: points.slice(from, to).join(''), marks };
  });
};
