import { createReadStream } from 'node:fs';
import { AssayError } from '../schemas/errors.ts';

/** The bytes of a file that the command line names, streamed. Throws ASY-7002 where it cannot be read. */
export async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file);
  } catch (cause) {
    throw new AssayError('ASY-7002', { file, reason: (cause as Error).message }, { cause });
  }
}
