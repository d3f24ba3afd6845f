/** Connections to Temporal, with one data converter for clients and workers. */
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import { AssayError } from '../schemas/errors.ts';
import type { Config } from './config.ts';
import { root } from './paths.ts';

export const dataConverter: DataConverter = { payloadConverterPath: join(root, 'workflows/payloads.ts') };

/** A client, or ASY-3005 when nobody answers. */
export const connectClient = async ({ connection, address, namespace }: Config['temporal']): Promise<Client> => {
  try {
    return new Client({ connection: await Connection.connect(connection), namespace, dataConverter });
  } catch (error) {
    throw new AssayError(
      'ASY-3005',
      { address, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
};

/** A worker's connection: tries again with back-off until Temporal answers, saying so each time. */
export const connectWorker = async (
  { connection, address }: Config['temporal'],
  log: (line: string) => void,
): Promise<NativeConnection> => {
  for (let delay = 250; ; delay = Math.min(delay * 2, 10_000)) {
    try {
      return await NativeConnection.connect(connection);
    } catch (error) {
      log(`Temporal at ${address} does not answer (${String(error)}); trying again in ${delay} ms`);
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
};
