import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertState } from '../../schemas/monitor.ts';
import { moment, shortId } from '../charts/words.ts';
import { post } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { useToast } from '../parts/toast.tsx';
import { useSession } from '../session.tsx';
import { Acknowledged } from './monitors-client.ts';

const sent = ({ delivery }: AlertState): string => {
  if (delivery === null) return 'It was not posted, or not yet.';
  const at = moment(Date.parse(delivery.at));
  return delivery.delivered
    ? `Posted ${at}.`
    : `Not delivered, given up ${at}: ${delivery.reason ?? 'no reason told'}.`;
};

/** An alert that stands: since when, whether it was posted, who took note of it, or the way to do so. */
export const AlertCard = ({
  name,
  alert,
  posted,
}: {
  name: string;
  alert: AlertState;
  /** Whether the monitor has somewhere to post it to. */
  posted: boolean;
}) => {
  const { roles } = useSession();
  const queries = useQueryClient();
  const toast = useToast();
  const [note, setNote] = useState('');
  const acknowledge = useMutation({
    mutationFn: () => post(`/api/monitors/${encodeURIComponent(name)}/ack`, { note: note.trim() }, Acknowledged),
    onSuccess: async () => {
      toast({ text: 'Noted: exports that name this monitor go on.' });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['monitor', name] }),
        queries.invalidateQueries({ queryKey: ['monitors'] }),
      ]);
    },
  });
  const may = roles.includes('curator') || roles.includes('admin');
  return (
    <section className="card gate stack" aria-label="Alert">
      <h2>
        Alert {name}/{alert.n}
      </h2>
      <p>
        Since {moment(Date.parse(alert.since))}. {(posted || alert.delivery !== null) && sent(alert)}
      </p>
      {alert.acknowledged !== null ? (
        <p>
          <span title={alert.acknowledged.by}>{shortId(alert.acknowledged.by)}</span> took note{' '}
          {moment(Date.parse(alert.acknowledged.at))}: <span dir="auto">{alert.acknowledged.note}</span>
        </p>
      ) : may ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            acknowledge.mutate();
          }}
        >
          <label className="field">
            <span>What was found, or done about it</span>
            <textarea
              required
              value={note}
              maxLength={2000}
              onChange={(event) => setNote(event.target.value)}
              dir="auto"
            />
          </label>
          {acknowledge.error !== null && <ErrorMessage error={acknowledge.error} />}
          <div className="row">
            <Button kind="primary" type="submit" busy={acknowledge.isPending} disabled={note.trim() === ''}>
              Take note
            </Button>
            <span className="quiet">Exports halted by this monitor go on then.</span>
          </div>
        </form>
      ) : (
        <p className="quiet">A curator takes note of it.</p>
      )}
    </section>
  );
};
