import type { Span } from './finding.ts';

export interface Redaction {
  readonly text: string;
  /** Where each span stood, and where its placeholder stands. */
  readonly replaced: readonly { readonly from: Span; readonly to: Span }[];
}

/**
 * A text with typed placeholders, `[EMAIL]`, in place of spans (in rising order, disjoint). Equal texts of a kind share a number
 * where a kind has several (`[EMAIL 2]`), so that who wrote to whom can still be followed.
 */
export const redact = (text: string, spans: readonly Span[]): Redaction => {
  const numbers = new Map<string, Map<string, number>>();
  for (const { start, end, kind } of spans) {
    const known = numbers.get(kind) ?? new Map<string, number>();
    const value = text.slice(start, end);
    if (!known.has(value)) known.set(value, known.size + 1);
    numbers.set(kind, known);
  }
  let [made, at] = ['', 0];
  const replaced = spans.map((from) => {
    const known = numbers.get(from.kind);
    const number = (known?.size ?? 0) > 1 ? ` ${known?.get(text.slice(from.start, from.end))}` : '';
    made += text.slice(at, from.start);
    const start = made.length;
    made += `[${from.kind.toUpperCase()}${number}]`;
    at = from.end;
    return { from, to: { start, end: made.length, kind: from.kind } };
  });
  return { text: made + text.slice(at), replaced };
};
