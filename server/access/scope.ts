/** What of several runs a session may see. */
import type { Session } from '../../schemas/session.ts';

/** Whether the session reaches a run: all of them, unless it is restricted to some. */
export const reaches = ({ runs }: Pick<Session, 'runs'>, run: string): boolean => runs === null || runs.includes(run);
