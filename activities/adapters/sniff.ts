import type { Media } from '../../schemas/item.ts';

export type MediaType = Media['type'];

/** Bytes of a file's start that are enough for `sniff` and `describe`. */
export const SNIFF_BYTES = 4096;

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start, end);

/** ISO-BMFF brands that are plain MP4; QuickTime, HEIC and fragments for streaming have others. */
const MP4_BRANDS = /^(isom|iso[2-9a-c]|mp4[12v]|avc1|av01|dash|M4V |M4VP|MSNV|f4v |mmp4)$/;

/**
 * The media type that magic bytes say, of the types Assay allows, else null. Takes the first bytes of the file (4096 are enough);
 * names and declared types are never looked at.
 */
export const sniff = (bytes: Uint8Array): MediaType | null => {
  const start = ascii(bytes, 0, 16);
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (/^GIF8[79]a/.test(start)) return 'image/gif';
  if (/^RIFF[\s\S]{4}WEBP/.test(start)) return 'image/webp';
  if (start.slice(4, 8) === 'ftyp') return isoType(bytes);
  if (start.startsWith('\x1a\x45\xdf\xa3')) return ebmlType(bytes);
  return null;
};

/** ISO base media: the major brand decides, then the compatible ones. */
const isoType = (bytes: Uint8Array): MediaType | null => {
  const size = Math.min(Buffer.from(bytes.subarray(0, 4)).readUInt32BE(0), bytes.length, SNIFF_BYTES);
  const brands = [ascii(bytes, 8, 12)];
  for (let at = 16; at + 4 <= size; at += 4) brands.push(ascii(bytes, at, at + 4));
  if (brands[0] === 'avif' || brands[0] === 'avis') return 'image/avif';
  if (brands[0] === 'mif1' && brands.includes('avif')) return 'image/avif';
  return MP4_BRANDS.test(brands[0] ?? '') ? 'video/mp4' : null;
};

/** EBML: the DocType element (0x4282) tells WebM from Matroska. */
const ebmlType = (bytes: Uint8Array): MediaType | null => {
  const doctype = /\x42\x82[\x80-\x90](webm|matroska)/.exec(ascii(bytes, 0, 128))?.[1];
  if (doctype === 'webm') return 'video/webm';
  return doctype === 'matroska' ? 'video/x-matroska' : null;
};

/** What refused bytes look like, in words for the message. */
export const describe = (bytes: Uint8Array): string => {
  if (bytes.length === 0) return 'empty';
  const start = ascii(bytes, 0, SNIFF_BYTES)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (start.startsWith('%PDF')) return 'PDF';
  if (start.startsWith('#EXTM3U')) return 'an HLS playlist';
  if (/^(ffconcat|file )/.test(start)) return 'a concat script';
  if (/<svg[\s/>]/i.test(start)) return 'SVG';
  if (/^<(!doctype|\?xml|html)/i.test(start)) return 'a markup document';
  if (start.startsWith('\x1f\x8b') || start.startsWith('PK')) return 'an archive';
  return ascii(bytes, 4, 8) === 'ftyp'
    ? `ISO media of brand ${JSON.stringify(ascii(bytes, 8, 12))}`
    : 'an unknown type';
};
