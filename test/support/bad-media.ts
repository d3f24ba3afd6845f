import { crc32 } from 'node:zlib';
import sharp from 'sharp';

/** A picture with structure, so that its data have some length. */
export const picture = (width = 64, height = 48): Promise<Buffer> => {
  const noise = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * 2654435761) >>> 24));
  return sharp(noise, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
};

/** A PNG whose header states another size, with a right checksum. */
export const pngSaying = (png: Buffer, width: number, height: number): Buffer => {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(width, 16);
  copy.writeUInt32BE(height, 20);
  copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29);
  return copy;
};

/** A JPEG whose frame header states another height. */
export const jpegSaying = (jpeg: Buffer, height: number): Buffer => {
  const copy = Buffer.from(jpeg);
  for (let at = 2; at < copy.length; at += 2 + copy.readUInt16BE(at + 2)) {
    const marker = copy[at + 1] ?? 0;
    if (marker < 0xc0 || marker > 0xc2) continue;
    copy.writeUInt16BE(height, at + 5);
    return copy;
  }
  throw new Error('no frame header');
};

/** The middle third overwritten. */
export const garbled = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  for (let i = Math.floor(copy.length / 3); i < (copy.length * 2) / 3; i++) copy[i] = (i * 7919) & 255;
  return copy;
};
