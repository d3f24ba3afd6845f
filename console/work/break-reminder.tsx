/** Reminds of a rest after so many minutes of work. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SessionLimit } from '../../schemas/session-limit.ts';
import { Button } from '../parts/button.tsx';
import { Break } from './break.ts';
import { preferencesQuery } from './preferences-client.ts';
import type { ActiveTimer } from './timer.ts';

/** One for the page: a break spans items. */
const worked = new Break();
const LOOK = 15_000;

export const BreakReminder = ({ timer, session }: { timer: ActiveTimer; session: SessionLimit | null }) => {
  const { data } = useQuery({ ...preferencesQuery, staleTime: 300_000 });
  const [due, setDue] = useState(false);
  const own = data?.breakMinutes ?? null;
  const { minutes = null, breakMinutes } = session ?? {};
  // A run's limit is no preference: it is said whatever somebody chose.
  const every = minutes === null || own === null ? (minutes ?? own) : Math.min(minutes, own);
  useEffect(() => {
    let before = timer.seconds;
    const look = () => {
      worked.saw(timer.seconds - before, Date.now(), breakMinutes === undefined ? undefined : breakMinutes * 60_000);
      before = timer.seconds;
      setDue(every !== null && worked.minutes >= every);
    };
    const watch = setInterval(look, LOOK);
    return () => {
      look();
      clearInterval(watch);
    };
  }, [timer, every, breakMinutes]);
  return (
    due && (
      <div className="notice" role="status">
        <p>
          You have worked for {Math.round(worked.minutes)} minutes. A short break keeps judgement fresh.
          {session !== null &&
            ` After ${session.minutes} minutes this run gives no more items until you have rested for ${session.breakMinutes}.`}
        </p>
        <Button
          onClick={() => {
            worked.rested();
            setDue(false);
          }}
        >
          I am back
        </Button>
      </div>
    )
  );
};
