/** Turns the states of processes into lines for people: one when a process is ready, one when it had to be restarted. */
import type { ProcessState } from './state.ts';

/** A listener that remembers what it was told, so that each event is one line; `past` is no news. Seconds count from its making. */
export const describeProgress = (
  say: (line: string) => void,
  past: readonly ProcessState[] = [],
): ((processes: readonly ProcessState[]) => void) => {
  const since = performance.now();
  const known = new Map(past.map((process) => [process.name, process]));
  return (processes) => {
    for (const now of processes) {
      const before = known.get(now.name);
      known.set(now.name, now);
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      // A restart can be over between two looks.
      const restarted = now.restarts > (before?.restarts ?? 0);
      if (restarted) say(`  ! ${now.name} ended and is restarted (${now.restarts})`);
      if (now.status === 'ready' && (restarted || before?.status !== 'ready'))
        say(`  ✓ ${now.name}${now.port === null ? '' : ` on port ${now.port}`} (${seconds} s)`);
    }
  };
};
