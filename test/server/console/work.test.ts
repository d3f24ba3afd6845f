import { describe, expect, it, vi } from 'vitest';
import type { Claimed, WorkItem } from '../../../schemas/console.ts';
import type { Batch } from '../../../workflows/batch/batch.ts';
import { checksOf, settingsOf } from '../../workflows/batch/support.ts';
import { deskApp, itemOf, session, vote } from './desk-app.ts';

const [ann, bob] = [session('sub_ann'), session('sub_bob')];
const three = [itemOf(1), itemOf(2), itemOf(3)];
const claimed = async (answer: Promise<{ json: never }>): Promise<Claimed> => (await answer).json;

describe('claim and submit', () => {
  it('gives each item as `workItem` strips it: no model, score, producer’s id or vote; sides by the grant (S059, S128)', async () => {
    const { as } = deskApp({ items: three });
    const { work } = await claimed(as(ann)('POST', '/api/work/claim', { n: 3 }));
    expect(work).toHaveLength(3);
    expect(JSON.stringify(work)).not.toMatch(/secret|rows\.jsonl|model|origin/);
    expect(work[0]).toMatchObject({
      batch: 'batch/r/0',
      run: 'r',
      tasks: ['pairwise'],
      guideline: '1',
      language: 'en',
    });
    const theirs = (await claimed(as(bob)('POST', '/api/work/claim', { n: 3 }))).work;
    // Two people see each item's sides the other way round, and the same again.
    for (const item of work) {
      const other = theirs.find(({ item: id }) => id === item.item);
      expect(other?.shown).toEqual([...item.shown].reverse());
    }
    expect((await claimed(as(ann)('POST', '/api/work/claim', { n: 3 }))).work).toEqual(work);
  });

  it('stores one vote however often the same body arrives, and the order that was granted', async () => {
    const { as, open, audited, written } = deskApp({ items: three });
    const [first] = (await claimed(as(ann)('POST', '/api/work/claim', { n: 1 }))).work as [WorkItem];
    const lie = [...first.shown].reverse();
    const body = { batch: first.batch, item: first.item, votes: [vote('b', { shown: lie })] };
    for (let n = 0; n < 2; n++)
      expect(await as(ann)('POST', '/api/work/submit', body)).toEqual({ status: 200, json: { ok: true } });
    expect(open['batch/r/0']?.votes).toHaveLength(1);
    expect([...written.values()]).toMatchObject([{ shown: first.shown, value: { preferred: 'b' } }]);
    expect(audited[0]).toEqual({ by: 'sub_ann', action: 'submit', target: { batch: first.batch, item: first.item } });
  });

  // What `checkAnswers` and the batch refuse.
  it.each([
    ['an item nobody claimed', { votes: [vote()] }, 409, 'ASY-4003', bob],
    ['another strength', { votes: [vote('a', { value: { preferred: 'a', strength: 9 } })] }, 400, 'ASY-4004', ann],
    [
      'a response that is not there',
      { votes: [vote('a', { task: 'binary', value: { response: 4, good: true } })] },
      400,
      'ASY-4016',
      ann,
    ],
    ['an order of other responses', { votes: [vote('a', { shown: [0, 7] })] }, 400, 'ASY-4016', ann],
    ['another guideline', { votes: [vote('a', { guideline: '2' })] }, 409, 'ASY-4012', ann],
    [
      'too few tasks',
      { votes: [vote('a', { task: 'binary', value: { response: 0, good: true } })] },
      400,
      'ASY-4004',
      ann,
    ],
    [
      'five megabytes',
      { votes: [vote('a', { task: 'critique', value: { text: 'x'.repeat(5e6), edited: null } })] },
      400,
      'ASY-4016',
      ann,
    ],
    ['another batch', { batch: 'run/r', votes: [vote()] }, 404, 'ASY-4005', ann],
    ['an item of no batch', { item: 'it_none', votes: [vote()] }, 404, 'ASY-6004', ann],
  ])('refuses %s', async (_what, over, status, code, who) => {
    const { as, open } = deskApp({ items: three });
    const [first] = (await claimed(as(ann)('POST', '/api/work/claim', { n: 1 }))).work as [WorkItem];
    const answer = await as(who)('POST', '/api/work/submit', { batch: first.batch, item: first.item, ...over });
    expect(answer).toMatchObject({ status, json: { code } });
    expect(open['batch/r/0']?.votes).toEqual([]);
  });

  it('a lapsed lease refuses the vote; reclaimed, it is taken', async () => {
    const { as, clock } = deskApp({ items: [itemOf(1)] });
    const [first] = (await claimed(as(ann)('POST', '/api/work/claim', { n: 1 }))).work as [WorkItem];
    clock.now += 61_000;
    const on = { batch: first.batch, item: first.item };
    const body = { ...on, votes: [vote()] };
    expect(await as(ann)('POST', '/api/work/submit', body)).toMatchObject({ status: 409, json: { code: 'ASY-4003' } });
    expect(await as(ann)('POST', '/api/work/reclaim', on)).toMatchObject({ status: 200, json: { item: first.item } });
    expect((await as(ann)('POST', '/api/work/submit', body)).status).toBe(200);
  });

  it('undo holds the item again; skip and release give it back', async () => {
    const { as, open } = deskApp({ items: three });
    const { work } = await claimed(as(ann)('POST', '/api/work/claim', { n: 3 }));
    const [first, second, third] = work.map(({ batch, item }) => ({ batch, item }));
    await as(ann)('POST', '/api/work/submit', { ...first, votes: [vote()] });
    expect(await as(ann)('POST', '/api/work/undo', first)).toMatchObject({ status: 200, json: { item: first?.item } });
    expect(open['batch/r/0']?.held('sub_ann')).toContain(first?.item);
    expect((await as(ann)('POST', '/api/work/skip', { ...second, reason: 'cannot-judge' })).status).toBe(200);
    expect((await as(ann)('POST', '/api/work/release', third)).status).toBe(200);
    expect(open['batch/r/0']?.held('sub_ann')).toEqual([first?.item]);
    expect(await as(bob)('POST', '/api/work/undo', first)).toMatchObject({ json: { code: 'ASY-4015' } });
  });
});

describe('who gets what', () => {
  it('says why there is nothing', async () => {
    const settings = settingsOf({ requires: { skills: ['law'], vendors: [], languages: false } });
    const batches = { 'batch/r/0': { items: three.map(({ id }) => id), settings } };
    const { as } = deskApp({
      items: three,
      batches,
      profiles: { sub_ann: { skills: ['law'] }, sub_off: { active: false } },
    });
    expect(await claimed(as(bob)('POST', '/api/work/claim', {}))).toEqual({ work: [], refusal: 'skills' });
    expect(await claimed(as(session('sub_off'))('POST', '/api/work/claim', {}))).toEqual({
      work: [],
      refusal: 'paused',
    });
    expect((await claimed(as(ann)('POST', '/api/work/claim', {}))).work).toHaveLength(3);
  });

  it('passes by what somebody opted out of, in whole words of any script and case', async () => {
    const items = [
      itemOf(1, { prompt: [{ role: 'user', content: 'Tell me about Spiders.' }] }),
      itemOf(2, { prompt: [{ role: 'user', content: '蜘蛛はどこ?' }] }),
      itemOf(3, { prompt: [{ role: 'user', content: 'A spidersilk scarf' }] }),
    ];
    const { as, open } = deskApp({ items });
    expect((await as(ann)('PUT', '/api/preferences', { optOut: ['SPIDERS', '蜘蛛'], breakMinutes: null })).status).toBe(
      200,
    );
    expect((await as(ann)('GET', '/api/preferences')).json).toEqual({
      optOut: ['SPIDERS', '蜘蛛'],
      breakMinutes: null,
    });
    const { work } = await claimed(as(ann)('POST', '/api/work/claim', { n: 3 }));
    expect(work.map(({ item }) => item)).toEqual([itemOf(3).id]);
    expect(open['batch/r/0']?.item(itemOf(1).id)?.skips).toEqual([{ annotator: 'sub_ann', reason: 'opt-out-topic' }]);
    expect((await claimed(as(bob)('POST', '/api/work/claim', { n: 3 }))).work).toHaveLength(3);
  });

  it('spreads people over batches, by what is open, and each keeps to theirs', async () => {
    const items = Array.from({ length: 80 }, (_, n) => itemOf(n));
    const batches = Object.fromEntries(
      [0, 1, 2, 3].map((n) => [`batch/r/${n}`, { items: items.slice(20 * n, 20 * (n + 1)).map(({ id }) => id) }]),
    );
    const { as } = deskApp({ items, batches });
    const first = new Map<string, number>();
    for (let n = 0; n < 24; n++) {
      const someone = session(`sub_${n}`);
      const { work } = await claimed(as(someone)('POST', '/api/work/claim', { n: 1 }));
      const batch = work[0]?.batch ?? '';
      first.set(batch, (first.get(batch) ?? 0) + 1);
      expect((await claimed(as(someone)('POST', '/api/work/claim', { n: 1 }))).work).toEqual(work);
    }
    expect(first.size).toBe(4);
    expect(Math.max(...first.values())).toBeLessThan(16);
  });

  it('asks a batch that is in others’ hands only where there is nothing else, and gives back what one holds there', async () => {
    const batches = { 'batch/r/0': { items: [itemOf(1).id] }, 'batch/r/1': { items: [itemOf(2).id, itemOf(3).id] } };
    const { as, clock, open } = deskApp({ items: [itemOf(1), itemOf(2), itemOf(3)], batches });
    for (const who of ['ann', 'ben']) open['batch/r/0']?.claim({ annotator: who, n: 1 }, clock.now);
    const claims = vi.spyOn(open['batch/r/0'] as Batch, 'claim');
    const { work } = await claimed(as(session('cyd'))('POST', '/api/work/claim', { n: 5 }));
    expect(work.map(({ batch }) => batch)).toEqual(['batch/r/1', 'batch/r/1']);
    expect(claims).not.toHaveBeenCalled();
    // A server that has just started does not know who works where.
    open['batch/r/1']?.claim({ annotator: 'ben', n: 2 }, clock.now);
    clock.now += 5000;
    const { work: held } = await claimed(as(session('ann'))('POST', '/api/work/claim', { n: 5 }));
    expect(held.map(({ item }) => item)).toEqual([itemOf(1).id]);
  });

  it('an outside annotator of some runs sees no other', async () => {
    const batches = { 'batch/r/0': { items: [itemOf(1).id] }, 'batch/s/0': { items: [itemOf(2).id] } };
    const { as } = deskApp({ items: three, batches });
    const outside = session('sub_out', ['annotator'], ['s']);
    expect((await as(outside)('GET', '/api/work')).json).toEqual({ runs: [{ run: 's', batches: 1 }] });
    expect((await claimed(as(outside)('POST', '/api/work/claim', { n: 5 }))).work.map(({ run }) => run)).toEqual(['s']);
    for (const path of ['submit', 'skip', 'release', 'undo', 'reclaim']) {
      const body = { batch: 'batch/r/0', item: itemOf(1).id, votes: [vote()], reason: 'later' };
      expect(await as(outside)('POST', `/api/work/${path}`, body)).toMatchObject({
        status: 404,
        json: { code: 'ASY-4005' },
      });
    }
    expect(await as(outside)('GET', '/api/work/sheet/r')).toMatchObject({ status: 404, json: { code: 'ASY-4001' } });
    expect(await as(outside)('GET', '/api/work/sheet/s')).toMatchObject({
      json: { tasks: ['pairwise'], guideline: { text: '# Be fair' } },
    });
  });
});

describe('breaks', () => {
  const MINUTE = 60_000;
  const items = Array.from({ length: 40 }, (_, n) => itemOf(n));
  const limit = { minutes: 30, breakMinutes: 10 };
  /** Answers one item, with so many seconds of work on it. */
  const answers = async (app: ReturnType<typeof deskApp>, seconds: number): Promise<WorkItem> => {
    const [item] = (await claimed(app.as(ann)('POST', '/api/work/claim', { n: 1 }))).work as [WorkItem];
    const body = { batch: item.batch, item: item.item, votes: [vote('a', { seconds })] };
    expect((await app.as(ann)('POST', '/api/work/submit', body)).status).toBe(200);
    return item;
  };

  it('refuses items past the limit, in every batch and to that person alone; answers in hand are taken, and work goes on after the break (S064)', async () => {
    const batches = {
      'batch/r/0': { items: items.slice(0, 20).map(({ id }) => id) },
      'batch/r/1': { items: items.slice(20).map(({ id }) => id) },
    };
    const app = deskApp({ items, batches, limit });
    for (let minute = 0; minute < 29; minute++) {
      await answers(app, 50);
      app.clock.now += MINUTE;
    }
    const { work } = await claimed(app.as(ann)('POST', '/api/work/claim', { n: 2 }));
    const [last, spare] = work as [WorkItem, WorkItem];
    app.clock.now += MINUTE - 1000;
    const on = { batch: last.batch, item: last.item };
    expect((await app.as(ann)('POST', '/api/work/submit', { ...on, votes: [vote('a')] })).status).toBe(200);
    const stopped = app.clock.now;
    const resumes = stopped + 10 * MINUTE;
    const claim = () => claimed(app.as(ann)('POST', '/api/work/claim', {}));
    expect(await claim()).toEqual({ work: [], refusal: 'break', resumes });
    expect(await app.as(ann)('POST', '/api/work/reclaim', { batch: spare.batch, item: spare.item })).toMatchObject({
      status: 409,
      json: { code: 'ASY-6601', message: expect.stringContaining(new Date(resumes).toISOString()) },
    });
    expect((await claimed(app.as(bob)('POST', '/api/work/claim', {}))).work).not.toEqual([]);
    // Asking again is no work: the break ends when it was said to.
    app.clock.now = resumes - 1;
    expect(await claim()).toMatchObject({ refusal: 'break', resumes });
    app.clock.now = resumes;
    expect((await claim()).work).not.toEqual([]);
  });

  it('are not asked for where somebody took them, nor where the run names none', async () => {
    const rested = deskApp({ items, limit });
    for (const minutes of [19, 19]) {
      for (let minute = 0; minute < minutes; minute++) {
        await answers(rested, 50);
        rested.clock.now += MINUTE;
      }
      rested.clock.now += 10 * MINUTE;
    }
    await answers(rested, 50);
    const free = deskApp({ items });
    for (let minute = 0; minute < 39; minute++) {
      await answers(free, 50);
      free.clock.now += MINUTE;
    }
  });
});

describe('one’s own', () => {
  it('shows only what one holds or answered, and others’ notes after one’s vote (S059)', async () => {
    const { as } = deskApp({ items: three });
    const [first] = (await claimed(as(ann)('POST', '/api/work/claim', { n: 1 }))).work as [WorkItem];
    const on = { batch: first.batch, item: first.item };
    const path = `/api/work/item?batch=${first.batch}&item=${first.item}`;
    expect(await as(bob)('GET', path)).toMatchObject({ json: { code: 'ASY-4015' } });
    expect(await as(bob)('POST', '/api/work/comment', { ...on, text: 'hm' })).toMatchObject({
      json: { code: 'ASY-4015' },
    });
    const script = '<script>alert(1)</script>';
    expect((await as(ann)('POST', '/api/work/comment', { ...on, text: script })).status).toBe(200);
    expect(await as(ann)('GET', path)).toMatchObject({ json: { votes: [], notes: [] } });
    await as(ann)('POST', '/api/work/submit', { ...on, votes: [vote('a')] });
    const { json } = await as(ann)('GET', path);
    expect(json).toMatchObject({
      votes: [{ value: { preferred: 'a' } }],
      notes: [{ by: 'sub_ann', text: script }],
      ruling: null,
    });
    expect(JSON.stringify(json)).not.toContain('secret');
  });

  it('counts what one has done today', async () => {
    const { as, clock } = deskApp({ items: three });
    for (const item of (await claimed(as(ann)('POST', '/api/work/claim', { n: 2 }))).work)
      await as(ann)('POST', '/api/work/submit', { batch: item.batch, item: item.item, votes: [vote()] });
    clock.now += 2000;
    const own = (await as(ann)('GET', '/api/work/own')).json as { votes: object[]; progress: object };
    expect(own.votes).toMatchObject([{ batch: 'batch/r/0', run: 'r', status: 'open' }, { status: 'open' }]);
    expect(own.progress).toEqual({ votes: 2, seconds: 6 });
    clock.now += 86_400_000;
    expect((await as(ann)('GET', '/api/work/own')).json).toMatchObject({ progress: { votes: 0, seconds: 0 } });
  });

  it('a check looks like work until it is answered, and can be disputed after', async () => {
    const checks = [{ ...checksOf(1)[0], id: itemOf(3).id, known: ['a'] }];
    const rules = { file: 'c', rate: 0, qualify: 1, minAccuracy: 0.5, minAnswers: 5, tolerance: 0 };
    const settings = settingsOf({ checks: rules, review: 'disagreements' });
    const batches = { 'batch/r/0': { items: [itemOf(1).id], checks, settings } };
    const { as } = deskApp({ items: three, batches });
    const { work } = await claimed(as(ann)('POST', '/api/work/claim', { n: 1 }));
    expect(Object.keys(work[0] ?? {}).sort()).toEqual(
      Object.keys((await claimed(as(bob)('POST', '/api/work/claim', { n: 1 }))).work[0] ?? {}).sort(),
    );
    const on = { batch: 'batch/r/0', item: itemOf(3).id };
    await as(ann)('POST', '/api/work/submit', { ...on, votes: [vote('b')] });
    expect((await as(ann)('GET', '/api/work/own')).json).toMatchObject({ votes: [{ item: on.item, right: false }] });
    expect((await as(ann)('POST', '/api/work/dispute', { ...on, text: 'b is right' })).status).toBe(200);
  });
});
