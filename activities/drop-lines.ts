/** Small JSON Lines files that a drop brings beside its rows, held whole: known answers, benchmarks. */
import type { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import type { ObjectStore } from './ports.ts';

/** The bytes of a file of the drop. Throws `fault` where it is not there, or larger than `most` bytes. */
export const readDropFile = async (
  objects: ObjectStore,
  { drop, file, most }: { readonly drop: string; readonly file: string; readonly most: number },
  fault: (line: 0, reason: string) => AssayError,
): Promise<Buffer> => {
  const key = keys.dropFile(drop, file);
  const found = await objects.head(key);
  if (found === null) throw fault(0, 'is not in the drop');
  if (found.bytes > most) throw fault(0, `is larger than ${most} bytes`);
  return objects.get(key);
};

/** What `parse` makes of each line that is not blank, with its number. Throws `fault` of the first that it cannot use. */
export const parseLines = <T>(
  text: string,
  parse: (row: string) => T,
  fault: (line: number, cause: unknown) => AssayError,
): { readonly line: number; readonly value: T }[] =>
  text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((row, index) => {
      if (row.trim() === '') return [];
      try {
        return [{ line: index + 1, value: parse(row) }];
      } catch (error) {
        throw fault(index + 1, error);
      }
    });
