/** Breaks that runs ask for: who worked when is kept beside their profile, for all batches, runs with a limit, and servers. */
import { AssayError } from '../../schemas/errors.ts';
import type { Profiles } from '../ports.ts';
import type { DeskCatalog } from './ports.ts';
import { restsUntil, withWork } from './stretches.ts';

export interface Rests {
  /** Notes that somebody worked on a run for so many seconds up to now. */
  worked(subject: string, run: string, seconds: number): Promise<void>;
  /** When somebody gets work of a run again (ms since epoch); null: now. */
  until(subject: string, run: string): Promise<number | null>;
  /** Throws ASY-6601 while somebody has to rest. */
  refuse(subject: string, run: string): Promise<void>;
}

/** One answer says of no more than this, in seconds. */
const LONGEST = 3600;

export const createRests = ({
  profiles,
  catalog,
  now,
}: {
  readonly profiles: Pick<Profiles, 'stretches' | 'setStretches'>;
  readonly catalog: Pick<DeskCatalog, 'sheet'>;
  readonly now: () => number;
}): Rests => {
  const until = async (subject: string, run: string): Promise<number | null> => {
    const { session } = await catalog.sheet(run);
    return session === null ? null : restsUntil(await profiles.stretches(subject), now(), session);
  };
  return {
    async worked(subject, run, seconds) {
      if ((await catalog.sheet(run)).session === null) return;
      const from = now() - 1000 * Math.min(seconds, LONGEST);
      await profiles.setStretches(subject, withWork(await profiles.stretches(subject), from, now()));
    },
    until,
    async refuse(subject, run) {
      const ends = await until(subject, run);
      if (ends !== null) throw new AssayError('ASY-6601', { until: new Date(ends).toISOString() });
    },
  };
};
