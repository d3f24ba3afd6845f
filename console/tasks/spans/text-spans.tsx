/** Marks parts of a text: by selecting them, or word by word with the keyboard. */
import { useMemo, useRef, useState } from 'react';
import { digitOf, useTaskKeys } from '../keys.ts';
import { lookOf, SpanList, type Tag, TagChoice } from './tags.tsx';
import { add, cut, type Range, type Span, toPoints, toUnits, trim, wordsOf } from './text.ts';

/** The unit at which a selection's end lies, by the piece of text it is in; null outside of the text. */
const unitAt = (box: HTMLElement, node: Node | null, offset: number): number | null => {
  if (node === null || !box.contains(node)) return null;
  if (node instanceof Text) {
    const start = node.parentElement?.closest<HTMLElement>('[data-start]')?.dataset['start'];
    return start === undefined ? null : Number(start) + offset;
  }
  // Between pieces: the beginning of the one that follows, or the end of all.
  const next = node.childNodes[offset];
  const start = next instanceof HTMLElement ? next.dataset['start'] : undefined;
  return start === undefined ? (box.textContent ?? '').length : Number(start);
};

const selected = (box: HTMLElement): Range | null => {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed) return null;
  const ends = [
    unitAt(box, selection.anchorNode, selection.anchorOffset),
    unitAt(box, selection.focusNode, selection.focusOffset),
  ];
  const [a, b] = ends;
  return a === null || b === null || a === undefined || b === undefined
    ? null
    : { start: Math.min(a, b), end: Math.max(a, b) };
};

export const TextSpans = ({
  text,
  language,
  spans,
  tags,
  onChange,
}: {
  text: string;
  language: string | null;
  spans: readonly Span[];
  tags: readonly Tag[];
  onChange: (spans: Span[]) => void;
}) => {
  const box = useRef<HTMLDivElement>(null);
  const words = useMemo(() => wordsOf(text, language), [text, language]);
  /** The words in hand: the one the cursor is at, and how far it was stretched. */
  const [hand, setHand] = useState<{ from: number; to: number } | null>(null);
  const [tag, setTag] = useState(tags[0]?.name ?? '');
  const inHand =
    hand === null
      ? null
      : {
          start: words[Math.min(hand.from, hand.to)]?.start ?? 0,
          end: words[Math.max(hand.from, hand.to)]?.end ?? 0,
        };
  const mark = (range: Range, by: string): void => {
    const inside = trim(text, range);
    if (inside !== null) onChange(add(spans, { ...toPoints(text, inside), tag: by }));
  };
  useTaskKeys((event) => {
    const { key, shiftKey } = event;
    const rtl = box.current !== null && getComputedStyle(box.current).direction === 'rtl';
    const by = ({ ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1 } as const)[key];
    const named = tags[(digitOf(event) ?? 0) - 1]?.name;
    if (by !== undefined) {
      const to = Math.min(words.length - 1, Math.max(0, hand === null ? 0 : hand.to + by));
      setHand({ from: shiftKey && hand !== null ? hand.from : to, to });
    } else if (named !== undefined) {
      setTag(named);
      if (inHand !== null) mark(inHand, named);
    } else if (key === 'Enter' && inHand !== null) {
      mark(inHand, tag);
      setHand(null);
    } else if (key === 'Escape' && hand !== null) setHand(null);
    else if (key === 'Backspace' || key === 'Delete') onChange(spans.slice(0, -1));
    else return false;
    return true;
  });
  const shown = spans.map((span) => ({ ...toUnits(text, span), tag: span.tag }));
  return (
    <>
      <TagChoice tags={tags} tag={tag} onChange={setTag} />
      <div
        ref={box}
        className="prose plain spans"
        dir="auto"
        lang={language ?? undefined}
        onPointerUp={() => {
          const range = box.current === null ? null : selected(box.current);
          if (range === null) return;
          mark(range, tag);
          getSelection()?.removeAllRanges();
        }}
      >
        {cut(text, shown, inHand).map(({ start, text: piece, tags: covering, inHand: held }) => {
          const look = covering[0] === undefined ? '' : ` look-${lookOf(tags, covering[0])}`;
          const Tagged = covering.length > 0 ? 'mark' : 'span';
          return (
            <Tagged
              key={start}
              data-start={start}
              className={`${look}${held ? ' in-hand' : ''}`.trim()}
              title={covering.join(', ')}
            >
              {piece}
            </Tagged>
          );
        })}
      </div>
      <p className="hidden" role="status">
        {inHand === null ? '' : text.slice(inHand.start, inHand.end)}
      </p>
      <SpanList
        spans={spans}
        tags={tags}
        wordsOf={(span) => {
          const { start, end } = toUnits(text, span);
          return text.slice(start, end);
        }}
        onRemove={(index) => onChange(spans.filter((_, i) => i !== index))}
      />
    </>
  );
};
