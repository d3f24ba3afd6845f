/** Spans of a text while they are marked: in UTF-16 units for the page, in code points as they are stored. */
import { codePointOf, unitOf } from '../../../schemas/pieces.ts';

/** From `start`, before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}
export interface Span extends Range {
  readonly tag: string;
}

/** A piece of the text between two borders of spans, with the tags that cover it. */
export interface Cut extends Range {
  readonly text: string;
  readonly tags: readonly string[];
  readonly inHand: boolean;
}

/** Units as code points. */
export const toPoints = (text: string, { start, end }: Range): Range => ({
  start: codePointOf(text, start),
  end: codePointOf(text, end),
});

/** Code points as units. */
export const toUnits = (text: string, { start, end }: Range): Range => ({
  start: unitOf(text, start),
  end: unitOf(text, end),
});

/** The words of a text as readers of its language see them; without any, all of it is one. */
export const wordsOf = (text: string, language: string | null): Range[] => {
  const segments = [...new Intl.Segmenter(language ?? undefined, { granularity: 'word' }).segment(text)];
  const words = segments.filter(({ isWordLike }) => isWordLike === true);
  return (words.length > 0 ? words : [{ index: 0, segment: text }]).map(({ index, segment }) => ({
    start: index,
    end: index + segment.length,
  }));
};

/** A range without the blanks at its ends; null where nothing else is in it. */
export const trim = (text: string, { start, end }: Range): Range | null => {
  const inside = text.slice(start, end);
  const from = start + inside.length - inside.trimStart().length;
  const to = end - (inside.length - inside.trimEnd().length);
  return from < to ? { start: from, end: to } : null;
};

/** Cuts the text at every border, so that each piece has one look. Spans are in units. */
export const cut = (text: string, spans: readonly Span[], inHand: Range | null): Cut[] => {
  const borders = [
    0,
    text.length,
    ...[...spans, ...(inHand === null ? [] : [inHand])].flatMap((r) => [r.start, r.end]),
  ];
  const at = [...new Set(borders)].filter((unit) => unit >= 0 && unit <= text.length).sort((a, b) => a - b);
  return at.slice(0, -1).map((start, i) => {
    const end = at[i + 1] ?? text.length;
    const covers = (range: Range) => range.start <= start && end <= range.end;
    return {
      start,
      end,
      text: text.slice(start, end),
      tags: spans.filter(covers).map(({ tag }) => tag),
      inHand: inHand !== null && covers(inHand),
    };
  });
};

/** Adds a span once, in the text's order. */
export const add = (spans: readonly Span[], span: Span): Span[] =>
  spans.some(({ start, end, tag }) => start === span.start && end === span.end && tag === span.tag)
    ? [...spans]
    : [...spans, span].sort((a, b) => a.start - b.start || a.end - b.end);
