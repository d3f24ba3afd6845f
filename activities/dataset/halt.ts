/** The halt switch: nothing is exported or published while a monitor that the pipeline names is red and nobody took note of it. */
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { ExportConfig } from '../../schemas/pipeline.ts';
import { alertState, newestReading, readingOf } from '../monitor-catalog.ts';
import type { ObjectStore } from '../ports.ts';

const Halted = z.object({ export: ExportConfig.pick({ haltOn: true }).strip() });

/** What halts the exports of a published version, as its manifest's `config` has it. */
export const haltersOf = (config: unknown): readonly string[] => Halted.parse(config).export.haltOn ?? [];

/**
 * Throws ASY-6509 where the alert of one of the monitors stands unacknowledged, ASY-6510 where one does not exist or has never
 * looked: a switch that nobody wired does not count as off.
 */
export const refuseHalted = async (objects: ObjectStore, monitors: readonly string[] = []): Promise<void> => {
  for (const monitor of monitors) {
    if ((await objects.head(keys.monitor(monitor))) === null)
      throw new AssayError('ASY-6510', { monitor, reason: 'there is none of that name' });
    const { newest } = await newestReading(objects, monitor);
    if (newest === null) throw new AssayError('ASY-6510', { monitor, reason: 'it has not looked yet' });
    if (newest.alert === undefined) continue;
    const { n, acknowledged } = await alertState(objects, monitor, newest.alert);
    if (acknowledged !== null) continue;
    const { reading } = await readingOf(objects, monitor, n);
    throw new AssayError('ASY-6509', { monitor, alert: `${monitor}/${n}`, reason: reading.reason });
  }
};
