import type { ObjectStore } from '../activities/ports.ts';
import { dropOfManifestKey, keys } from '../schemas/keys.ts';
import { isDropName } from './drop-name.ts';
import type { Runs } from './ports.ts';

/**
 * Starts the run of every complete drop that has none: an event lost while Temporal or this server was down loses no drop.
 * Runs that exist, failed ones too, are left alone, and so are drops whose report is there: Temporal forgets a finished run
 * after its retention, and people must not be asked again. Returns the drops started.
 */
export const sweep = async (objects: ObjectStore, runs: Runs): Promise<string[]> => {
  const started: string[] = [];
  for await (const { key } of objects.list('drops/')) {
    const drop = dropOfManifestKey(key);
    if (drop === null || !isDropName(drop) || (await runs.exists(drop))) continue;
    if ((await objects.head(keys.report(drop))) !== null) continue;
    if ((await runs.start(drop)).started) started.push(drop);
  }
  return started;
};
