/** Reads the whole audit log and says whether it is as it was written. */
import type { ObjectStore } from '../../activities/ports.ts';
import type { AuditHead } from '../../schemas/audit.ts';
import { isAssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { entriesOf, faultOf, GENESIS } from './chain.ts';

/** Objects read at once. */
const AHEAD = 32;

export interface AuditVerdict {
  readonly ok: boolean;
  /** Entries that stand, from the first on. */
  readonly entries: number;
  /** The last entry that stands. */
  readonly head: AuditHead;
  /** Where the chain first breaks; null where it does not. */
  readonly broken: { readonly key: string; readonly reason: string } | null;
}

/**
 * Follows the chain from the first entry. An entry changed, taken out, put in or moved breaks it. Entries cut off at the end, and a log
 * written anew as a whole, do not: they are found against `noted`, a head that somebody wrote down elsewhere.
 */
export const verifyAudit = async (
  objects: Pick<ObjectStore, 'get' | 'list'>,
  noted: AuditHead | null = null,
): Promise<AuditVerdict> => {
  const names: string[] = [];
  for await (const { key } of objects.list(keys.auditPrefix())) names.push(key);
  names.sort();
  let head = GENESIS;
  let foundNoted = noted === null || (noted.n === GENESIS.n && noted.hash === GENESIS.hash);
  const broken = (key: string, reason: string): AuditVerdict => ({
    ok: false,
    entries: head.n,
    head,
    broken: { key, reason },
  });
  for (let at = 0; at < names.length; at += AHEAD) {
    const group = names.slice(at, at + AHEAD);
    const texts = await Promise.all(group.map(async (key) => (await objects.get(key)).toString('utf8')));
    for (const [i, text] of texts.entries()) {
      const wanted = keys.audit(at + i + 1);
      if (group[i] !== wanted) return broken(wanted, `it is not there; ${group[i]} is`);
      try {
        for (const entry of entriesOf(wanted, text)) {
          const fault = faultOf(head, entry);
          if (fault !== null) return broken(wanted, fault);
          head = { n: entry.n, hash: entry.hash };
          foundNoted ||= head.n === noted?.n && head.hash === noted.hash;
        }
      } catch (error) {
        if (isAssayError(error) && error.code === 'ASY-8008') return broken(wanted, String(error.details['reason']));
        throw error;
      }
    }
  }
  if (!foundNoted) return broken(names.at(-1) ?? keys.audit(1), `the noted entry ${noted?.n} is not in the log`);
  return { ok: true, entries: head.n, head, broken: null };
};
