import { describe, expect, it } from 'vitest';
import { ReviewItem } from '../../../schemas/console.ts';
import { settingsOf } from '../../workflows/batch/support.ts';
import { deskApp, itemOf, session, vote } from './desk-app.ts';

const judge = session('sub_judge', ['reviewer']);
const [ann, bob] = [session('sub_ann'), session('sub_bob')];
const on = { batch: 'batch/r/0', item: itemOf(1).id };

/** Two people who disagree about one item. */
const disagreeing = async () => {
  const settings = settingsOf({ review: 'disagreements' });
  const desk = deskApp({
    items: [itemOf(1), itemOf(2)],
    batches: { 'batch/r/0': { items: [on.item, itemOf(2).id], settings } },
  });
  for (const [who, side] of [
    [ann, 'a'],
    [bob, 'b'],
  ] as const) {
    await desk.as(who)('POST', '/api/work/claim', { n: 2 });
    await desk.as(who)('POST', '/api/work/submit', { ...on, votes: [vote(side)] });
  }
  desk.clock.now += 1000;
  return desk;
};

describe('review', () => {
  it('shows the queue and everything of an item: votes with their answers, side by side', async () => {
    const { as } = await disagreeing();
    expect((await as(judge)('GET', '/api/review?run=r')).json).toEqual({
      queue: [{ ...on, run: 'r', reasons: ['disagreement'], votes: 2, agreement: 0, notes: 0 }],
    });
    expect((await as(judge)('GET', '/api/review?run=other')).json).toEqual({ queue: [] });
    const item = ReviewItem.parse((await as(judge)('GET', `/api/review/item?batch=${on.batch}&item=${on.item}`)).json);
    expect(
      item.votes.map(({ annotator, body }) => [annotator, body?.task === 'pairwise' && body.value.preferred]),
    ).toEqual([
      ['sub_ann', 'a'],
      ['sub_bob', 'b'],
    ]);
    expect(item.item.responses[0]?.model).toBe('gpt-secret');
  });

  it('decides with an answer of its own, which is checked and recorded', async () => {
    const { as, open, audited } = await disagreeing();
    const ruling = { ...on, ruling: 'decide', note: 'b cites its source' };
    const wrong = await as(judge)('POST', '/api/review/ruling', { ...ruling, votes: [vote('a', { shown: [1] })] });
    expect(wrong).toMatchObject({ json: { code: 'ASY-4016' } });
    expect(await as(judge)('POST', '/api/review/ruling', ruling)).toMatchObject({ json: { code: 'ASY-4004' } });
    const decided = { ...ruling, votes: [vote('b')] };
    for (let n = 0; n < 2; n++)
      expect((await as(judge)('POST', '/api/review/ruling', decided)).json).toEqual({ ok: true });
    expect(open['batch/r/0']?.saved.filter((saved) => saved.ruling)).toHaveLength(1);
    expect(audited.at(-1)).toEqual({ by: 'sub_judge', action: 'decide', target: on });
    const own = (await as(ann)('GET', '/api/work/own')).json;
    expect(own).toMatchObject({ votes: [{ status: 'ruled', ruling: 'decide' }] });
    expect(await as(ann)('POST', '/api/work/undo', on)).toMatchObject({ json: { code: 'ASY-4010' } });
  });

  it('the annotator disputes, the reviewer reads why and answers', async () => {
    const { as } = await disagreeing();
    await as(judge)('POST', '/api/review/ruling', { ...on, ruling: 'accept' });
    expect((await as(ann)('POST', '/api/work/dispute', { ...on, text: 'a is right: <b>see</b>' })).status).toBe(200);
    await as(judge)('POST', '/api/review/comment', { ...on, text: 'I look again' });
    const item = ReviewItem.parse((await as(judge)('GET', `/api/review/item?batch=${on.batch}&item=${on.item}`)).json);
    expect(item.notes.map(({ by, kind, text }) => [by, kind, text])).toEqual([
      ['sub_ann', 'dispute', 'a is right: <b>see</b>'],
      ['sub_judge', 'comment', 'I look again'],
    ]);
    expect(item.state.reasons).toEqual(['dispute']);
  });

  it('nobody rules on what they voted on, and an outside reviewer on what they may not see', async () => {
    const { as } = await disagreeing();
    const both = session('sub_ann', ['annotator', 'reviewer']);
    const ruling = { ...on, ruling: 'accept' };
    expect(await as(both)('POST', '/api/review/ruling', ruling)).toMatchObject({
      status: 403,
      json: { code: 'ASY-8009' },
    });
    const outside = session('sub_out', ['reviewer'], ['other']);
    expect((await as(outside)('GET', '/api/review')).json).toEqual({ queue: [] });
    expect(await as(outside)('POST', '/api/review/ruling', ruling)).toMatchObject({
      status: 404,
      json: { code: 'ASY-4005' },
    });
    const path = `/api/review/item?batch=${on.batch}&item=${on.item}`;
    expect(await as(outside)('GET', path)).toMatchObject({ status: 404, json: { code: 'ASY-4005' } });
  });
});
