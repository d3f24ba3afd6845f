import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Study } from '../../schemas/evalgen.ts';
import { Name } from '../../schemas/primitives.ts';
import { moment } from '../charts/words.ts';
import { Done, post } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { studyPath, studyQuery } from './client.ts';

const Stated = ({ study, criterion, text: stated }: { study: string; criterion: string | null; text: string }) => {
  const queries = useQueryClient();
  const [name, setName] = useState(criterion ?? '');
  const [text, setText] = useState(stated);
  const state = useMutation({
    mutationFn: () => post(`${studyPath(study)}/criteria`, { criterion: name, text }, Done),
    onSuccess: async () => {
      if (criterion === null) {
        setName('');
        setText('');
      }
      await queries.invalidateQueries({ queryKey: studyQuery(study).queryKey });
    },
  });
  const ready = Name.safeParse(name).success && text.trim() !== '' && text !== stated;
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        state.mutate();
      }}
    >
      {criterion === null && (
        <label className="field">
          <span>Name</span>
          <input value={name} onChange={(event) => setName(event.target.value)} />
        </label>
      )}
      <label className="field">
        <span>{criterion === null ? 'What a good output does' : 'Wording'}</span>
        <textarea
          className="short"
          dir="auto"
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {state.error !== null && <ErrorMessage error={state.error} />}
      <div>
        <Button type="submit" busy={state.isPending} disabled={!ready}>
          {criterion === null ? 'Add the criterion' : 'Word it anew'}
        </Button>
      </div>
    </form>
  );
};

/** What a good output is held to, in words. Wording changes while people grade: the report shows when. */
export const Criteria = ({ study: { name, registry } }: { study: Study }) => (
  <div className="stack">
    {registry.map(({ criterion, text, added, edited }) => (
      <section key={criterion} className="card stack" aria-label={criterion}>
        <div className="row apart">
          <h3>{criterion}</h3>
          <span className="quiet">
            added {moment(added)}
            {edited > added && `, worded anew ${moment(edited)}`}
          </span>
        </div>
        <p className="plain" dir="auto">
          {text}
        </p>
        <details>
          <summary>Word it anew</summary>
          <Stated key={text} study={name} criterion={criterion} text={text} />
        </details>
      </section>
    ))}
    <section className="card stack" aria-label="New criterion">
      <h3>New criterion</h3>
      <Stated study={name} criterion={null} text="" />
    </section>
  </div>
);
