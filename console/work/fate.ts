/** What an answer of the server means for a request that was kept. */
import { ApiError, Done, OfflineError, post } from '../client.ts';
import type { Fate, Letter } from './outbox.ts';

/** Signed out, too many requests, a fault of the server: the same request may do later. */
const LATER = new Set([401, 408, 425, 429]);

export const sendLetter = async ({ path, body }: Letter): Promise<Fate> => {
  try {
    await post(path, body, Done);
    return { is: 'taken' };
  } catch (error) {
    if (!(error instanceof ApiError) || LATER.has(error.status) || error.status >= 500)
      return { is: 'later', reached: !(error instanceof OfflineError) };
    const { code, message, fix } = error;
    // What is no longer held need not be skipped: the first try got through, or the lease ended.
    if (path === '/api/work/skip' && code === 'ASY-4003') return { is: 'taken' };
    return { is: 'refused', code, message, fix };
  }
};
