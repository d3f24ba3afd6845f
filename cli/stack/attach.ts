/** Stays with a running stack: reports restarts, and stops it when asked. */
import { isRunning } from './identity.ts';
import { pause } from './pause.ts';
import { describeProgress } from './progress.ts';
import { stopStack } from './stack.ts';
import { readState } from './state.ts';

/** Returns when `signal` fires (after having stopped the stack) or when somebody else has stopped it. */
export const attach = async (home: string, signal: AbortSignal, say: (line: string) => void): Promise<void> => {
  const report = describeProgress(say, readState(home)?.processes);
  while (!signal.aborted) {
    const state = readState(home);
    if (state === null || !isRunning(state)) {
      say('the stack was stopped elsewhere');
      return;
    }
    report(state.processes);
    await pause(500, signal);
  }
  say('stopping …');
  await stopStack(home);
  say('stopped');
};
