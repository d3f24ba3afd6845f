import { expect, it } from 'vitest';
import { Drafts } from '../../console/work/drafts.ts';
import { memoryStore } from '../../console/work/store.ts';

const DAY = 24 * 3600_000;

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
  const drafts = new Drafts(slow, 'ada');
  await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      drafts.save('b', 'i', { answers: { critique: { text: `${n}` } }, seconds: n }),
    ),
  );
  expect(await drafts.read('b', 'i')).toMatchObject({ answers: { critique: { text: '49' } }, seconds: 49 });
  expect(writes).toBeLessThan(5);
});

it('drops a draft for good, also while it is written', async () => {
  const drafts = new Drafts(memoryStore(), 'ada');
  const saving = drafts.save('b', 'i', { answers: {}, seconds: 1 });
  await drafts.drop('b', 'i');
  await saving;
  expect(await drafts.read('b', 'i')).toBeNull();
});

it('takes up nothing of another shape, and nothing of another person', async () => {
  const store = memoryStore();
  await store.set('ada/draft/b/i', { answers: 'no' });
  expect(await new Drafts(store, 'ada').read('b', 'i')).toBeNull();
  await new Drafts(store, 'ada').save('b', 'i', { answers: {}, seconds: 0 });
  expect(await new Drafts(store, 'bob').read('b', 'i')).toBeNull();
});

it('sweeps what nobody came back to', async () => {
  const store = memoryStore();
  let now = 0;
  const drafts = new Drafts(store, 'ada', () => now);
  await drafts.save('b', 'old', { answers: {}, seconds: 0 });
  now = 10 * DAY;
  await drafts.save('b', 'new', { answers: {}, seconds: 0 });
  now = 15 * DAY;
  await drafts.sweep();
  expect(await drafts.read('b', 'old')).toBeNull();
  expect(await drafts.read('b', 'new')).not.toBeNull();
});
