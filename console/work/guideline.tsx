import { Markdown } from '../item/markdown.tsx';
import { Kbd } from '../parts/kbd.tsx';

/** The guideline and its version; says so where the item belongs to another one. */
export const Guideline = ({
  guideline: { version, text },
  asked,
  open,
  onOpen,
}: {
  guideline: { readonly version: string; readonly text: string };
  asked: string;
  open: boolean;
  onOpen: (open: boolean) => void;
}) => (
  <details className="card guideline" open={open} onToggle={(event) => onOpen(event.currentTarget.open)}>
    <summary>
      Guideline <span className="chip">version {version}</span> <Kbd keys="g" />
    </summary>
    {asked !== version && (
      <p className="notice warn">
        This item is judged under version {asked}; the text below is of version {version}.
      </p>
    )}
    {text.trim() === '' ? <p className="quiet">This run has no written guideline.</p> : <Markdown text={text} />}
  </details>
);
