import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AssayError, isAssayError } from '../../schemas/errors.ts';

export interface ExpandLimits {
  readonly expandedBytes: number;
  readonly expandedRatio: number;
}

/** Small files may compress better than any ratio says; below this size only `expandedBytes` counts. */
const RATIO_FROM_BYTES = 8 * 1024 * 1024;

/** Whether a file's name says that it is compressed, and its name without that. */
export const compression = (file: string): { readonly inner: string; readonly kind: 'gzip' | 'zstd' | null } => {
  if (/\.gz$/i.test(file)) return { inner: file.slice(0, -3), kind: 'gzip' };
  return /\.zst$/i.test(file) ? { inner: file.slice(0, -4), kind: 'zstd' } : { inner: file, kind: null };
};

/** A compressed stream's content. Throws ASY-1007 beyond the limits and ASY-1008 for a stream that is cut off or broken. */
export async function* expand(
  source: Readable,
  kind: 'gzip' | 'zstd',
  file: string,
  bytes: number,
  limits: ExpandLimits,
): AsyncGenerator<Buffer> {
  const inflate = kind === 'gzip' ? createGunzip() : createZstdDecompress();
  source.on('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  const most = Math.min(limits.expandedBytes, Math.max(RATIO_FROM_BYTES, bytes * limits.expandedRatio));
  let expanded = 0;
  try {
    for await (const chunk of inflate) {
      expanded += (chunk as Buffer).length;
      if (expanded > most) throw new AssayError('ASY-1007', { file, limit: `${most} bytes` });
      yield chunk as Buffer;
    }
  } catch (error) {
    if (isAssayError(error)) throw error;
    throw new AssayError(
      'ASY-1008',
      { file, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  } finally {
    source.destroy();
    inflate.destroy();
  }
}
