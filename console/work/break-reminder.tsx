/** Reminds of a rest after so many minutes of work. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Break } from './break.ts';
import { preferencesQuery } from './preferences-client.ts';
import type { ActiveTimer } from './timer.ts';

/** One for the page: a break spans items. */
const worked = new Break();
const LOOK = 15_000;

export const BreakReminder = ({ timer }: { timer: ActiveTimer }) => {
  const { data } = useQuery({ ...preferencesQuery, staleTime: 300_000 });
  const [due, setDue] = useState(false);
  const every = data?.breakMinutes ?? null;
  useEffect(() => {
    let before = timer.seconds;
    const look = () => {
      worked.saw(timer.seconds - before, Date.now());
      before = timer.seconds;
      setDue(every !== null && worked.minutes >= every);
    };
    const watch = setInterval(look, LOOK);
    return () => {
      look();
      clearInterval(watch);
    };
  }, [timer, every]);
  return (
    due && (
      <div className="notice" role="status">
        <p>You have worked for {Math.round(worked.minutes)} minutes. A short break keeps judgement fresh.</p>
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
