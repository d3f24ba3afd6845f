import { describe, expect, it } from 'vitest';
import { Drafts, type DraftsDeps, type Pocket } from '../../console/work/drafts.ts';
import { memoryStore, type Store } from '../../console/work/store.ts';

const DAY = 24 * 3600_000;

const memoryPocket = (): Pocket => {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (n) => [...kept.keys()][n] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
};

const open = (given: Partial<DraftsDeps> = {}): Drafts =>
  new Drafts({ store: memoryStore(), pocket: memoryPocket(), subject: 'ada', now: () => 1, ...given });

it('keeps the newest draft of an item, however fast changes come', async () => {
  const store = memoryStore();
  let writes = 0;
  const slow = {
    ...store,
    set: (key: string, value: unknown) => {
      writes++;
      return store.set(key, value);
    },
  };
  const drafts = open({ store: slow });
  await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      drafts.save('b', 'i', { answers: { critique: { text: `${n}` } }, seconds: n }),
    ),
  );
  expect(await drafts.read('b', 'i')).toMatchObject({ answers: { critique: { text: '49' } }, seconds: 49 });
  expect(writes).toBeLessThan(5);
});

it('drops a draft for good, also while it is written', async () => {
  const drafts = open();
  const saving = drafts.save('b', 'i', { answers: {}, seconds: 1 });
  await drafts.drop('b', 'i');
  await saving;
  expect(await drafts.read('b', 'i')).toBeNull();
});

it('takes up nothing of another shape, and nothing of another person', async () => {
  const store = memoryStore();
  await store.set('ada/draft/b/i', { answers: 'no' });
  expect(await open({ store }).read('b', 'i')).toBeNull();
  await open({ store }).save('b', 'i', { answers: {}, seconds: 0 });
  expect(await open({ store, subject: 'bob' }).read('b', 'i')).toBeNull();
});

it('sweeps what nobody came back to', async () => {
  const store = memoryStore();
  let now = 0;
  const drafts = open({ store, now: () => now });
  await drafts.save('b', 'old', { answers: {}, seconds: 0 });
  now = 10 * DAY;
  await drafts.save('b', 'new', { answers: {}, seconds: 0 });
  now = 15 * DAY;
  await drafts.sweep();
  expect(await drafts.read('b', 'old')).toBeNull();
  expect(await drafts.read('b', 'new')).not.toBeNull();
});

describe('what the store did not have yet when the page went', () => {
  /** A store whose writes never end, as of a page that goes. */
  const stalled = (): Store => ({ ...memoryStore(), set: () => new Promise(() => {}) });
  const draft = (text: string) => ({ answers: { critique: { text } }, seconds: 1 });
  const leave = (pocket: Pocket, at: number, subject = 'ada'): void => {
    const drafts = open({ store: stalled(), pocket, subject, now: () => at });
    void drafts.save('b', 'i', draft(`at ${at}`));
    drafts.pocket();
  };

  it('is in the next one, once', async () => {
    const pocket = memoryPocket();
    leave(pocket, 5);
    const drafts = open({ pocket });
    await drafts.unpocket();
    expect(await drafts.read('b', 'i')).toMatchObject(draft('at 5'));
    expect(pocket.length).toBe(0);
  });

  it('gives way to what another tab wrote later', async () => {
    const [pocket, store] = [memoryPocket(), memoryStore()];
    leave(pocket, 5);
    const drafts = open({ pocket, store, now: () => 6 });
    await drafts.save('b', 'i', draft('later'));
    await drafts.unpocket();
    expect(await drafts.read('b', 'i')).toMatchObject(draft('later'));
  });

  it('is left to its owner; what is no draft goes', async () => {
    const pocket = memoryPocket();
    leave(pocket, 5, 'bob');
    leave(pocket, 5);
    pocket.setItem(pocket.key(1) ?? '', 'no JSON');
    const drafts = open({ pocket });
    await drafts.unpocket();
    expect(await drafts.read('b', 'i')).toBeNull();
    expect(pocket.length).toBe(1);
  });

  it('is nothing where all was written or dropped, and a full pocket stops nobody', async () => {
    const pocket = memoryPocket();
    const drafts = open({ pocket });
    await drafts.save('b', 'i', draft('written'));
    drafts.pocket();
    expect(pocket.length).toBe(0);
    const full: Pocket = {
      ...memoryPocket(),
      setItem: () => {
        throw new Error('full');
      },
    };
    expect(() => leave(full, 5)).not.toThrow();
  });
});
