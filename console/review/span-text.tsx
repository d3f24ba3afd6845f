import type { Voter } from './people.tsx';
import { type MarkedSpan, piecesOf } from './spans.ts';

/** A text with what people marked in it: the more of them, the stronger; who and what stands behind each piece. */
export const SpanText = ({
  text,
  lang,
  spans,
  voters,
}: {
  text: string;
  lang: string | null;
  spans: readonly MarkedSpan[];
  voters: readonly Voter[];
}) => (
  <div className="prose plain" dir="auto" lang={lang ?? undefined}>
    {piecesOf(text, spans).map(({ text: piece, marks }, i) =>
      marks.length === 0 ? (
        <span key={i}>{piece}</span>
      ) : (
        <mark key={i} className={`marked by-${Math.min(3, marks.length)}`}>
          {piece}
          <sup>
            {marks
              .map(({ by, tag }) => `${(voters.find(({ subject }) => subject === by)?.place ?? 0) + 1} ${tag}`)
              .join(', ')}
          </sup>
        </mark>
      ),
    )}
  </div>
);
