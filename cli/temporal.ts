/** A client's connection to Temporal, and the data converter that clients and workers share. */
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
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
