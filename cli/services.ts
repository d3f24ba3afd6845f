/** Everything a command or the worker may need, made from the configuration when first asked for. */
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { createImageCodec } from '../activities/adapters/image-codec.ts';
import { createMediaProbe } from '../activities/adapters/media.ts';
import { createPictureWriter } from '../activities/adapters/pictures.ts';
import { createTableStore } from '../activities/adapters/tables.ts';
import type { ImageCodec, MediaProbe, ObjectStore, PictureWriter, TableStore } from '../activities/ports.ts';
import { createAnnotators } from '../server/annotators.ts';
import type { Annotators, Runs } from '../server/ports.ts';
import { createRuns } from '../server/runs.ts';
import type { Config } from './config.ts';
import { objectsOf, subjectOf } from './objects.ts';
import { connectClient } from './temporal.ts';

export interface Services {
  readonly config: Config;
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly media: MediaProbe;
  readonly codec: ImageCodec;
  readonly pictures: PictureWriter;
  readonly tempDir: string;
  /** Keyed hash of a person's id; ASY-9006 without a key. */
  readonly subject: (person: string) => string;
  readonly client: () => Promise<Client>;
  readonly runs: () => Promise<Runs>;
  readonly annotators: () => Promise<Annotators>;
  close(): Promise<void>;
}

export const createServices = (config: Config): Services => {
  const objects = objectsOf(config);
  const tempDir = join(config.home, 'tmp');
  const tables = createTableStore({ objects, tempDir });
  let connected: Promise<Client> | undefined;
  let annotators: Annotators | undefined;
  // A failed connection is forgotten, so that the next call tries again.
  const client = () =>
    (connected ??= connectClient(config.temporal).catch((error: unknown) => {
      connected = undefined;
      throw error;
    }));
  return {
    config,
    objects,
    tables,
    media: createMediaProbe(),
    codec: createImageCodec(),
    pictures: createPictureWriter(),
    tempDir,
    subject: subjectOf(config),
    client,
    runs: async () =>
      createRuns(await client(), { links: { api: config.api }, timing: { heartbeatMs: config.heartbeatMs } }),
    // One for all callers: it keeps the line of those who wait for a batch.
    annotators: async () => {
      const connection = await client();
      return (annotators ??= createAnnotators(connection, objects));
    },
    close: async () => {
      await (await connected?.catch(() => undefined))?.connection.close();
    },
  };
};

/** Runs a command's work with services, then lets its connections go. */
export const withServices = async <T>(config: Config, work: (services: Services) => Promise<T>): Promise<T> => {
  const services = createServices(config);
  try {
    return await work(services);
  } finally {
    await services.close();
  }
};
