/** The chain of the audit log, as values: how entries are linked, written and read. */
import { createHash } from 'node:crypto';
import { AuditEntry, type AuditHead, type AuditRecord } from '../../schemas/audit.ts';
import { AssayError } from '../../schemas/errors.ts';

/** Before the first entry. */
export const GENESIS: AuditHead = { n: 0, hash: '0'.repeat(64) };

/** JSON with sorted keys and no white space: equal entries, equal text. */
const canonicalJson = (value: object): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object'
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** SHA-256 over the canonical JSON of an entry without its hash; `previous` is part of it, so it stands for all before. */
export const entryHash = (entry: Omit<AuditEntry, 'hash'>): string =>
  createHash('sha256')
    .update(canonicalJson({ ...entry, hash: undefined }))
    .digest('hex');

/** The records as entries that follow `head`, in order. */
export const chain = (head: AuditHead, records: readonly AuditRecord[]): AuditEntry[] => {
  let { n, hash: previous } = head;
  return records.map((record) => {
    const open = { n: ++n, ...record, previous };
    const entry = { ...open, hash: entryHash(open) };
    previous = entry.hash;
    return entry;
  });
};

/** Entries as an object of the log holds them: one a line. */
export const linesOf = (entries: readonly AuditEntry[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

/** The entries of an object. Throws ASY-8008 where there is none, or a line is none. */
export const entriesOf = (key: string, text: string): AuditEntry[] => {
  const lines = text.split('\n').slice(0, -1);
  if (lines.length === 0) throw new AssayError('ASY-8008', { key, reason: 'it holds no entry' });
  return lines.map((line, i) => {
    try {
      return AuditEntry.parse(JSON.parse(line));
    } catch (cause) {
      throw new AssayError('ASY-8008', { key, reason: `line ${i + 1} is no entry` }, { cause });
    }
  });
};

/** What is wrong with an entry that is said to follow `head`; null where nothing is. */
export const faultOf = (head: AuditHead, entry: AuditEntry): string | null => {
  if (entry.n !== head.n + 1) return `entry ${entry.n} stands where ${head.n + 1} belongs`;
  if (entry.previous !== head.hash) return `entry ${entry.n} does not follow entry ${head.n} as it is now`;
  return entryHash(entry) === entry.hash ? null : `entry ${entry.n} was changed after it was written`;
};
