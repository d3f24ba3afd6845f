/** Exits 0 when node_modules holds what package-lock.json says: `npm ci` can then be skipped. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly optional?: boolean; readonly devOptional?: boolean }>
  >;
}

/**
 * npm writes node_modules/.package-lock.json when it has finished, so a killed install never matches. Packages that are optional
 * may be absent (they are for other systems); everything else must be there in its version, and nothing more.
 */
export const upToDate = (root: string): boolean => {
  const wanted = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === null || installed === null) return false;
  const same = (path: string) => wanted.packages[path]?.version === installed.packages[path]?.version;
  return (
    Object.entries(wanted.packages).every(
      ([path, entry]) =>
        path === '' ||
        same(path) ||
        ((entry.optional ?? entry.devOptional ?? false) && installed.packages[path] === undefined),
    ) && Object.keys(installed.packages).every(same)
  );
};

const readLock = (file: string): Lock | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Lock;
  } catch {
    return null;
  }
};

if (import.meta.main) process.exitCode = upToDate(process.argv[2] ?? '.') ? 0 : 1;
