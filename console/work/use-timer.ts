/** Runs a timer by what happens on the page. */
import { useEffect, useState } from 'react';
import { ActiveTimer } from './timer.ts';

const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'input'] as const;

/** A timer that starts at `seconds` and runs while somebody works on what is on the page. */
export const useActiveTimer = (seconds: number): ActiveTimer => {
  const [timer] = useState(() => new ActiveTimer(Date.now, seconds));
  useEffect(() => {
    const sign = () => {
      if (!document.hidden) timer.sign();
    };
    const turned = () => (document.hidden ? timer.pause() : timer.sign());
    sign();
    for (const name of SIGNS) addEventListener(name, sign, { passive: true, capture: true });
    document.addEventListener('visibilitychange', turned);
    return () => {
      timer.pause();
      for (const name of SIGNS) removeEventListener(name, sign, { capture: true });
      document.removeEventListener('visibilitychange', turned);
    };
  }, [timer]);
  return timer;
};
