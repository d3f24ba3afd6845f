/** A study without what one person did in it: their grades are taken back, the rest stays as nobody's. */
import { sha256 } from '../../models/hash.ts';
import { StudyEntry } from '../../schemas/evalgen.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore } from '../ports.ts';
import { rewrite } from './versions.ts';

/** Who did what an erased person did. */
const NOBODY = 'erased';

const withoutPerson = (entry: StudyEntry, subject: string): StudyEntry => {
  if (entry.by !== subject) return entry;
  const { event } = entry;
  return { ...entry, by: NOBODY, event: event.kind === 'graded' ? { ...event, good: null } : event };
};

/**
 * Rewrites a study's entries in place and links them anew, so that the study has a new version. Entries are read one by one, not as
 * a chain: an attempt that ended half-way left it broken.
 */
export const rewriteStudy = async (
  objects: ObjectStore,
  { id, study, subject }: { readonly id: string; readonly study: string; readonly subject: string },
): Promise<void> => {
  let previous: string | null = null;
  for (let number = 1; (await objects.head(keys.evalgenEntry(study, number))) !== null; number++) {
    const key = keys.evalgenEntry(study, number);
    const stored = await objects.get(key);
    const before = StudyEntry.parse(JSON.parse(stored.toString('utf8')));
    const after = { ...withoutPerson(before, subject), previous };
    const bytes: Buffer =
      JSON.stringify(after) === JSON.stringify(before) ? stored : Buffer.from(JSON.stringify(after));
    // Also where it is as it should be: an attempt may have ended before what stood there was removed.
    await rewrite(objects, id, key, async () => {
      if (!bytes.equals(stored)) await objects.put(key, bytes, { contentType: 'application/json' });
    });
    previous = sha256(bytes);
  }
};
