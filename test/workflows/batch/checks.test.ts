import { describe, expect, it } from 'vitest';
import { Batch } from '../../../workflows/batch/batch.ts';
import { standingOf } from '../../../workflows/batch/standing.ts';
import { acting, batchOf, CHECKS, checksOf, settingsOf } from './support.ts';

const items = (n: number) => Array.from({ length: n }, (_, i) => `item${i}`);
const isCheck = (id: string) => id.startsWith('check');
const rules = (over: { qualify?: number; rate?: number; minAnswers?: number } = {}) => ({
  checks: { ...CHECKS, ...over },
});

describe('standingOf', () => {
  it.each([
    [{ asked: 2, right: 2 }, { qualify: 3 }, 'new'],
    [{ asked: 3, right: 2 }, { qualify: 3 }, 'paused'],
    [{ asked: 3, right: 3 }, { qualify: 3 }, 'qualified'],
    [{ asked: 4, right: 0 }, { qualify: 0 }, 'qualified'],
    [{ asked: 5, right: 3 }, { qualify: 0 }, 'paused'],
    [{ asked: 10, right: 7 }, { qualify: 0 }, 'qualified'],
  ])('%j by %j is %s', (tally, over, standing) => {
    expect(standingOf(tally, { ...CHECKS, ...over })).toBe(standing);
  });
});

describe('checks', () => {
  it('come first until somebody has qualified, and work only after that', () => {
    const desk = batchOf(settingsOf(rules({ qualify: 3, rate: 0 })), items(5), 6);
    const first = desk.claim('p', 10);
    expect(first.filter(isCheck)).toHaveLength(3);
    expect(first).toHaveLength(3);
    expect(desk.claim('p', 10)).toEqual(first);
    for (const id of first) desk.submit('p', id);
    expect(desk.claim('p', 10)).toEqual(items(5));
  });

  it('who does not qualify gets nothing, and is told why', () => {
    const desk = batchOf(settingsOf(rules({ qualify: 3 })), items(5), 6);
    for (const id of desk.claim('p', 3)) desk.submit('p', id, 'b');
    expect(desk.batch.claim({ annotator: 'p', n: 1 }, 0)).toMatchObject({ items: [], refusal: 'paused' });
    expect(desk.batch.state()).toMatchObject({ paused: 1, checks: { asked: 3, right: 0 }, votes: 0 });
  });

  it('are mixed in by `draw` at their rate, within the 99.9 % binomial interval, and not at foreseeable places', () => {
    const rate = 0.1;
    const places: string[] = [];
    let checks = 0;
    let handed = 0;
    for (let person = 0; person < 60; person++) {
      const desk = batchOf(settingsOf(rules({ rate, minAnswers: 100 }), { redundancy: 1 }), items(60), 30);
      const order: boolean[] = [];
      for (let n = 0; n < 60; n++) {
        const [id] = desk.claim(`p${person}`, 1);
        if (id === undefined) break;
        order.push(isCheck(id));
        desk.submit(`p${person}`, id);
      }
      handed += order.length;
      checks += order.filter(Boolean).length;
      places.push(order.slice(0, 20).map(Number).join(''));
    }
    const deviation = Math.sqrt(handed * rate * (1 - rate));
    expect(Math.abs(checks - handed * rate)).toBeLessThan(3.29 * deviation);
    expect(new Set(places).size).toBeGreaterThan(30);
  });

  it('are asked of nobody twice, are no work, and say by themselves when they run out', () => {
    const desk = batchOf(settingsOf(rules({ rate: 1, minAnswers: 100 }), { redundancy: 1 }), items(2), 3);
    const seen: string[] = [];
    for (;;) {
      const [id] = desk.claim('p', 1);
      if (id === undefined) break;
      seen.push(id);
      desk.submit('p', id);
    }
    expect(seen.filter(isCheck).sort()).toEqual(['check0', 'check1', 'check2']);
    expect(seen).toHaveLength(5);
    expect(desk.batch.votes.map(({ item }) => item)).toEqual(items(2));
    expect(desk.batch.state()).toMatchObject({ items: 2, votes: 2, open: 0, done: true });
  });

  it('a skipped check is not asked again and says nothing; an undone one counts as first answered', () => {
    const desk = batchOf(settingsOf(rules({ qualify: 1 })), items(1), 2);
    const [first = ''] = desk.claim('p', 1);
    desk.skip('p', first);
    const [second = ''] = desk.claim('p', 1);
    expect(second).not.toBe(first);
    desk.submit('p', second, 'b');
    desk.batch.undo({ annotator: 'p', item: second }, 0);
    desk.submit('p', second, 'a');
    expect(desk.batch.state().checks).toEqual({ asked: 1, right: 0 });
  });

  it('numbers near the known one are right', () => {
    const settings = settingsOf({ checks: { ...CHECKS, qualify: 2, tolerance: 1 } }, { tasks: ['rating'] });
    const batch = Batch.of(settings, ['x'], {
      checks: [
        { id: 'check0', known: ['4'] },
        { id: 'check1', known: ['1'] },
      ],
      seed: 's',
    });
    for (const [item, category] of [
      ['check0', '3'],
      ['check1', '3'],
    ] as const) {
      batch.claim({ annotator: 'p', n: 2 }, 0);
      batch.submit({ annotator: 'p', votes: [{ item, task: 'rating', sha256: 'f'.repeat(64), category }] }, 0);
    }
    expect(batch.state().checks).toEqual({ asked: 2, right: 1 });
  });
});

describe('pausing', () => {
  it('takes back votes and leases, keeps them beside, and asks the items of others', () => {
    const checks = { ...CHECKS, qualify: 2, rate: 1, minAccuracy: 0.6 };
    const desk = batchOf(settingsOf({ checks }), items(4), 4);
    for (const id of desk.claim('p', 2)) desk.submit('p', id);
    const more = desk.claim('p', 4);
    const [first = '', second = ''] = more.filter((id) => !isCheck(id));
    expect(more.filter(isCheck)).toHaveLength(2);
    desk.submit('p', first);
    for (const id of more.filter(isCheck)) desk.submit('p', id, 'b');
    expect(desk.batch.held('p')).toEqual([]);
    expect(desk.batch.item(first)).toMatchObject({ votes: [], withdrawn: [{ annotator: 'p' }], open: 2 });
    expect(() => desk.submit('p', second)).toThrow(/ASY-4009/);
    expect(desk.batch.state()).toMatchObject({ votes: 0, paused: 1 });
  });

  it('leaves votes on ruled items alone', () => {
    const batch = Batch.of(
      settingsOf({ checks: { ...CHECKS, rate: 0, minAnswers: 1 }, review: 'disagreements' }),
      ['x', 'y'],
      {
        checks: checksOf(2),
        seed: 'seed',
      },
    );
    const desk = acting(batch);
    for (const name of ['p', 'q']) desk.claim(name, 2);
    desk.submit('p', 'x', 'a');
    desk.submit('q', 'x', 'b');
    desk.submit('p', 'y', 'a');
    desk.rule('x');
    batch.tell([{ annotator: 'p', standing: 'paused' }]);
    expect(batch.item('x')?.votes).toHaveLength(2);
    expect(batch.item('y')).toMatchObject({ votes: [], withdrawn: [{ annotator: 'p' }] });
  });

  it('what the run says of somebody holds here: paused, or qualified without checks of this batch', () => {
    const desk = batchOf(settingsOf(rules({ qualify: 3, rate: 0 })), items(2), 4);
    desk.batch.tell([{ annotator: 'p', standing: 'qualified' }]);
    expect(desk.claim('p', 5)).toEqual(items(2));
    desk.batch.tell([{ annotator: 'p', standing: 'paused' }]);
    expect(desk.batch.held('p')).toEqual([]);
    // Signals cannot be refused: what is no standing changes nothing.
    for (const nonsense of [[{ annotator: 'q', standing: 'boss' }], [null], [{}], null, 'x'])
      desk.batch.tell(nonsense as never);
    expect(desk.claim('q', 5).every(isCheck)).toBe(true);
  });
});
