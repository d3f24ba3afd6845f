/** A lock between processes: a file made exclusively, naming its holder, so that a dead holder's lock is recognised. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { identify, isRunning } from './identity.ts';

const Holder = z.object({ pid: z.int(), token: z.string() });

/** Runs `work` while holding the lock; waits for a living holder, takes over from a dead one. */
export const withLock = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  while (!take(file)) {
    if (!held(file)) breakLock(file);
    else await new Promise((done) => setTimeout(done, 50));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};

/** Linked into place, not written there: whoever sees the lock sees its holder. */
const take = (file: string): boolean => {
  const own = `${file}.${process.pid}.${counter++}`;
  writeFileSync(own, JSON.stringify(identify(process.pid)));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
};

let counter = 0;

const held = (file: string): boolean => {
  try {
    return isRunning(Holder.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch {
    return false; // gone meanwhile, or not one of ours
  }
};

/** Moved away before it is deleted: of several who find a dead lock, one moves it. */
const breakLock = (file: string): void => {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // another was faster
  }
};
