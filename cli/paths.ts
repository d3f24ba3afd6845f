/** Where things lie on this machine: the checkout, the tools it installed, and a stack's home folder. */
import { join, resolve } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

/** The checkout (or the installed package). */
export const root = resolve(import.meta.dirname, '..');

/** Folder of one local stack: `ASSAY_HOME`, or `.assay` in the checkout. Stacks with different homes run side by side. */
export const homeOf = (env: Env): string => resolve(env['ASSAY_HOME'] ?? join(root, '.assay'));

/** Folder of installed tools: `ASSAY_TOOLS_DIR`, or `.tools` in the checkout. */
export const toolsOf = (env: Env): string => resolve(env['ASSAY_TOOLS_DIR'] ?? join(root, '.tools'));

/** The files of a stack's home. */
export const stackFiles = (home: string) => ({
  state: join(home, 'stack.json'),
  lock: join(home, 'stack.lock'),
  secrets: join(home, 'secrets.json'),
  logs: join(home, 'logs'),
  log: (name: string) => join(home, 'logs', `${name}.log`),
  ready: (name: string) => join(home, 'ready', name),
  temporalDb: join(home, 'temporal.db'),
  s3: join(home, 's3'),
  s3Versions: join(home, 's3-versions'),
  eventFilter: join(home, 'event-filter.json'),
});
