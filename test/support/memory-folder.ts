import { buffer } from 'node:stream/consumers';
import type { OutFolder } from '../../activities/interchange/folder.ts';

/** An export's folder in memory. */
export const memoryFolder = (): OutFolder & { text(path: string): string; paths(): string[] } => {
  const files = new Map<string, Buffer>();
  const append = (path: string, bytes: Buffer) =>
    files.set(path, Buffer.concat([files.get(path) ?? Buffer.of(), bytes]));
  return {
    append: async (path, text) => void append(path, Buffer.from(text)),
    put: async (path, bytes) => void append(path, await buffer(bytes)),
    text: (path) => files.get(path)?.toString('utf8') ?? '',
    paths: () => [...files.keys()].sort(),
  };
};
