import { basename, extname } from 'node:path/posix';
import { decodeExample } from '../../models/tfrecord/example.ts';
import { FRAME, readRecords, type TfRecord } from '../../models/tfrecord/records.ts';
import { AssayError, isAssayError } from '../../schemas/errors.ts';
import { RAW_BYTES, type RawRow } from './raw-row.ts';
import { isLikert, type RecordRow } from './richhf.ts';

/** The name that images, prompts and records share: without folder and extension. */
export const stemOf = (path: string): string => basename(path, extname(path));

interface TfRecordOptions extends Pick<RecordRow, 'likert'> {
  readonly rowBytes: number;
  readonly file: string;
  /** By stem. */
  readonly prompts: ReadonlyMap<string, string>;
}

/** Whether a file's scores are 1 … 5: reads as far as the first that is beyond 1. What cannot be read is left to the rows. */
export const hasLikert = async (chunks: AsyncIterable<Buffer>, rowBytes: number, file: string): Promise<boolean> => {
  try {
    for await (const { data, sound, tooLong } of readRecords(chunks, { recordBytes: rowBytes, keep: 0, file }))
      if (sound && !tooLong && likertIn(data)) return true;
  } catch (error) {
    if (!isAssayError(error)) throw error;
  }
  return false;
};

const likertIn = (data: Buffer): boolean => {
  try {
    return isLikert(decodeExample(data));
  } catch (error) {
    if (!isAssayError(error)) throw error;
    return false;
  }
};

/**
 * Rows of a TFRecord file of `tf.train.Example`, numbered from 1, each with its prompt. Faults: ASY-2006 too long, ASY-2014 for data
 * that have another checksum or are no Example. Throws ASY-1013 where the file cannot be read on.
 */
export async function* readTfRecordRows(
  chunks: AsyncIterable<Buffer>,
  { rowBytes, file, prompts, likert }: TfRecordOptions,
): AsyncGenerator<RawRow> {
  for await (const record of readRecords(chunks, { recordBytes: rowBytes, keep: RAW_BYTES, file })) {
    const { row, offset, length } = record;
    const raw = record.data.subarray(0, RAW_BYTES);
    const base = { row, raw, rawBytes: length, place: { start: offset, end: offset + length + FRAME } };
    try {
      yield { ...base, value: valueOf(record, { rowBytes, file, prompts, likert }) };
    } catch (error) {
      if (!isAssayError(error)) throw error;
      yield { ...base, fault: error };
    }
  }
}

const valueOf = (
  { row, offset, data, tooLong, sound }: TfRecord,
  { rowBytes: limit, prompts, likert }: TfRecordOptions,
): RecordRow => {
  if (tooLong) throw new AssayError('ASY-2006', { limit });
  if (!sound)
    throw new AssayError('ASY-2014', { reason: `record ${row} at byte ${offset}: its data have another checksum` });
  const features = decodeExample(data);
  const name = features.get('filename')?.values[0];
  const known = name instanceof Uint8Array ? prompts.get(stemOf(Buffer.from(name).toString('utf8'))) : undefined;
  const own = features.get('prompt')?.values[0];
  const told = own instanceof Uint8Array ? Buffer.from(own).toString('utf8') : '';
  return { features, prompt: known ?? (told === '' ? null : told), likert };
};
