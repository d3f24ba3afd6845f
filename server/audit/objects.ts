/** Where the audit log's objects end, and which of them hold an entry: they are numbered from 1 without gaps. */
import type { ObjectStore } from '../../activities/ports.ts';
import type { AuditEntry } from '../../schemas/audit.ts';
import { keys } from '../../schemas/keys.ts';
import type { AuditReader } from '../ports.ts';
import { entriesOf } from './chain.ts';

/** Entries of one answer. */
const PAGE = 1000;

/** The last number in [low, high) for which `holds` is true, of numbers of which the first so many do; it is true of `low`. */
const lastWhere = async (low: number, high: number, holds: (n: number) => Promise<boolean>): Promise<number> => {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) low = middle;
    else high = middle;
  }
  return low;
};

/** The number of the log's last object, 0 where there is none: found by doubling and halving, not by listing years of entries. */
export const lastObject = async (objects: Pick<ObjectStore, 'head'>): Promise<number> => {
  const exists = async (n: number): Promise<boolean> => (await objects.head(keys.audit(n))) !== null;
  let beyond = 1;
  while (await exists(beyond)) beyond *= 2;
  return lastWhere(Math.floor(beyond / 2), beyond, exists);
};

export const createAuditReader = (objects: Pick<ObjectStore, 'get' | 'head'>): AuditReader => ({
  after: async (n) => {
    const read = async (object: number): Promise<AuditEntry[]> => {
      const key = keys.audit(object);
      return entriesOf(key, (await objects.get(key)).toString('utf8'));
    };
    const last = await lastObject(objects);
    const isBefore = async (object: number): Promise<boolean> => ((await read(object)).at(-1)?.n ?? 0) <= n;
    const found: AuditEntry[] = [];
    for (let object = (await lastWhere(0, last + 1, isBefore)) + 1; object <= last && found.length < PAGE; object++)
      found.push(...(await read(object)).filter((entry) => entry.n > n));
    return found.slice(0, PAGE);
  },
});
