/** Breaks that runs ask for: who worked when is kept beside their profile, for all batches, runs with a limit, and servers. */
import { AssayError } from '../../schemas/errors.ts';
import type { Profiles } from '../ports.ts';
import type { DeskCatalog } from './ports.ts';
import { restsUntil, withWork } from './stretches.ts';

export interface Rests {
  /** Notes that somebody worked on a run for so many seconds up to now. */
  worked(subject: string, run: string, seconds: number): Promise<void>;
  /** Runs of which somebody gets nothing yet, with when they do (ms since epoch). */
  until(subject: string, runs: Iterable<string>): Promise<ReadonlyMap<string, number>>;
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
  const until = async (subject: string, runs: Iterable<string>): Promise<ReadonlyMap<string, number>> => {
    const sheets = await Promise.all(Array.from(runs, (run) => catalog.sheet(run)));
    const limited = sheets.flatMap(({ run, session }) => (session === null ? [] : [{ run, session }]));
    const stretches = limited.length === 0 ? [] : await profiles.stretches(subject);
    const ends = limited.map(({ run, session }) => [run, restsUntil(stretches, now(), session)] as const);
    return new Map(ends.flatMap(([run, end]) => (end === null ? [] : [[run, end]])));
  };
  return {
    async worked(subject, run, seconds) {
      if ((await catalog.sheet(run)).session === null) return;
      const from = now() - 1000 * Math.min(seconds, LONGEST);
      await profiles.setStretches(subject, withWork(await profiles.stretches(subject), from, now()));
    },
    until,
    async refuse(subject, run) {
      const ends = (await until(subject, [run])).get(run);
      if (ends !== undefined) throw new AssayError('ASY-6601', { until: new Date(ends).toISOString() });
    },
  };
};
