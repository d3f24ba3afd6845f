import { describe, expect, it } from 'vitest';
import { Batch } from '../../../workflows/batch/batch.ts';
import { acting, batchOf, CHECKS, checksOf, settingsOf, voteOn } from './support.ts';

const review = 'disagreements' as const;
const disagreeing = () => {
  const desk = batchOf(settingsOf({ review }), ['x', 'y']);
  for (const [name, category] of [
    ['p', 'a'],
    ['q', 'b'],
  ] as const) {
    desk.claim(name, 2);
    desk.submit(name, 'x', category);
    desk.submit(name, 'y', 'a');
  }
  return desk;
};

describe('review', () => {
  it('waits for items whose votes disagree, and for no other', () => {
    const { batch } = disagreeing();
    expect(batch.review).toEqual([{ item: 'x', reasons: ['disagreement'], votes: 2, agreement: 0, notes: 0 }]);
    expect(batch.state()).toMatchObject({ open: 0, inReview: 1, done: false });
  });

  it('is not where the run has none', () => {
    const desk = batchOf(settingsOf(), ['x']);
    for (const [name, category] of [
      ['p', 'a'],
      ['q', 'b'],
    ] as const) {
      desk.claim(name, 1);
      desk.submit(name, 'x', category);
    }
    expect(desk.batch.state()).toMatchObject({ inReview: 0, done: true });
    expect(() => desk.rule('x')).toThrow(/ASY-4011/);
    expect(() => desk.dispute('p', 'x')).toThrow(/ASY-4011/);
  });

  it('accept ends it; the same ruling again is no fault, another is', () => {
    const desk = disagreeing();
    desk.rule('x');
    desk.rule('x');
    expect(desk.batch.state()).toMatchObject({ inReview: 0, ruled: 1, done: true });
    expect(() => desk.rule('x', { reviewer: 'other' })).toThrow(/ASY-4011/);
    expect(() => desk.rule('y')).toThrow(/ASY-4011/);
  });

  it('decide saves the reviewer’s answer beside the votes', () => {
    const desk = disagreeing();
    expect(() => desk.rule('x', { ruling: 'decide' })).toThrow(/answer each of/);
    expect(() => desk.rule('x', { ruling: 'decide', votes: [voteOn('y')] })).toThrow(/another item/);
    const vote = voteOn('x', 'tie');
    desk.rule('x', { ruling: 'decide', votes: [vote], note: 'e'.repeat(64) });
    expect(desk.batch.saved).toHaveLength(5);
    expect(desk.batch.saved.at(-1)).toMatchObject({ ...vote, annotator: 'judge', ruling: true });
    expect(desk.batch.item('x')).toMatchObject({ votes: { length: 2 }, notes: [{ by: 'judge', kind: 'ruling' }] });
    expect(() => desk.batch.checkUndo({ annotator: 'p', item: 'x' }, 0)).toThrow(/ASY-4010/);
  });

  it('return asks other people, or others than those named, and not for ever', () => {
    const desk = disagreeing();
    desk.rule('x', { ruling: 'return', annotators: ['q'] });
    expect(desk.batch.item('x')).toMatchObject({
      votes: [{ annotator: 'p' }],
      withdrawn: [{ annotator: 'q' }],
      open: 1,
    });
    expect(desk.claim('q', 1)).toEqual([]);
    for (let n = 0; n < 3; n++) {
      desk.claim(`r${n}`, 1);
      desk.submit(`r${n}`, 'x', 'b');
      if (n < 2) desk.rule('x', { ruling: 'return', annotators: [`r${n}`] });
    }
    expect(() => desk.rule('x', { ruling: 'return' })).toThrow(/ASY-4013/);
    desk.rule('x');
    expect(desk.batch.done).toBe(true);
  });

  it('three who cannot judge it bring it before a reviewer', () => {
    const desk = batchOf(settingsOf({ review }, { redundancy: 1 }), ['x']);
    for (const name of ['p', 'q', 'r']) {
      desk.claim(name, 1);
      desk.skip(name, 'x');
    }
    expect(desk.batch.review).toMatchObject([{ item: 'x', reasons: ['unanswerable'] }]);
    desk.rule('x', { ruling: 'return' });
    expect(desk.batch.state()).toMatchObject({ open: 1, inReview: 0 });
    // Who passed it by is not asked again.
    expect(desk.claim('p', 1)).toEqual([]);
    expect(desk.claim('s', 1)).toEqual(['x']);
  });

  it('a dispute reopens a ruling once', () => {
    const desk = disagreeing();
    expect(() => desk.dispute('p', 'x')).toThrow(/ASY-4011/);
    desk.rule('x', { ruling: 'decide', votes: [voteOn('x', 'b')] });
    expect(() => desk.dispute('stranger', 'x')).toThrow(/ASY-4015/);
    desk.dispute('p', 'x');
    desk.dispute('p', 'x');
    expect(desk.batch.review).toMatchObject([{ item: 'x', reasons: ['dispute'], notes: 1 }]);
    expect(desk.batch.done).toBe(false);
    desk.rule('x', { reviewer: 'senior' });
    expect(desk.batch.item('x')?.ruling).toMatchObject({ reviewer: 'senior', ruling: 'accept' });
    expect(() => desk.dispute('q', 'x', 'f'.repeat(64))).toThrow(/ASY-4013/);
    expect(desk.batch.done).toBe(true);
  });

  it('threads have an end', () => {
    const desk = batchOf(settingsOf(), ['x', 'y']);
    const say = (item: string, n: number) => {
      const request = { by: 'p', item, note: n.toString(16).padStart(64, '0') };
      desk.batch.checkComment(request);
      desk.batch.comment(request, n);
    };
    for (let n = 0; n < 10; n++) say('x', n);
    say('x', 3);
    expect(desk.batch.item('x')?.notes).toHaveLength(10);
    expect(() => say('x', 10)).toThrow(/ASY-4013/);
    say('y', 10);
  });
});

describe('review of checks', () => {
  const failed = () => {
    const checks = { ...CHECKS, qualify: 1, rate: 0 };
    const desk = acting(Batch.of(settingsOf({ review, checks }), ['x'], { checks: checksOf(1), seed: 's' }));
    for (const [name, category] of [
      ['p', 'b'],
      ['q', 'a'],
      ['r', 'b'],
    ] as const) {
      desk.claim(name, 1);
      desk.submit(name, 'check0', category);
    }
    return desk;
  };
  const refusal = (desk: ReturnType<typeof failed>, annotator: string) =>
    desk.batch.claim({ annotator, n: 1 }, 0).refusal;

  it('a failed one is in the queue, and its annotator may dispute it', () => {
    const desk = failed();
    expect(desk.batch.review).toMatchObject([{ item: 'check0', reasons: ['failed-check'] }]);
    expect(desk.batch.own('p')).toMatchObject([{ item: 'check0', right: false }]);
    expect(() => desk.dispute('q', 'check0')).toThrow(/ASY-4011/);
    desk.dispute('p', 'check0');
    expect(desk.batch.review).toMatchObject([{ reasons: ['dispute', 'failed-check'] }]);
  });

  it('accept: the known answer stands', () => {
    const desk = failed();
    desk.rule('check0');
    expect(refusal(desk, 'p')).toBe('paused');
    expect(desk.batch.review).toEqual([]);
  });

  it('decide: the known answer was wrong, and those who gave the right one work again', () => {
    const desk = failed();
    desk.rule('check0', { ruling: 'decide', votes: [voteOn('check0', 'b')] });
    expect(refusal(desk, 'p')).toBeNull();
    // Who followed what was known is not punished.
    expect(refusal(desk, 'q')).toBeNull();
    expect(desk.batch.item('check0')?.known).toEqual([{ task: 'pairwise', category: 'b' }]);
  });

  it('return: nobody is held to it, and nobody is asked it again', () => {
    const desk = failed();
    desk.rule('check0', { ruling: 'return' });
    expect(refusal(desk, 'r')).toBeNull();
    expect(desk.claim('new', 5)).toEqual([]);
  });
});
