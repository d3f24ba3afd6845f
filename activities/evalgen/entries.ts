/** The entries of studies in S3: read once and kept, for only an erasure changes them; appended by conditional create, whoever else appends. */
import { sha256 } from '../../models/hash.ts';
import { AssayError, isAssayError } from '../../schemas/errors.ts';
import { StudyEntry, type StudyEvent } from '../../schemas/evalgen.ts';
import { keys } from '../../schemas/keys.ts';
import { mapped } from '../pace.ts';
import type { ObjectStore } from '../ports.ts';

export interface Entries {
  readonly entries: readonly StudyEntry[];
  /** SHA-256 of the last entry's bytes: the study's version; null without any. */
  readonly version: string | null;
}

export interface EntryLog {
  /** All entries; none for a study that is not there. */
  read(study: string): Promise<Entries>;
  /**
   * Appends what `next` makes of the entries as they stand, or nothing where it gives null. It is asked again when somebody else
   * was first. Throws ASY-3004 after many lost races.
   */
  append(
    study: string,
    next: (at: Entries) => { readonly by: string; readonly event: StudyEvent } | null,
  ): Promise<Entries>;
}

/** Studies kept in memory. */
const KEPT = 16;
const READS = 16;
const TRIES = 50;

/** The next entry's bytes; null where there is none. */
const find = async (objects: ObjectStore, key: string): Promise<Buffer | null> => {
  try {
    return await objects.get(key);
  } catch (error) {
    if (isAssayError(error) && error.code === 'ASY-3002') return null;
    throw error;
  }
};

export const createEntryLog = (objects: ObjectStore, now: () => number = Date.now): EntryLog => {
  const kept = new Map<string, Entries>();
  const keep = (study: string, entries: Entries): Entries => {
    kept.delete(study);
    kept.set(study, entries);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return entries;
  };
  /** The entry in the bytes, checked to follow what is there; null as version: nothing is. */
  const linked = (study: string, number: number, version: string | null, bytes: Buffer): StudyEntry => {
    const entry = StudyEntry.parse(JSON.parse(bytes.toString('utf8')));
    if (entry.previous !== version || entry.number !== number)
      throw new AssayError('ASY-3003', { key: keys.evalgenEntry(study, number) });
    return entry;
  };
  /** All that is stored of a study nobody has read yet. */
  const readWhole = async (study: string): Promise<Entries> => {
    const found: string[] = [];
    for await (const { key } of objects.list(keys.evalgenEntries(study))) found.push(key);
    found.sort();
    const entries: StudyEntry[] = [];
    let version: string | null = null;
    for (const bytes of await mapped(found, READS, (key) => objects.get(key))) {
      entries.push(linked(study, entries.length + 1, version, bytes));
      version = sha256(bytes);
    }
    return { entries, version };
  };
  /** Whether the last entry is still the one that was read: an erasure links them anew. */
  const stands = async (study: string, { entries, version }: Entries): Promise<boolean> => {
    const bytes = await find(objects, keys.evalgenEntry(study, entries.length));
    return bytes !== null && sha256(bytes) === version;
  };
  const read = async (study: string): Promise<Entries> => {
    const known = kept.get(study);
    const before = known !== undefined && (await stands(study, known)) ? known : await readWhole(study);
    if (before.entries.length === 0) return before;
    const entries = [...before.entries];
    let { version } = before;
    for (;;) {
      const bytes = await find(objects, keys.evalgenEntry(study, entries.length + 1));
      if (bytes === null) break;
      entries.push(linked(study, entries.length + 1, version, bytes));
      version = sha256(bytes);
    }
    return keep(study, entries.length === before.entries.length ? before : { entries, version });
  };
  return {
    read,
    async append(study, next) {
      for (let tries = 0; tries < TRIES; tries++) {
        const at = await read(study);
        const said = next(at);
        if (said === null) return at;
        const number = at.entries.length + 1;
        const entry: StudyEntry = { number, previous: at.version, at: now(), ...said };
        const bytes = Buffer.from(JSON.stringify(entry));
        if (await objects.create(keys.evalgenEntry(study, number), bytes, { contentType: 'application/json' }))
          return keep(study, { entries: [...at.entries, entry], version: sha256(bytes) });
      }
      throw new AssayError('ASY-3004', { table: `evalgen/${study}`, tries: TRIES });
    },
  };
};
