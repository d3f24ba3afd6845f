/** Which words of the prompt a response misses. */
import { useState } from 'react';
import type { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { askedText, promptWords } from '../../schemas/pieces.ts';
import { About, firstShown } from './about.tsx';
import { useTaskKeys } from './keys.ts';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.keywords;

const Editor = ({ value, onChange, asked, questions: { keywords } }: EditorProps<z.infer<typeof Draft>>) => {
  const [at, setAt] = useState(0);
  const toggle = (index: number) =>
    onChange({ ...value, misaligned: value.misaligned.map((is, i) => (i === index ? !is : is)) });
  useTaskKeys(({ key }) => {
    const by = ({ ArrowLeft: -1, ArrowRight: 1 } as const)[key];
    if (by !== undefined) setAt(Math.min(value.words.length - 1, Math.max(0, at + by)));
    else if (key === ' ') toggle(at);
    else return false;
    return true;
  });
  return (
    <>
      <About
        asked={asked}
        response={value.response}
        onChange={(response) => onChange({ ...value, response, misaligned: value.words.map(() => false) })}
      />
      <div className="words" role="group" aria-label={keywords.text} dir="auto" lang={asked.language ?? undefined}>
        {value.words.map((word, i) => (
          <button
            key={i}
            type="button"
            className={`word${i === at ? ' at' : ''}`}
            aria-pressed={value.misaligned[i] === true}
            tabIndex={i === at ? 0 : -1}
            onFocus={() => setAt(i)}
            onClick={() => toggle(i)}
          >
            {word}
          </button>
        ))}
      </div>
    </>
  );
};

export const keywords = defineTask({
  task: 'keywords',
  place: 'beside',
  draft: Draft,
  initial: (asked) => {
    const words = promptWords(askedText(asked.prompt));
    return { response: firstShown(asked), words, misaligned: words.map(() => false) };
  },
  complete: (draft) => draft,
  keys: [
    ['← →', 'another word'],
    ['space', 'mark it'],
  ],
  Editor,
});
