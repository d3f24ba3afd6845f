/** Files of an export on this machine: written beside the folder, and moved into it when all of them are whole. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { appendFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OutFolder } from '../activities/interchange/folder.ts';
import { checkDropPath } from '../schemas/keys.ts';

/** Characters of one file held before they are written. */
const HELD = 1 << 16;

/** Runs `work` on a folder, then moves what it wrote to `dir`, file by file; nothing is left of it when it fails. Returns the paths. */
export const intoFolder = async <T>(
  dir: string,
  work: (out: OutFolder) => Promise<T>,
): Promise<{ readonly result: T; readonly files: readonly string[] }> => {
  const target = resolve(dir);
  await mkdir(target, { recursive: true });
  const scratch = join(target, `.assay-${randomUUID()}`);
  const held = new Map<string, string>();
  const paths = new Set<string>();
  const placeOf = async (path: string): Promise<string> => {
    const file = join(scratch, checkDropPath(path));
    if (!paths.has(path)) await mkdir(dirname(file), { recursive: true });
    paths.add(path);
    return file;
  };
  try {
    const result = await work({
      async append(path, text) {
        const all = `${held.get(path) ?? ''}${text}`;
        held.set(path, all.length < HELD ? all : '');
        const file = await placeOf(path);
        if (all.length >= HELD) await appendFile(file, all);
      },
      put: async (path, bytes) => pipeline(bytes, createWriteStream(await placeOf(path))),
    });
    for (const [path, text] of held) await appendFile(await placeOf(path), text);
    const files: string[] = [];
    for (const path of paths) {
      await mkdir(dirname(join(target, path)), { recursive: true });
      await rename(join(scratch, path), join(target, path));
      files.push(join(dir, path));
    }
    return { result, files };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};
