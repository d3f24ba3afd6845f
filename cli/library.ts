/** What the HTTP server shows, read from the catalogues. */

import { sniff } from '../activities/adapters/sniff.ts';
import { listDatasets, showDataset } from '../activities/dataset/catalog.ts';
import { listDrops, quarantineOf } from '../activities/drop-catalog.ts';
import { findItem } from '../activities/item-catalog.ts';
import { listModels } from '../activities/model-catalog.ts';
import { modelReport, reliabilityOf } from '../activities/model-report.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { Sha256 } from '../schemas/primitives.ts';
import type { Library } from '../server/ports.ts';
import type { Services } from './services.ts';

export const createLibrary = ({ objects, tables, subject }: Services): Library => ({
  subject,
  drops: async () => ({ drops: await listDrops(objects) }),
  quarantine: (drop) => quarantineOf(tables, drop),
  item: (drop, item) => findItem(tables, drop, item),
  media: async (sha256) => {
    if (!Sha256.safeParse(sha256).success) throw new AssayError('ASY-3002', { key: 'media/…' });
    const bytes = await objects.get(keys.media(sha256));
    // The type is sniffed again, never taken from what a producer or an object's metadata claims.
    return { bytes, type: sniff(bytes) ?? 'application/octet-stream' };
  },
  datasets: async () => ({ datasets: await listDatasets(objects) }),
  dataset: (name) => showDataset(objects, name),
  models: async () => ({ models: await listModels(objects) }),
  model: (name, version) => modelReport(objects, name, version),
  reliability: (name, version) => reliabilityOf(objects, name, version),
});
