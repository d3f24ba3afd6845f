/** What runs of retention did, as numbered records that are only ever added. */
import { keys } from '../../schemas/keys.ts';
import { RetentionRecord } from '../../schemas/retention.ts';
import { appendNumbered, numberedObjects, readNumbered } from '../numbered.ts';
import type { ObjectStore } from '../ports.ts';

const read = (objects: ObjectStore) => readNumbered(objects, keys.retentionRecords(), RetentionRecord);

/** Number of the record that the next run leaves. */
export const nextRetention = async (objects: ObjectStore): Promise<number> => {
  const newest = (await numberedObjects(objects, keys.retentionRecords())).at(-1)?.key;
  return Number(/(\d+)\.json$/.exec(newest ?? '')?.[1] ?? 0) + 1;
};

/** Adds a run's record, unless it is there. */
export const addRecord = async (objects: ObjectStore, record: RetentionRecord): Promise<void> => {
  await appendNumbered(
    objects,
    { read: () => read(objects), keyOf: keys.retentionRecord, prefix: keys.retentionRecords() },
    async ({ records }) => (records.some(({ id }) => id === record.id) ? null : record),
  );
};
