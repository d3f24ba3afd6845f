/** One line above the work: the run, what was sent, how long the item is held, what was done today. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { serverNow } from '../client.ts';
import { Button } from '../parts/button.tsx';
import type { OutboxState } from './outbox.ts';
import { ownQuery } from './own-work.ts';

const minutes = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms / 60_000));
  return whole >= 60 ? `${Math.floor(whole / 60)} h ${whole % 60} min` : `${whole} min`;
};

const useOnline = (): boolean => {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return online;
};

const mailWords = ({ waiting, status }: OutboxState, online: boolean): { kind: string; words: string } => {
  const answers = `${waiting} ${waiting === 1 ? 'answer waits' : 'answers wait'}`;
  if (!online || status === 'stuck')
    return { kind: 'warn', words: waiting === 0 ? 'Offline' : `Offline: ${answers} and will be sent` };
  if (status === 'deferred')
    return { kind: 'warn', words: `The server cannot take answers now: ${answers} and will be sent` };
  return waiting > 0 ? { kind: '', words: 'Sending…' } : { kind: 'good', words: 'All sent' };
};

export const StatusLine = ({
  run,
  mail,
  leaseEnds,
  said,
  onRelease,
}: {
  run: string;
  mail: OutboxState;
  leaseEnds: number | null;
  said: string;
  onRelease: () => Promise<void>;
}) => {
  const [, go] = useLocation();
  const online = useOnline();
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 10_000);
    return () => clearInterval(timer);
  }, []);
  const own = useQuery(ownQuery);
  const { kind, words } = mailWords(mail, online);
  return (
    <div className="status-line row">
      <strong dir="auto">{run}</strong>
      <span role="status" className={`chip ${kind}`}>
        {words}
      </span>
      <span className="hidden" role="status">
        {said}
      </span>
      {own.data !== undefined && (
        <span className="quiet">
          {own.data.progress.votes} {own.data.progress.votes === 1 ? 'answer' : 'answers'} today,{' '}
          {minutes(own.data.progress.seconds * 1000)}
        </span>
      )}
      {leaseEnds !== null && (
        <span className="quiet" title="Until then nobody else gets this item">
          held for {minutes(leaseEnds - now)}
        </span>
      )}
      <Button
        kind="quiet"
        className="end small"
        onClick={() =>
          void onRelease()
            .catch(() => undefined)
            .then(() => go('/work'))
        }
      >
        Stop for now
      </Button>
    </div>
  );
};
