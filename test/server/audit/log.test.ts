import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../../activities/ports.ts';
import { AssayError } from '../../../schemas/errors.ts';
import { keys } from '../../../schemas/keys.ts';
import { createAudit } from '../../../server/audit/log.ts';
import { createAuditReader } from '../../../server/audit/objects.ts';
import { verifyAudit } from '../../../server/audit/verify.ts';
import { failingObjects, Killed } from '../../support/failing-objects.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { until } from '../../support/until.ts';

const said = (item: number) => ({ by: 'sub_a', action: 'submit', target: { item: `it_${item}` } });
const itemsOf = async (objects: ObjectStore): Promise<string[]> =>
  (await createAuditReader(objects).after(0)).map(({ target }) => target['item'] ?? '');
const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

/** A store whose creates wait until they are let go; `begun` counts them. */
const held = (inner: ObjectStore) => {
  const gates: (() => void)[] = [];
  const objects: ObjectStore = {
    ...inner,
    create: async (...args) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return inner.create(...args);
    },
  };
  return { objects, gates };
};
const turn = () => new Promise(setImmediate);

describe('the audit log', () => {
  it('stores what it is told, in order, as a chain that begins with zeros', async () => {
    const objects = createMemoryObjects();
    const audit = createAudit(objects, () => 7);
    for (const i of numbers(3)) await audit.record(said(i));
    const entries = await createAuditReader(objects).after(0);
    expect(entries).toMatchObject(numbers(3).map((i) => ({ n: i + 1, at: 7, ...said(i) })));
    expect(entries.map(({ previous }) => previous)).toEqual(['0'.repeat(64), entries[0]?.hash, entries[1]?.hash]);
    expect(await verifyAudit(objects)).toMatchObject({ ok: true, entries: 3, head: { n: 3, hash: entries[2]?.hash } });
  });

  it('goes on where it was after a restart', async () => {
    const objects = createMemoryObjects();
    for (const i of numbers(5)) await createAudit(objects).record(said(i));
    expect(await itemsOf(objects)).toEqual(numbers(5).map((i) => `it_${i}`));
    expect((await verifyAudit(objects)).ok).toBe(true);
  });

  it('writes together what arrives during a write, and answers only when it is stored', async () => {
    const inner = createMemoryObjects();
    const { objects, gates } = held(inner);
    const audit = createAudit(objects);
    let answered = 0;
    const all = numbers(50).map((i) => audit.record(said(i)).then(() => answered++));
    await turn();
    expect([gates.length, answered, inner.entries.size]).toEqual([1, 0, 0]);
    gates.shift()?.();
    await until('the second write', () => gates.length === 1);
    // The first went alone; the other 49 wait for the second write.
    expect([answered, inner.entries.size]).toEqual([1, 1]);
    gates.shift()?.();
    await Promise.all(all);
    expect([answered, inner.entries.size]).toEqual([50, 2]);
    expect(await itemsOf(inner)).toEqual(numbers(50).map((i) => `it_${i}`));
  });

  it('of several servers loses nothing and doubles nothing', async () => {
    const objects = createMemoryObjects();
    const servers = numbers(4).map(() => createAudit(objects));
    await Promise.all(servers.flatMap((server, s) => numbers(50).map((i) => server.record(said(50 * s + i)))));
    expect((await itemsOf(objects)).toSorted()).toEqual(
      numbers(200)
        .map((i) => `it_${i}`)
        .toSorted(),
    );
    expect(await verifyAudit(objects)).toMatchObject({ ok: true, entries: 200 });
  });

  it('of a busy server leaves room for another, whose every write costs a read first', async () => {
    const inner = createMemoryObjects();
    const slow = async <T>(work: () => Promise<T>): Promise<T> => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return work();
    };
    const objects: ObjectStore = {
      ...inner,
      get: (key) => slow(() => inner.get(key)),
      create: (...args) => slow(() => inner.create(...args)),
    };
    const [busy, other] = [createAudit(objects), createAudit(objects)];
    let over = false;
    const load = numbers(20).map(async (i) => {
      while (!over) await busy.record(said(i));
    });
    for (const i of numbers(20)) await other.record(said(100 + i));
    over = true;
    await Promise.all(load);
    expect((await verifyAudit(inner)).ok).toBe(true);
  });

  it('knows its own write again where the answer got lost and the client sent it twice', async () => {
    const inner = createMemoryObjects();
    // As an SDK does that sends a conditional put again: the second one finds the first.
    const create: ObjectStore['create'] = async (...args) => (await inner.create(...args)) && inner.create(...args);
    const audit = createAudit({ ...inner, create });
    for (const i of numbers(3)) await audit.record(said(i));
    expect(await itemsOf(inner)).toEqual(['it_0', 'it_1', 'it_2']);
  });

  it.each([false, true])(
    'tells the caller of a store that fails (after it took effect: %s), and the chain stays whole',
    async (after) => {
      for (const at of numbers(6).map((i) => i + 1)) {
        const inner = createMemoryObjects();
        const audit = createAudit(failingObjects(inner, at, after));
        const told = await Promise.allSettled([audit.record(said(0)), audit.record(said(1)), audit.record(said(2))]);
        const kept = told.flatMap(({ status }, i) => (status === 'fulfilled' ? [`it_${i}`] : []));
        for (const each of told) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(Killed);
        await createAudit(inner).record(said(9));
        const stored = await itemsOf(inner);
        // What was promised is there once; what was refused is there once or not at all.
        expect(stored.filter((item) => kept.includes(item))).toEqual(kept);
        expect(new Set(stored).size).toBe(stored.length);
        expect(stored.at(-1)).toBe('it_9');
        expect((await verifyAudit(inner)).ok).toBe(true);
      }
    },
  );

  it('goes on by itself once the store answers again', async () => {
    const inner = createMemoryObjects();
    let down = true;
    const create: ObjectStore['create'] = async (...args) => {
      if (down) throw new AssayError('ASY-3001', { endpoint: 'x', reason: 'down' });
      return inner.create(...args);
    };
    const audit = createAudit({ ...inner, create });
    await expect(audit.record(said(0))).rejects.toMatchObject({ code: 'ASY-3001' });
    down = false;
    await audit.record(said(1));
    expect(await itemsOf(inner)).toEqual(['it_1']);
  });

  it('refuses what is no entry, and says so at once', async () => {
    const objects = createMemoryObjects();
    await expect(createAudit(objects).record({ by: '', action: 'x', target: {} })).rejects.toThrow();
    expect(objects.entries.size).toBe(0);
  });
});

describe('reading', () => {
  it.each([
    [0, 10],
    [3, 7],
    [4, 6],
    [10, 0],
    [99, 0],
  ])('after %i gives the %i that follow', async (after, count) => {
    const objects = createMemoryObjects();
    const audit = createAudit(objects);
    // Objects of 1, 1, 2, 1 and 5 entries.
    await audit.record(said(0));
    for (const size of [3, 6]) {
      const first = (await itemsOf(objects)).length;
      await Promise.all(numbers(size).map((i) => audit.record(said(first + i))));
    }
    const entries = await createAuditReader(objects).after(after);
    expect(entries.map(({ n }) => n)).toEqual(numbers(count).map((i) => after + i + 1));
  });

  it('says which object cannot be read', async () => {
    const objects = createMemoryObjects();
    await objects.put(keys.audit(1), '{"n":1}\n');
    await expect(createAuditReader(objects).after(0)).rejects.toMatchObject({
      code: 'ASY-8008',
      message: expect.stringContaining(keys.audit(1)) as string,
    });
  });
});
