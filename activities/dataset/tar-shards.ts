/** WebDataset: media with what is known of them in tar archives, each sample's files one after the other (github.com/webdataset/webdataset). */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack as createPack } from 'tar-stream';
import type { WebdatasetSample } from '../exporters/webdataset.ts';
import type { ObjectStore } from '../ports.ts';
import { padded } from '../shards.ts';
import { tarHeader } from '../tar-header.ts';

/** An archive is closed at so many samples, or bytes of media. */
const MOST_SAMPLES = 1_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** Where a sample's medium lies in the bucket. */
export interface MediumPlace {
  readonly key: string;
  readonly bytes: number;
}

export interface WrittenTar {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
}

/** Figures with a point, also where they are whole: `datasets` reads a sample's JSON by itself and refuses 2 beside 2.33. */
const FIGURES: ReadonlySet<string> = new Set(['rating', 'value', 'score']);

/** TypeScript does not know it yet. */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

const decimals = (key: string, value: unknown): unknown =>
  FIGURES.has(key) && Number.isSafeInteger(value) ? rawJSON(`${String(value)}.0`) : value;

/** One archive that is being uploaded while it is written. */
const openTar = (objects: ObjectStore, key: string, path: string) => {
  const pack = createPack();
  const hash = createHash('sha256');
  let bytes = 0;
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of pack as AsyncIterable<Buffer>) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  };
  const uploaded = objects.upload(key, Readable.from(pieces()), { contentType: 'application/x-tar' });
  // A failed upload ends the writing that waits for it; `close` says why.
  uploaded.catch((fault: unknown) => pack.destroy(fault as Error));
  let [samples, media] = [0, 0];
  return {
    full: (): boolean => samples >= MOST_SAMPLES || media >= MOST_BYTES,
    async add({ key: name, json }: WebdatasetSample, extension: string, medium: MediumPlace): Promise<void> {
      const bytesOf = await objects.stream(medium.key);
      await pipeline(bytesOf, pack.entry(tarHeader(`${name}.${extension}`, medium.bytes)));
      const body = Buffer.from(JSON.stringify(json, decimals));
      await pipeline(Readable.from([body]), pack.entry(tarHeader(`${name}.json`, body.length)));
      samples++;
      media += medium.bytes;
    },
    /** Ends the upload, which would wait for ever for what is not written any more. */
    abort: (fault: unknown): void => pack.destroy(fault as Error),
    async close(): Promise<WrittenTar> {
      pack.finalize();
      await uploaded;
      return { path, sha256: hash.digest('hex'), bytes, rows: samples };
    },
  };
};

/**
 * Writes samples as archives `<folder>/<split>-<extension>-<n>.tar`: all samples of one have files of the same kinds, as `datasets` demands.
 * `placeOf` finds the medium of a sample by its path.
 */
export const writeTars = async (
  objects: ObjectStore,
  { folder, keyOf }: { readonly folder: string; readonly keyOf: (path: string) => string },
  split: string,
  samples: AsyncIterable<WebdatasetSample>,
  placeOf: (path: string) => MediumPlace,
): Promise<WrittenTar[]> => {
  const open = new Map<string, ReturnType<typeof openTar>>();
  const opened = new Map<string, number>();
  const closed: WrittenTar[] = [];
  const tarOf = (extension: string): ReturnType<typeof openTar> => {
    const standing = open.get(extension);
    if (standing !== undefined) return standing;
    const n = opened.get(extension) ?? 0;
    opened.set(extension, n + 1);
    const path = `${folder}/${split}-${extension}-${padded(n)}.tar`;
    const tar = openTar(objects, keyOf(path), path);
    open.set(extension, tar);
    return tar;
  };
  try {
    for await (const sample of samples) {
      const extension = sample.file.slice(sample.file.lastIndexOf('.') + 1);
      const tar = tarOf(extension);
      await tar.add(sample, extension, placeOf(sample.file));
      if (!tar.full()) continue;
      open.delete(extension);
      closed.push(await tar.close());
    }
    for (const tar of open.values()) closed.push(await tar.close());
  } catch (fault) {
    for (const tar of open.values()) tar.abort(fault);
    throw fault;
  }
  return closed.sort((a, b) => (a.path < b.path ? -1 : 1));
};
