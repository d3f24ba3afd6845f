/** TFRecord: length (uint64, little endian), its masked CRC-32C, the data, their masked CRC-32C (tensorflow/core/lib/io/record_writer). */
import { AssayError } from '../../schemas/errors.ts';
import { maskedCrc32c } from './crc32c.ts';

const HEADER = 12;
const FOOTER = 4;

/** Bytes of a record beside its data. */
export const FRAME = HEADER + FOOTER;

export interface TfRecord {
  /** From 1. */
  readonly row: number;
  /** Of the record's first byte in the file. */
  readonly offset: number;
  /** The data; their first `keep` bytes where the record is over the limit. */
  readonly data: Buffer;
  /** Bytes of the data. */
  readonly length: number;
  /** Over the limit: its data were counted, not held, and not checked. */
  readonly tooLong: boolean;
  /** Whether the data have their checksum. */
  readonly sound: boolean;
}

/** The framed bytes of one record. */
export const encodeRecord = (data: Uint8Array): Uint8Array => {
  const out = Buffer.alloc(HEADER + data.length + FOOTER);
  out.writeBigUInt64LE(BigInt(data.length), 0);
  out.writeUInt32LE(maskedCrc32c(out.subarray(0, 8)), 8);
  out.set(data, HEADER);
  out.writeUInt32LE(maskedCrc32c(data), HEADER + data.length);
  return out;
};

/**
 * Records of a byte stream; none over `recordBytes` is ever held. Throws ASY-1013, with the record's number and byte offset, where a
 * length has not its checksum or the file ends inside a record: nothing behind such a place can be trusted.
 */
export async function* readRecords(
  chunks: AsyncIterable<Buffer>,
  { recordBytes, keep, file }: { readonly recordBytes: number; readonly keep: number; readonly file: string },
): AsyncGenerator<TfRecord> {
  const input = pull(chunks);
  for (let row = 1, offset = 0; ; row++) {
    const broken = (reason: string) => new AssayError('ASY-1013', { file, record: row, offset, reason });
    const header = await input(HEADER);
    if (header.length === 0) return;
    if (header.length < HEADER) throw broken('the file ends inside its length');
    if (header.readUInt32LE(8) !== maskedCrc32c(header.subarray(0, 8))) throw broken('its length has another checksum');
    const stated = header.readBigUInt64LE(0);
    if (stated > BigInt(Number.MAX_SAFE_INTEGER)) throw broken(`it says that it is ${stated} bytes long`);
    const length = Number(stated);
    const tooLong = length > recordBytes;
    const data = await input(tooLong ? Math.min(keep, length) : length);
    for (let rest = length - data.length; tooLong && rest > 0; ) {
      const skipped = (await input(Math.min(rest, SKIP))).length;
      if (skipped === 0) throw broken('the file ends inside it');
      rest -= skipped;
    }
    const footer = await input(FOOTER);
    if ((!tooLong && data.length < length) || footer.length < FOOTER) throw broken('the file ends inside it');
    yield { row, offset, data, length, tooLong, sound: tooLong || footer.readUInt32LE(0) === maskedCrc32c(data) };
    offset += HEADER + length + FOOTER;
  }
}

const SKIP = 65_536;

/** Reads of a stream by size: fewer bytes are given only at its end. */
const pull = (chunks: AsyncIterable<Buffer>): ((size: number) => Promise<Buffer>) => {
  const source = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  return async (size) => {
    const parts: Buffer[] = [held];
    let have = held.length;
    while (have < size) {
      const next = await source.next();
      if (next.done === true) break;
      parts.push(next.value);
      have += next.value.length;
    }
    const all = parts.length === 1 ? held : Buffer.concat(parts, have);
    held = all.subarray(size);
    return all.subarray(0, size);
  };
};
