import { useState } from 'react';
import { Markdown } from './markdown.tsx';

/** Markdown that would look otherwise than its source. */
const MARKED = /(^|\n)\s{0,3}(#{1,6} |[-*+] |\d+[.)] |> |```|~~~|\|.*\|)|\*\*|__|`|\[[^\]]+\]\(/;

/** A text of a person or a model, rendered as Markdown or as it was written; `lang` is its BCP-47 tag, where one is known. */
export const TextResponse = ({ text, lang }: { text: string; lang?: string | null }) => {
  const [raw, setRaw] = useState(false);
  const marked = MARKED.test(text);
  return (
    <div lang={lang ?? undefined}>
      {raw || !marked ? (
        <div className={raw ? 'prose raw' : 'prose plain'} dir="auto">
          {text}
        </div>
      ) : (
        <Markdown text={text} />
      )}
      {marked && (
        <button type="button" className="button quiet small" lang="en" aria-pressed={raw} onClick={() => setRaw(!raw)}>
          {raw ? 'Show rendered' : 'Show raw text'}
        </button>
      )}
    </div>
  );
};
