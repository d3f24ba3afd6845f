/** What `assay audit verify` finds, and what it cannot. */
import { describe, expect, it } from 'vitest';
import { AuditEntry } from '../../../schemas/audit.ts';
import { keys } from '../../../schemas/keys.ts';
import { chain, entryHash, GENESIS, linesOf } from '../../../server/audit/chain.ts';
import { createAudit } from '../../../server/audit/log.ts';
import { verifyAudit } from '../../../server/audit/verify.ts';
import { createMemoryObjects, type MemoryObjects } from '../../support/memory-objects.ts';

/** A log of five objects with two entries each. */
const written = async (): Promise<MemoryObjects> => {
  const objects = createMemoryObjects();
  let head = GENESIS;
  for (let object = 1; object <= 5; object++) {
    const records = [0, 1].map((i) => ({
      id: `00000000-0000-4000-8000-0000000000${object}${i}`,
      at: object,
      by: 'sub_a',
      action: 'approve',
      target: { run: `r${object}${i}` },
    }));
    const entries = chain(head, records);
    head = entries.at(-1) ?? head;
    await objects.put(keys.audit(object), linesOf(entries));
  }
  return objects;
};
const linesAt = async (objects: MemoryObjects, object: number): Promise<string[]> =>
  (await objects.get(keys.audit(object))).toString('utf8').trimEnd().split('\n');
const rewrite = async (objects: MemoryObjects, object: number, change: (lines: string[]) => string[]) =>
  objects.put(keys.audit(object), `${change(await linesAt(objects, object)).join('\n')}\n`);

describe('an untouched log', () => {
  it('is whole, and so is an empty one', async () => {
    expect(await verifyAudit(await written())).toMatchObject({ ok: true, entries: 10, broken: null });
    expect(await verifyAudit(createMemoryObjects())).toEqual({ ok: true, entries: 0, head: GENESIS, broken: null });
  });
});

describe('finds', () => {
  const changed = (line: string): string => line.replace('"run":"r30"', '"run":"r99"');
  /** As somebody would who knows that hashes are checked: the entry's own hash is right again. */
  const forged = (line: string): string => {
    const entry = AuditEntry.parse(JSON.parse(changed(line)));
    return JSON.stringify({ ...entry, hash: entryHash(entry) });
  };

  it.each<[string, (objects: MemoryObjects) => Promise<unknown>, number, number]>([
    ['a changed entry', (o) => rewrite(o, 3, ([a = '', b = '']) => [changed(a), b]), 3, 4],
    ['a changed entry with a new hash', (o) => rewrite(o, 3, ([a = '', b = '']) => [forged(a), b]), 3, 5],
    ['an entry taken out', (o) => rewrite(o, 3, ([, b = '']) => [b]), 3, 4],
    ['two entries changed round', (o) => rewrite(o, 3, (lines) => lines.toReversed()), 3, 4],
    ['an entry said twice', (o) => rewrite(o, 3, ([a = '', b = '']) => [a, a, b]), 3, 5],
    ['half a line', (o) => rewrite(o, 3, ([a = '', b = '']) => [a, b.slice(0, 40)]), 3, 4],
    ['an object emptied', (o) => o.put(keys.audit(3), ''), 3, 4],
    ['an object taken out', (o) => o.delete(keys.audit(3)), 3, 4],
    ['the first object taken out', (o) => o.delete(keys.audit(1)), 1, 0],
    [
      'two objects changed round',
      async (o) => {
        const [a, b] = [await o.get(keys.audit(2)), await o.get(keys.audit(3))];
        await o.put(keys.audit(2), b);
        await o.put(keys.audit(3), a);
      },
      2,
      2,
    ],
    ['a file that is none of the log', (o) => o.put('audit/000000000002.x', 'x'), 3, 4],
    [
      'an object taken out and the log gone on with in its place',
      async (o) => {
        await o.delete(keys.audit(3));
        const audit = createAudit({ ...o, head: async (key) => (key < keys.audit(3) ? o.head(key) : null) });
        await audit.record({ by: 'sub_b', action: 'reject', target: {} });
      },
      4,
      5,
    ],
  ])('%s', async (_, tamper, object, entries) => {
    const objects = await written();
    await tamper(objects);
    const verdict = await verifyAudit(objects);
    expect(verdict).toMatchObject({ ok: false, broken: { key: keys.audit(object) } });
    // Up to there the log stands.
    expect(verdict.entries).toBe(entries);
  });
});

describe('cut off at the end', () => {
  it('is found against a head that was noted elsewhere, and not without', async () => {
    const objects = await written();
    const { head } = await verifyAudit(objects);
    await objects.delete(keys.audit(5));
    expect((await verifyAudit(objects)).ok).toBe(true);
    expect(await verifyAudit(objects, head)).toMatchObject({ ok: false, entries: 8 });
  });

  it('a head of any time since stays in the log as it grows', async () => {
    const objects = await written();
    const { head } = await verifyAudit(objects);
    await createAudit(objects).record({ by: 'sub_a', action: 'reject', target: {} });
    expect(await verifyAudit(objects, head)).toMatchObject({ ok: true, entries: 11 });
    expect(await verifyAudit(objects, { ...head, hash: 'f'.repeat(64) })).toMatchObject({ ok: false });
  });
});
