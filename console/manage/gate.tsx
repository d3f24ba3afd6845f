import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Done, post } from '../client.ts';
import { Markdown } from '../item/markdown.tsx';
import { Button } from '../parts/button.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { useToast } from '../parts/toast.tsx';
import { useSession } from '../session.tsx';

const DECISIONS = [
  { verb: 'approve', name: 'Approve', kind: 'primary', done: 'Approved: the dataset is made.' },
  { verb: 'rework', name: 'Rework', kind: 'plain', done: 'Sent back: items whose votes disagree are asked again.' },
  { verb: 'reject', name: 'Reject', kind: 'bad', done: 'Rejected: nothing is exported.' },
] as const;
type Decision = (typeof DECISIONS)[number];

/** The gate at which a run waits: what there is to say of it, and what a curator may decide. */
export const Gate = ({ run, details }: { run: string; details: string }) => {
  const session = useSession();
  const queries = useQueryClient();
  const toast = useToast();
  const [note, setNote] = useState('');
  const decide = useMutation({
    // Who decides is known to the server by the session; the name is for those who read the history.
    mutationFn: ({ verb }: Decision) =>
      post(`/api/runs/${encodeURIComponent(run)}/${verb}`, { by: session.name || session.subject, note }, Done),
    onSuccess: async (_, { done }) => {
      toast({ text: done });
      await queries.invalidateQueries({ queryKey: ['run', run] });
    },
  });
  const may = session.roles.includes('curator') || session.roles.includes('admin');
  return (
    <section className="card gate stack" aria-label="Approval">
      <h2>Waiting for approval</h2>
      <details open>
        <summary>What the run says of itself</summary>
        <Markdown text={details} />
      </details>
      {may ? (
        <>
          <label className="field">
            <span>Note</span>
            <textarea value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} dir="auto" />
          </label>
          {decide.error !== null && <ErrorMessage error={decide.error} />}
          <div className="row">
            {DECISIONS.map((decision) => (
              <Button
                key={decision.verb}
                kind={decision.kind}
                busy={decide.isPending}
                onClick={() => decide.mutate(decision)}
              >
                {decision.name}
              </Button>
            ))}
          </div>
        </>
      ) : (
        <p className="quiet">A curator decides.</p>
      )}
    </section>
  );
};
