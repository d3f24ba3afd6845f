/** Answers on their way: none lost, none twice, whatever breaks in between. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fate, type Letter, Outbox } from '../../console/work/outbox.ts';
import { memoryStore, type Store } from '../../console/work/store.ts';

const letter = (n: number): Letter => ({
  path: '/api/work/submit',
  batch: 'batch/a/1',
  item: `it_${n}`,
  run: 'a',
  body: `{"n":${n}}`,
});

/** A server that takes equal bodies for the same vote, behind a line that breaks as `fates` say. */
const world = (store: Store = memoryStore()) => {
  const arrived: string[] = [];
  const fates: (Fate['is'] | 'deferred' | 'lost-answer')[] = [];
  let clock = 1_700_000_000_000;
  const send = async ({ body }: Letter): Promise<Fate> => {
    const fate = fates.shift() ?? 'taken';
    if (fate === 'taken' || fate === 'lost-answer') arrived.push(body);
    if (fate === 'refused') return { is: 'refused', code: 'ASY-4003', message: 'not claimed', fix: 'claim it' };
    return fate === 'taken' ? { is: 'taken' } : { is: 'later', reached: fate === 'deferred' };
  };
  let line = Promise.resolve();
  const alone = (work: () => Promise<void>) => {
    line = line.then(work);
    return line;
  };
  const open = () => new Outbox({ store, subject: 'ada', send, alone, now: () => clock++ });
  return { store, arrived, fates, open };
};

describe('the outbox', () => {
  it('sends in the order of posting', async () => {
    const { arrived, open } = world();
    const outbox = open();
    for (const n of [1, 2, 3]) await outbox.post(letter(n));
    await outbox.flush();
    expect(arrived).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(outbox.state).toEqual({ waiting: 0, refused: [], status: 'idle' });
  });

  it('keeps what could not be sent over a reload and sends the same bytes', async () => {
    const { arrived, fates, open } = world();
    const before = open();
    fates.push('later', 'later');
    await before.post(letter(1));
    await before.post(letter(2));
    await before.flush();
    expect(before.state).toMatchObject({ waiting: 2, status: 'stuck' });
    expect(arrived).toEqual([]);
    fates.length = 0;
    await open().flush();
    expect(arrived).toEqual(['{"n":1}', '{"n":2}']);
  });

  it('knows a server that cannot take answers now from one that is not there', async () => {
    const { arrived, fates, open } = world();
    const outbox = open();
    fates.push('deferred', 'deferred');
    await outbox.post(letter(1));
    await outbox.flush();
    expect(outbox.state).toMatchObject({ waiting: 1, status: 'deferred' });
    fates.length = 0;
    await outbox.flush();
    expect(arrived).toEqual(['{"n":1}']);
  });

  it('sends again what was taken but never answered: the server knows it by its bytes', async () => {
    const { arrived, fates, open } = world();
    const outbox = open();
    fates.push('lost-answer');
    await outbox.post(letter(1));
    await outbox.flush();
    expect(new Set(arrived)).toEqual(new Set(['{"n":1}']));
    expect(outbox.state.waiting).toBe(0);
  });

  it('keeps a refusal to be shown, and goes on with the rest', async () => {
    const { arrived, fates, open, store } = world();
    const outbox = open();
    fates.push('refused');
    await outbox.post(letter(1));
    await outbox.post(letter(2));
    await outbox.flush();
    expect(arrived).toEqual(['{"n":2}']);
    expect(outbox.state.refused).toMatchObject([{ item: 'it_1', code: 'ASY-4003', body: '{"n":1}' }]);
    await outbox.dismiss(outbox.state.refused[0]?.id ?? '');
    expect(outbox.state.refused).toEqual([]);
    expect(await store.entries('')).toEqual([]);
  });

  it('takes back what was not sent, and only that', async () => {
    const { arrived, fates, open } = world();
    const outbox = open();
    fates.push('later', 'later', 'later', 'later');
    await outbox.post(letter(1));
    await outbox.flush();
    expect(await outbox.withdraw('batch/a/1', 'it_1')).toBe(true);
    expect(await outbox.withdraw('batch/a/1', 'it_1')).toBe(false);
    expect(outbox.state).toEqual({ waiting: 0, refused: [], status: 'idle' });
    fates.length = 0;
    await outbox.flush();
    expect(arrived).toEqual([]);
  });

  it('keeps people of one browser apart', async () => {
    const { store, fates, open } = world();
    fates.push('later', 'later');
    const ada = open();
    await ada.post(letter(1));
    await ada.flush();
    const sent: string[] = [];
    const bob = new Outbox({
      store,
      subject: 'bob',
      send: async ({ body }) => {
        sent.push(body);
        return { is: 'taken' };
      },
      alone: (work) => work(),
      now: () => 1,
    });
    await bob.flush();
    expect(sent).toEqual([]);
  });

  it('loses nothing and doubles nothing, whatever the line and the person do', async () => {
    const fate = fc.constantFrom('taken' as const, 'later' as const, 'lost-answer' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 20 }),
        fc.array(fc.boolean(), { maxLength: 8 }),
        async (line, reloads) => {
          const { arrived, fates, open } = world();
          fates.push(...line);
          let outbox = open();
          for (const [n, reload] of reloads.entries()) {
            await outbox.post(letter(n));
            if (reload) outbox = open();
          }
          for (let tries = 0; tries <= line.length; tries++) await outbox.flush();
          // First arrivals in order, each of them once; repeats are byte for byte the same.
          expect([...new Set(arrived)]).toEqual(reloads.map((_, n) => `{"n":${n}}`));
          expect(outbox.state.waiting).toBe(0);
        },
      ),
    );
  });
});
