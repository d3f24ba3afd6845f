/** Processes of a supervisor that was killed and could not stop them. */
import { type Identity, isRunning, signal, tokenOf, waitGone } from './identity.ts';
import type { StackState } from './state.ts';

/**
 * Stops the recorded processes of a dead supervisor that still run as the same processes, and whatever else is in its process
 * group; returns how many recorded ones there were. Does nothing while the supervisor lives.
 */
export const reap = async (state: StackState, grace = 5_000): Promise<number> => {
  if (isRunning(state)) return 0;
  const orphans: Identity[] = state.processes.filter((process) => process.pid !== 0 && isRunning(process));
  if (orphans.length === 0) return 0;
  const each = (name: NodeJS.Signals) => {
    for (const orphan of orphans) signal(orphan, name);
    signalGroup(state.pid, name);
  };
  each('SIGTERM');
  if (!(await waitGone(orphans, grace))) {
    each('SIGKILL');
    await waitGone(orphans, grace);
  }
  return orphans.length;
};

/** The supervisor led the group; as long as a member lives and no process has that number, the group is still the old one. */
const signalGroup = (leader: number, name: NodeJS.Signals): void => {
  if (tokenOf(leader) !== null) return;
  try {
    process.kill(-leader, name);
  } catch {
    // nobody is left in it
  }
};
