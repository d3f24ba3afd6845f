/** What each person, program and address may ask of the server. */
import { AssayError, isAssayError } from '../../schemas/errors.ts';
import { type Buckets, createBuckets } from './buckets.ts';

export interface Limits {
  /** Counts a request of a subject. Throws ASY-8007. */
  readonly request: (subject: string) => void;
  /** Runs a try to sign in, or to use a token, from an address: only failures count. Throws ASY-8007. */
  readonly attempt: <T>(address: string, work: () => Promise<T>) => Promise<T>;
}

/** So many seconds of requests may come at once: a page with all its pictures. */
const BURST_SECONDS = 6;
/** Failed tries of an address: so many at once, then one every five seconds. */
const TRIES = { burst: 30, perSecond: 0.2 };

const refuseEmpty = (buckets: Buckets, key: string): void => {
  const seconds = buckets.wait(key);
  if (seconds > 0) throw new AssayError('ASY-8007', { seconds });
};

/** `perSecond`: requests of one subject, sustained; six seconds' worth may come at once. */
export const createLimits = (perSecond: number, now: () => number = Date.now): Limits => {
  const requests = createBuckets({ burst: perSecond * BURST_SECONDS, perSecond, now });
  const tries = createBuckets({ ...TRIES, now });
  return {
    request: (subject) => {
      refuseEmpty(requests, subject);
      requests.take(subject);
    },
    attempt: async (address, work) => {
      refuseEmpty(tries, address);
      try {
        return await work();
      } catch (error) {
        // Many that fail at once are owed for: the address waits the longer. A server that is away is nobody's fault.
        if (!(isAssayError(error) && error.retry)) tries.take(address);
        throw error;
      }
    },
  };
};
