/** The console's files, where Vite puts them: `dist/console` in the checkout. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConsoleFiles } from '../server/routes/console.ts';
import { root } from './paths.ts';

export const consoleDir = join(root, 'dist', 'console');

/** Null for a file that is not there. The server has checked that the path stays inside. */
export const createConsoleFiles =
  (dir: string = consoleDir): ConsoleFiles =>
  async (path) => {
    try {
      return new Uint8Array(await readFile(join(dir, path)));
    } catch (error) {
      if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  };
