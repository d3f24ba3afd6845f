/** What monitors wrote down without one person: readings name annotators by their keyed hashes, alerts who took note of them. */
import { keys } from '../../schemas/keys.ts';
import { mapped } from '../pace.ts';
import type { ObjectStore } from '../ports.ts';
import { once } from '../receipts.ts';
import { rewrite } from './versions.ts';

/** Who an erased person is in what stays. */
const NOBODY = 'erased';
/** Objects read at a time. */
const AT_ONCE = 16;

const naming = async (objects: ObjectStore, subject: string, beat: () => void): Promise<string[]> => {
  const found: string[] = [];
  for (const prefix of [keys.readingsPrefix(), keys.alertsPrefix()])
    await mapped(objects.list(prefix), AT_ONCE, async ({ key }) => {
      beat();
      if ((await objects.get(key)).includes(subject)) found.push(key);
    });
  return found.sort();
};

/** Puts `erased` in the place of the person's hash; figures stay. */
export const rewriteReadings = async (
  objects: ObjectStore,
  { id, subject }: { readonly id: string; readonly subject: string },
  beat: () => void,
): Promise<void> => {
  // Noted first: an attempt that ended half-way leaves objects that name nobody, with versions that do.
  const reached = await once(objects, keys.erasureStep(id, 'readings'), () => naming(objects, subject, beat));
  await mapped(reached, AT_ONCE, (key) => {
    beat();
    return rewrite(objects, id, key, async () => {
      const text = (await objects.get(key)).toString('utf8');
      if (text.includes(subject))
        await objects.put(key, text.replaceAll(subject, NOBODY), { contentType: 'application/json' });
    });
  });
};
