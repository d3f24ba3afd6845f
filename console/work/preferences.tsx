/** What somebody chooses for themselves: topics not to see, breaks, how answers are sent. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Preferences } from '../../schemas/annotator.ts';
import { Button } from '../parts/button.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { Pending } from '../parts/pending.tsx';
import { useToast } from '../parts/toast.tsx';
import { changeSettings, useSettings } from '../theme.ts';
import { preferencesQuery, writePreferences } from './preferences-client.ts';

export default function PreferencesPage() {
  const stored = useQuery(preferencesQuery);
  return stored.data === undefined ? <Pending query={stored} /> : <Form stored={stored.data} />;
}

const Form = ({ stored }: { stored: Preferences }) => {
  const queries = useQueryClient();
  const toast = useToast();
  const settings = useSettings();
  const [topics, setTopics] = useState(stored.optOut.join('\n'));
  const [minutes, setMinutes] = useState(stored.breakMinutes === null ? '' : String(stored.breakMinutes));
  const [error, setError] = useState<unknown>(null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const optOut = topics
      .split('\n')
      .map((topic) => topic.trim())
      .filter((topic) => topic !== '');
    await writePreferences({ optOut, breakMinutes: minutes === '' ? null : Number(minutes) }).then((kept) => {
      queries.setQueryData(preferencesQuery.queryKey, kept);
      setError(null);
      toast({ text: 'Saved' });
    }, setError);
  };
  return (
    <form className="stack settings" onSubmit={(event) => void save(event)}>
      <h1>Preferences</h1>
      <label className="field">
        <span>Topics you do not want to see</span>
        <span className="quiet" id="topics-help">
          One word or phrase a line. Items that have one are not shown to you.
        </span>
        <textarea
          aria-describedby="topics-help"
          dir="auto"
          value={topics}
          onChange={(event) => setTopics(event.target.value)}
        />
      </label>
      <label className="field">
        <span>Remind me of a break after so many minutes</span>
        <input
          type="number"
          min={5}
          max={240}
          value={minutes}
          placeholder="no reminder"
          onChange={(event) => setMinutes(event.target.value)}
        />
      </label>
      {error !== null && <ErrorMessage error={error} />}
      <div className="row">
        <Button kind="primary" type="submit">
          Save
        </Button>
      </div>
      <h2>This browser</h2>
      <label className="row">
        <input
          type="checkbox"
          checked={settings.quick}
          onChange={(event) => changeSettings({ quick: event.target.checked })}
        />
        <span>Send an answer of one key at once (u takes it back)</span>
      </label>
    </form>
  );
};
