/** The tags of spans and the spans already marked. */
import { Button } from '../../parts/button.tsx';
import { Choices } from '../choices.tsx';
import type { Span } from './text.ts';

export interface Tag {
  readonly name: string;
  readonly text?: string | undefined;
}

/** One of six looks, each another underline as well as another colour. */
export const lookOf = (tags: readonly Tag[], tag: string): number =>
  Math.max(
    0,
    tags.findIndex(({ name }) => name === tag),
  ) % 6;

export const TagChoice = ({
  tags,
  tag,
  onChange,
}: {
  tags: readonly Tag[];
  tag: string;
  onChange: (tag: string) => void;
}) => (
  <Choices
    label="Tag"
    choices={tags.map(({ name, text }, i) => ({
      value: name,
      label: <span className={`tag look-${lookOf(tags, name)}`}>{text ?? name}</span>,
      spoken: text ?? name,
      ...(i < 9 ? { keys: String(i + 1) } : {}),
    }))}
    value={tag}
    onChange={onChange}
  />
);

/** What is marked, to be read and taken back. */
export const SpanList = ({
  spans,
  tags,
  wordsOf,
  onRemove,
}: {
  spans: readonly Span[];
  tags: readonly Tag[];
  wordsOf: (span: Span) => string;
  onRemove: (index: number) => void;
}) => (
  <ul className="mark-list" aria-label="Marked parts">
    {spans.map((span, i) => (
      <li key={`${span.start}-${span.end}-${span.tag}`}>
        <span className={`tag look-${lookOf(tags, span.tag)}`}>{span.tag}</span>
        <span className="mark-words" dir="auto">
          {wordsOf(span)}
        </span>
        <Button
          kind="quiet"
          className="small"
          onClick={() => onRemove(i)}
          aria-label={`Remove ${span.tag}: ${wordsOf(span)}`}
        >
          ✕
        </Button>
      </li>
    ))}
  </ul>
);
