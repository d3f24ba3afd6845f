/** A worker's connection to Temporal, apart from a client's: the worker's package takes a second to load, and most commands need none. */
import { NativeConnection } from '@temporalio/worker';
import type { Config } from './config.ts';

/** Tries again with back-off until Temporal answers, saying so each time. */
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
