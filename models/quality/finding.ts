/** What a detector says of a text: a figure, where it saw it, and the reason a filter may quote. */

/** A stretch of a text in UTF-16 units: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

export interface Finding {
  /** The detector's figure; each says which. */
  readonly value: number;
  /** In rising order, none inside another; absent where the figure is of the text as a whole. */
  readonly spans?: readonly Span[];
  /** Why a filter would take the text out; absent where nothing was found. */
  readonly reason?: string;
}

/** A finding of how many spans there are, and of what kinds. */
export const findingOf = (spans: readonly Span[]): Finding => {
  const kinds = [...new Set(spans.map(({ kind }) => kind))].sort();
  return { value: spans.length, spans, ...(spans.length > 0 && { reason: kinds.join(', ') }) };
};

/** Every match of a global expression as a span of a kind, those left out that `accept` refuses. */
export const matches = (
  text: string,
  pattern: RegExp,
  kind: string,
  accept: (match: string) => boolean = () => true,
): Span[] =>
  Array.from(text.matchAll(pattern), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind,
    match,
  }))
    .filter(({ match }) => accept(match[0]))
    .map(({ start, end }) => ({ start, end, kind }));

/** Spans in rising order without overlaps: of two that overlap the longer stays, of equals the one that begins first. */
export const disjoint = (spans: readonly Span[]): Span[] => {
  const kept: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = kept.at(-1);
    if (last === undefined || span.start >= last.end) kept.push(span);
    else if (span.end - span.start > last.end - last.start) kept[kept.length - 1] = span;
  }
  return kept;
};
