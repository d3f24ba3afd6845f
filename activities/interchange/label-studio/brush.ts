/** Masks as Label Studio's brush packs them (thi-ng's rle-pack): RGBA values of the image, row by row, opaque white where painted. */
import { decodeRunLengths } from '../../../models/heatmap/run-lengths.ts';
import type { RunLengths } from '../../../schemas/annotation.ts';

/** Bits of a run's length less 1, by size class: the widths Label Studio itself writes. */
const RUN_BITS = [3, 4, 8, 16] as const;

/** The packed bytes of a mask: what `decodeBrush` reads, every run one repeated value. Throws ASY-2110 where the runs are broken. */
export const encodeBrush = (runs: RunLengths): number[] => {
  const mask = decodeRunLengths(runs);
  const bits = bitWriter();
  bits.write(mask.length * 4, 32);
  bits.write(8 - 1, 5);
  for (const size of RUN_BITS) bits.write(size - 1, 4);
  for (let at = 0; at < mask.length; ) {
    let end = at;
    while (end < mask.length && mask[end] === mask[at]) end++;
    for (let values = (end - at) * 4; values > 0; ) {
      const length = Math.min(values, 2 ** 16);
      const size = RUN_BITS.findIndex((each) => length <= 2 ** each);
      bits.write(1, 1);
      bits.write(size, 2);
      bits.write(length - 1, RUN_BITS[size] ?? 16);
      bits.write(mask[at] === 1 ? 255 : 0, 8);
      values -= length;
    }
    at = end;
  }
  return bits.bytes();
};

/** Writes of up to 32 bits, the highest first. */
const bitWriter = () => {
  const bytes: number[] = [];
  let [held, free] = [0, 8];
  return {
    write(value: number, size: number): void {
      for (let left = size; left > 0; ) {
        const taken = Math.min(left, free);
        held = (held << taken) | (Math.floor(value / 2 ** (left - taken)) % 2 ** taken);
        left -= taken;
        free -= taken;
        if (free > 0) continue;
        bytes.push(held);
        [held, free] = [0, 8];
      }
    },
    bytes: (): number[] => (free === 8 ? bytes : [...bytes, held << free]),
  };
};
