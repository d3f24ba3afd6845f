/** Signatures as they stand in Parquet. */
import type { Signature } from '../../models/dedup/signature.ts';
import type { SignatureRow } from './rows.ts';

const bytesOf = (sets: readonly Int32Array[]): Uint8Array =>
  Buffer.concat(sets.map((set) => new Uint8Array(set.buffer, set.byteOffset, set.byteLength)));

/** Copied: bytes from a query need not lie at a multiple of four. */
const numbersOf = (bytes: Uint8Array): Int32Array => new Int32Array(Uint8Array.from(bytes).buffer);

export const toRow = (
  { keys, prompt, responses, frames, shown }: Signature,
  place: Pick<SignatureRow, 'id' | 'item' | 'earlier' | 'file' | 'line'>,
): SignatureRow => ({
  ...place,
  shown,
  keys: [...keys],
  prompt: bytesOf([prompt]),
  responses: bytesOf(responses),
  lengths: responses.map(({ length }) => length),
  frames: frames.map((own) => own.map((hash) => hash?.toString(16) ?? '')),
});

/** A signature without its keys, which only say what to compare. */
export const fromRow = ({ prompt, responses, lengths, frames, shown }: Omit<SignatureRow, 'keys'>): Signature => {
  const values = numbersOf(responses);
  let at = 0;
  return {
    keys: [],
    prompt: numbersOf(prompt),
    responses: lengths.map((length) => {
      at += length;
      return values.subarray(at - length, at);
    }),
    frames: frames.map((own) => own.map((hash) => (hash === '' ? null : BigInt(`0x${hash}`)))),
    shown,
  };
};
