import type { ObjectStore } from '../activities/ports.ts';
import { dropOfManifestKey } from '../schemas/keys.ts';
import type { Runs } from './ports.ts';

/**
 * Starts the run of every complete drop that has none: an event lost while Temporal or this server was down loses no drop.
 * Runs that exist, failed ones too, are left alone. Returns the drops started.
 */
export const sweep = async (objects: ObjectStore, runs: Runs): Promise<string[]> => {
  const started: string[] = [];
  for await (const { key } of objects.list('drops/')) {
    const drop = dropOfManifestKey(key);
    if (drop === null || (await runs.exists(drop))) continue;
    if ((await runs.start(drop)).started) started.push(drop);
  }
  return started;
};
