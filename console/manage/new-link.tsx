import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { ROLES, type Role } from '../../schemas/session.ts';
import { post } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { useToast } from '../parts/toast.tsx';
import { wordsOf } from './profile.ts';

const Link = z.object({ url: z.string() });

/** Makes a link with which somebody signs in once. */
export const NewLink = () => {
  const toast = useToast();
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['annotator']);
  const [runs, setRuns] = useState('');
  const make = useMutation({
    mutationFn: () => {
      const only = wordsOf(runs);
      return post('/api/links', { name: name.trim(), roles, ...(only.length === 0 ? {} : { runs: only }) }, Link);
    },
  });
  const copy = (url: string): void =>
    void navigator.clipboard.writeText(url).then(
      () => toast({ text: 'Copied.' }),
      () => toast({ kind: 'bad', text: 'Not copied: select the link and copy it by hand.' }),
    );
  return (
    <details className="card">
      <summary>Make a sign-in link</summary>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <p className="quiet">It works once, for ten minutes. Give it only to the person it is for.</p>
        <label className="field">
          <span>Name</span>
          <input required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} dir="auto" />
        </label>
        <fieldset>
          <legend>Roles</legend>
          <div className="row">
            {ROLES.map((role) => (
              <label key={role} className="row">
                <input
                  type="checkbox"
                  checked={roles.includes(role)}
                  onChange={(event) =>
                    setRoles(ROLES.filter((other) => (other === role ? event.target.checked : roles.includes(other))))
                  }
                />
                {role}
              </label>
            ))}
          </div>
        </fieldset>
        <label className="field">
          <span>Only these runs</span>
          <input value={runs} onChange={(event) => setRuns(event.target.value)} />
          <small className="quiet">Names of runs; empty: all.</small>
        </label>
        {make.error !== null && <ErrorMessage error={make.error} />}
        <div className="row">
          <Button
            type="submit"
            kind="primary"
            busy={make.isPending}
            disabled={roles.length === 0 || name.trim() === ''}
          >
            Make the link
          </Button>
        </div>
        {make.data !== undefined && (
          <div className="notice" role="status">
            <p className="link-made">{make.data.url}</p>
            <Button onClick={() => copy(make.data.url)}>Copy</Button>
          </div>
        )}
      </form>
    </details>
  );
};
