import type { Mark } from '../../../schemas/annotation.ts';
import { Button } from '../../parts/button.tsx';
import { KIND_WORDS, wordsOf } from './shapes.tsx';

/** The marks in words, each to be found on the image and taken back. */
export const MarkList = ({
  marks,
  onLight,
  onRemove,
}: {
  marks: readonly Mark[];
  onLight: (index: number | null) => void;
  onRemove: (index: number) => void;
}) => (
  <ul className="mark-list" aria-label="Marks">
    {marks.map((mark, i) => (
      <li key={i} onPointerEnter={() => onLight(i)} onPointerLeave={() => onLight(null)}>
        <span className={`swatch ${mark.kind}`} aria-hidden="true" />
        <span className="mark-words">
          {KIND_WORDS[mark.kind]}: {wordsOf(mark)}
        </span>
        <Button
          kind="quiet"
          className="small"
          onFocus={() => onLight(i)}
          onBlur={() => onLight(null)}
          onClick={() => onRemove(i)}
          aria-label={`Remove mark ${i + 1}: ${KIND_WORDS[mark.kind]}, ${wordsOf(mark)}`}
        >
          ✕
        </Button>
      </li>
    ))}
  </ul>
);
