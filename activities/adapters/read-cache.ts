import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

export interface ReadCache {
  /** The file of `name`, fetched by `download` into a temporary path first when it is not there; two callers share one download. */
  path(name: string, download: (temporary: string) => Promise<void>): Promise<string>;
  /** Removes every file, also of other processes: who was just given a path asks again. */
  clear(): Promise<void>;
}

/** Files younger than this are never evicted: a reader may have been given their path and not opened it yet. */
const GRACE_MS = 10 * 60_000;

/**
 * Files by name under `dir`, at most about `maxBytes` of them: the least recently used go first. Files appear by rename, so a
 * crash leaves no half-written entry, and several processes may share a directory.
 */
export const createReadCache = ({ dir, maxBytes }: { dir: string; maxBytes: number }): ReadCache => {
  const running = new Map<string, Promise<string>>();
  let sinceSweep = Number.POSITIVE_INFINITY;
  let serial = 0;

  const fetch = async (name: string, download: (temporary: string) => Promise<void>): Promise<string> => {
    const file = join(dir, name.slice(0, 2), name);
    if (await touch(file)) return file;
    await mkdir(join(dir, name.slice(0, 2)), { recursive: true });
    const temporary = `${file}.${process.pid}.${serial++}.part`;
    try {
      await download(temporary);
      sinceSweep += (await stat(temporary)).size;
      await rename(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
    if (sinceSweep > maxBytes / 10) {
      sinceSweep = 0;
      await sweep(dir, maxBytes);
    }
    return file;
  };

  return {
    path(name, download) {
      const shared = running.get(name) ?? fetch(name, download).finally(() => running.delete(name));
      running.set(name, shared);
      return shared;
    },
    async clear() {
      await Promise.allSettled(running.values());
      for (const folder of await readdir(dir).catch(() => []))
        await rm(join(dir, folder), { recursive: true, force: true });
    },
  };
};

/** Marks the file as used now; false when it is not there. */
const touch = async (file: string): Promise<boolean> => {
  const now = new Date();
  return utimes(file, now, now).then(
    () => true,
    () => false,
  );
};

/** Removes the files used longest ago until the rest fits, and parts that a crash left behind. */
const sweep = async (dir: string, maxBytes: number): Promise<void> => {
  const files: { file: string; bytes: number; used: number }[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const info = await stat(file).catch(() => null);
    if (info !== null) files.push({ file, bytes: info.size, used: info.mtimeMs });
  }
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const oldest = Date.now() - GRACE_MS;
  for (const { file, bytes, used } of files.sort((a, b) => a.used - b.used)) {
    if (used > oldest) break;
    if (total <= maxBytes && !file.endsWith('.part')) continue;
    await rm(file, { force: true });
    total -= bytes;
  }
};
