/**
 * `node scripts/complete-lock.ts`: adds to package-lock.json the optional packages of other systems that npm left out. npm does so
 * when the registry it asks has only some systems' packages, and then `npm ci` refuses the lock everywhere. To be run after
 * `npm install` in such a place; changes nothing in a lock that is whole.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Entry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
export type Packages = Readonly<Record<string, Entry>>;

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'arm', 'ppc64', 'riscv64', 's390x', 'ia32', 'wasm32'];

/** What the lock lacks: path → entry. Such packages pin their optional ones exactly and name system and processor in the name. */
export const missingEntries = (packages: Packages): Record<string, Entry> => {
  const missing: Record<string, Entry> = {};
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages))
    for (const [name, version] of Object.entries(optionalDependencies))
      if (!isResolved(packages, path, name)) missing[`node_modules/${name}`] = entryOf(name, version, dev === true);
  return missing;
};

/** As Node resolves: in the package's own node_modules, then in those above it. */
const isResolved = (packages: Packages, path: string, name: string): boolean => {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in packages) return true;
    if (at === '') return false;
  }
};

const entryOf = (name: string, version: string, dev: boolean): Entry => {
  const words = name.split(/[@/-]/);
  const among = (known: readonly string[]) => words.filter((word) => known.includes(word)).slice(0, 1);
  const [os, cpu] = [among(SYSTEMS), among(PROCESSORS)];
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : [];
  if (!/^\d/.test(version) || os.length === 0 || cpu.length === 0)
    throw new Error(`${name}@${version}: neither its version nor its system can be told`);
  return { version, cpu, ...(dev ? { dev } : {}), ...(libc.length > 0 ? { libc } : {}), optional: true, os };
};

/** The packages with what was missing, in npm's order. */
export const complete = (packages: Packages): Packages =>
  Object.fromEntries(
    Object.entries({ ...packages, ...missingEntries(packages) }).sort(([a], [b]) => a.localeCompare(b, 'en')),
  );

if (import.meta.main) {
  const file = process.argv[2] ?? 'package-lock.json';
  const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages };
  const added = Object.keys(missingEntries(lock.packages));
  if (added.length > 0)
    writeFileSync(file, `${JSON.stringify({ ...lock, packages: complete(lock.packages) }, null, 2)}\n`);
  console.log(`${added.length} entries added`);
}
