/** One run's work: the item, what is asked of it, and what stands around it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ClaimRefusal } from '../../schemas/batch.ts';
import { WorkSheet } from '../../schemas/console.ts';
import { get, serverNow } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { Loading } from '../parts/loading.tsx';
import { useToast } from '../parts/toast.tsx';
import { DeskItem } from './desk-item.tsx';
import { Refusals } from './refusals.tsx';
import { StatusLine } from './status-line.tsx';
import { useDesk } from './use-desk.ts';
import { type Kept, useKept, useOutboxState } from './use-kept.ts';

const REFUSED: Readonly<Record<ClaimRefusal, string>> = {
  empty: 'Nothing is left for you here right now. This page asks again by itself.',
  break: 'You have worked for as long as this run lets anybody work in one go.',
  paused: 'Your work on this run is paused. A reviewer looks at it.',
  skills: 'This run needs skills that your profile does not name.',
  vendor: 'This run is for other vendors.',
  language: 'What is left is in languages that your profile does not name.',
  quota: 'Your group has given all the answers it was asked for.',
};

/** A time of the server's clock on this machine's. */
const clockAt = (time: number): string =>
  new Date(time - serverNow() + Date.now()).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

export const Desk = ({ run }: { run: string }) => {
  const kept = useKept();
  return kept === undefined ? <Loading /> : <OpenDesk run={run} kept={kept} />;
};

const OpenDesk = ({ run, kept }: { run: string; kept: Kept }) => {
  const desk = useDesk(run, kept);
  const mail = useOutboxState(kept.outbox);
  const toast = useToast();
  const [said, setSaid] = useState('');
  const guideline = desk.work?.guideline;
  const sheet = useQuery({
    // A batch under another guideline asks for the sheet anew.
    queryKey: ['sheet', run, guideline],
    queryFn: () => get(`/api/work/sheet/${encodeURIComponent(run)}`, WorkSheet),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: guideline !== undefined,
    placeholderData: (before) => before,
  });
  const attempt = async (what: () => Promise<void>, done: string): Promise<boolean> => {
    try {
      await what();
      setSaid(done);
      return true;
    } catch (error) {
      toast({ kind: 'bad', text: (error as Error).message });
      return false;
    }
  };
  const undo = desk.undo;
  return (
    <div className="stack desk">
      <StatusLine run={run} mail={mail} leaseEnds={desk.work?.leaseEnds ?? null} said={said} onRelease={desk.release} />
      <Refusals
        refused={mail.refused}
        onReclaim={async ({ id, batch, item }) => {
          const yours = await attempt(() => desk.reclaim(batch, item), 'The item is yours again.');
          if (yours) await kept.outbox.dismiss(id);
        }}
        onDismiss={async ({ id, batch, item }) => {
          await kept.drafts.drop(batch, item);
          await kept.outbox.dismiss(id);
        }}
      />
      {sheet.error !== null && <ErrorMessage error={sheet.error} retry={sheet.refetch} />}
      {desk.work !== undefined && sheet.data !== undefined ? (
        <DeskItem
          key={`${desk.work.batch}/${desk.work.item}`}
          work={desk.work}
          sheet={sheet.data}
          kept={kept}
          onFinish={async (letter, answers) => {
            await desk.finish(letter, answers);
            setSaid(letter.path === '/api/work/skip' ? 'Skipped.' : 'Answer kept.');
          }}
          onUndo={undo === null ? null : () => void attempt(undo, 'Taken back.')}
          onReclaim={({ batch, item }) => void attempt(() => desk.reclaim(batch, item), 'The item is yours again.')}
          onRenew={desk.claim}
        />
      ) : desk.error !== null ? (
        <ErrorMessage error={desk.error} retry={desk.claim} />
      ) : !desk.asked || desk.refusal === null ? (
        <Loading />
      ) : (
        <Empty title="Nothing to do here">
          <p>{REFUSED[desk.refusal]}</p>
          {desk.resumes !== null && <p role="status">Work goes on at {clockAt(desk.resumes)}, by itself.</p>}
          <div className="row centre">
            {undo !== null && (
              <Button onClick={() => void attempt(undo, 'Taken back.')}>Take back the last answer</Button>
            )}
            <Link className="button" to="/work">
              Other work
            </Link>
          </div>
        </Empty>
      )}
    </div>
  );
};
