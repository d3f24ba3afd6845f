/** What is wrong with a response, and how it would be right. */
import { diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';
import type { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { About, firstShown, textOf } from './about.tsx';
import { defineTask, type EditorProps } from './task.ts';

const Draft = VALUES.critique;
type Draft = z.infer<typeof Draft>;

/** Changes of two texts are searched no longer than this, in milliseconds: somebody is writing. */
const PATIENCE = 50;

/** What was taken out and put in; nothing where it would take too long to find. */
export const Diff = ({ from, to }: { from: string; to: string }) => {
  const parts = useMemo(() => diffWordsWithSpace(from, to, { timeout: PATIENCE }), [from, to]);
  return (
    parts !== undefined && (
      <div className="prose plain diff" dir="auto" role="group" aria-label="Changes">
        {parts.map(({ value, added, removed }, i) =>
          added ? <ins key={i}>{value}</ins> : removed ? <del key={i}>{value}</del> : <span key={i}>{value}</span>,
        )}
      </div>
    )
  );
};

const Editor = ({ value, onChange, asked, questions }: EditorProps<Draft>) => {
  const original = textOf(asked, value.response);
  const lang = asked.language ?? undefined;
  return (
    <>
      <About
        asked={asked}
        response={value.response}
        onChange={(response) => onChange({ ...value, response, edited: null })}
      />
      <label className="field">
        <span>Critique</span>
        <textarea
          className="writing"
          dir="auto"
          aria-label={questions.critique.text}
          value={value.text}
          onChange={(event) => onChange({ ...value, text: event.target.value })}
        />
      </label>
      {original !== '' && (
        <label className="field">
          <span>Edited response</span>
          <textarea
            className="writing"
            dir="auto"
            lang={lang}
            value={value.edited ?? original}
            onChange={({ target }) => onChange({ ...value, edited: target.value === original ? null : target.value })}
          />
        </label>
      )}
      {value.edited !== null && <Diff from={original} to={value.edited} />}
    </>
  );
};

export const critique = defineTask({
  task: 'critique',
  place: 'over',
  draft: Draft,
  initial: (asked) => ({ response: firstShown(asked), text: '', edited: null }),
  complete: (draft) => (draft.text.trim() === '' && draft.edited === null ? null : draft),
  keys: [],
  Editor,
});
