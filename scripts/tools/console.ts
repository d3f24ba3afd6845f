/** Builds the console when its sources have changed since it was built. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AssayError } from '../../schemas/errors.ts';
import type { Progress } from './progress.ts';
import { sourcesHash } from './sources-hash.ts';

/** What the built files are made of; the lock file stands for React, Vite and the rest. */
const SOURCES = ['console/**/*', 'schemas/**/*.ts', 'vite.config.ts', 'package-lock.json'];

/** Runs Vite's build with these options. Throws ASY-9003 with what Vite says. */
export const viteBuild = async (root: string, ...options: readonly string[]): Promise<void> => {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  // Vite takes a NODE_ENV that is set (by tests, by a shell) before its own, and React's development build is slower.
  const env = { ...process.env, NODE_ENV: 'production' };
  try {
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'error', ...options], { cwd: root, env });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new AssayError('ASY-9003', { name: 'vite build', reason: stderr.trim() || message }, { cause: error });
  }
};

/** `dist/console`, built by Vite, with the hash of its sources beside it. Throws ASY-9003 with what Vite says. */
export const buildConsole = async (root: string, progress: Progress): Promise<void> => {
  // A checkout has the sources; a published package has what was made of them.
  if (!existsSync(join(root, 'console', 'index.html'))) return;
  const stamp = join(root, 'dist', 'console', '.stamp');
  const sources = sourcesHash(root, SOURCES);
  await progress.step('console', async () => {
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return 'built';
    await viteBuild(root);
    writeFileSync(stamp, sources);
    return 'built anew';
  });
};
