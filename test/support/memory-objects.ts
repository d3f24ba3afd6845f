import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ObjectStore } from '../../activities/ports.ts';
import { AssayError } from '../../schemas/errors.ts';

export interface MemoryObjects extends ObjectStore {
  /** Every key with its bytes and content type, for assertions. */
  readonly entries: ReadonlyMap<string, { body: Buffer; contentType: string | null }>;
  /** What was overwritten or deleted, oldest first. */
  older(): readonly { readonly key: string; readonly version: string; readonly body: Buffer }[];
}

/** The object store in memory, every version kept; passes the same contract test as the one on S3. `modified` counts writes. */
export const createMemoryObjects = (): MemoryObjects => {
  const entries = new Map<string, { body: Buffer; contentType: string | null; modified: number }>();
  let older: { key: string; version: string; body: Buffer }[] = [];
  const retire = (key: string) => {
    const entry = entries.get(key);
    if (entry !== undefined) older.push({ key, version: `v${entry.modified}`, body: entry.body });
    entries.delete(key);
  };
  let dir: string | null = null;
  let clock = 0;
  let serial = 0;
  const found = (key: string) => {
    const entry = entries.get(key);
    if (entry === undefined) throw new AssayError('ASY-3002', { key });
    return entry;
  };
  const write = (key: string, body: Uint8Array | string, contentType?: string) => {
    retire(key);
    entries.set(key, { body: Buffer.from(body as Uint8Array), contentType: contentType ?? null, modified: ++clock });
  };
  return {
    entries,
    older: () => older,
    get: async (key) => Buffer.from(found(key).body),
    stream: async (key, range) => {
      const part = found(key).body.subarray(range?.start ?? 0, range?.end);
      const pieces: Buffer[] = [];
      for (let at = 0; at < part.length; at += 65_536) pieces.push(Buffer.from(part.subarray(at, at + 65_536)));
      return Readable.from(pieces, { objectMode: false });
    },
    head: async (key) => {
      const entry = entries.get(key);
      return entry === undefined ? null : { key, bytes: entry.body.length, modified: entry.modified };
    },
    put: async (key, body, options) => {
      write(key, body, options?.contentType);
    },
    create: async (key, body, options) => {
      if (entries.has(key)) return false;
      write(key, body, options?.contentType);
      return true;
    },
    upload: async (key, body, options) => {
      if (!(body instanceof Readable)) return write(key, await readFile(body.file), options?.contentType);
      const parts: Buffer[] = [];
      for await (const part of body) parts.push(Buffer.from(part as Uint8Array));
      write(key, Buffer.concat(parts), options?.contentType);
    },
    async *list(prefix) {
      for (const key of [...entries.keys()].filter((name) => name.startsWith(prefix)).sort()) {
        const entry = entries.get(key);
        if (entry !== undefined) yield { key, bytes: entry.body.length, modified: entry.modified };
      }
    },
    delete: async (key) => retire(key),
    async *versions(prefix) {
      for (const [key, { modified }] of entries)
        if (key.startsWith(prefix)) yield { key, version: `v${modified}`, latest: true, marker: false };
      for (const { key, version } of older)
        if (key.startsWith(prefix)) yield { key, version, latest: false, marker: false };
    },
    deleteVersion: async (key, version) => {
      if (`v${entries.get(key)?.modified}` === version) entries.delete(key);
      older = older.filter((each) => each.key !== key || each.version !== version);
    },
    local: async (key, sha256) => {
      const { body } = found(key);
      const hash = createHash('sha256').update(body).digest('hex');
      const expected = sha256 ?? /(?:^|\/)([0-9a-f]{64})(?:\.[a-z]+)?$/.exec(key)?.[1];
      if (expected !== undefined && expected !== hash) throw new AssayError('ASY-3003', { key });
      dir ??= mkdtempSync(join(tmpdir(), 'assay-objects-'));
      const file = join(dir, hash);
      // Another caller may be reading the same file: it appears whole or not at all.
      const temporary = `${file}.${serial++}`;
      await writeFile(temporary, body);
      await rename(temporary, file);
      return file;
    },
    forget: async () => {
      if (dir !== null) rmSync(dir, { recursive: true, force: true });
      dir = null;
    },
  };
};
