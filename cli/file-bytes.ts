import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AssayError } from '../schemas/errors.ts';

/** The bytes of a file that the command line names, streamed. Throws ASY-7002 where it cannot be read. */
export async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file);
  } catch (cause) {
    throw new AssayError('ASY-7002', { file, reason: (cause as Error).message }, { cause });
  }
}

/** A small file that the command line names, whole. Throws ASY-9005 where it is not there. */
export const bytesNamed = async (file: string): Promise<Buffer> =>
  readFile(file).catch((cause: unknown) => {
    throw new AssayError('ASY-9005', { reason: `${file} is not there` }, { cause });
  });
