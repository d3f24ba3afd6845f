/** A tar archive on this machine: written beside its place, and moved there when it is whole. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack as createPack } from 'tar-stream';
import { tarHeader } from '../activities/tar-header.ts';

export interface TarFile {
  readonly sha256: string;
  readonly bytes: number;
  readonly files: number;
}

/** Writes files in their order: the same files give the same bytes. */
export const writeTarFile = async (
  target: string,
  contents: AsyncIterable<{ readonly path: string; readonly body: Buffer }>,
): Promise<TarFile> => {
  const scratch = `${target}.${randomUUID()}`;
  const pack = createPack();
  const hash = createHash('sha256');
  let [bytes, files] = [0, 0];
  const entries = async (): Promise<void> => {
    for await (const { path, body } of contents) {
      await pipeline(Readable.from([body]), pack.entry(tarHeader(path, body.length)));
      files++;
    }
    pack.finalize();
  };
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of pack as AsyncIterable<Buffer>) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  };
  const written = pipeline(Readable.from(pieces()), createWriteStream(scratch));
  try {
    // What fails first says why: the other would wait for ever.
    await Promise.all([
      entries().catch((fault: Error) => {
        pack.destroy(fault);
        throw fault;
      }),
      written,
    ]);
    await rename(scratch, target);
  } finally {
    await written.catch(() => undefined);
    await rm(scratch, { force: true });
  }
  return { sha256: hash.digest('hex'), bytes, files };
};
