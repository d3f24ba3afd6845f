import { expect, it } from 'vitest';
import { Batch } from '../../../workflows/batch/batch.ts';
import { MOST } from '../../../workflows/batch/limits.ts';
import { acting, CHECKS, checksOf, settingsOf } from './support.ts';

const review = 'disagreements' as const;

it('votes on checks leave the state, but for some wrong ones that a reviewer shall see; nobody is asked them again', () => {
  const checks = { ...CHECKS, qualify: 1, rate: 0, minAccuracy: 0 };
  const settings = settingsOf({ review, checks });
  const batch = Batch.of(settings, ['x'], { checks: checksOf(1), seed: 's' });
  const desk = acting(batch);
  for (const [n, category] of ['a', 'b', 'b', 'b', 'a'].entries()) {
    desk.claim(`p${n}`, 1);
    desk.submit(`p${n}`, 'check0', category);
  }
  const { checks: aside, withdrawn } = batch.takeAside(false);
  expect(aside.map(({ annotator, category }) => annotator + category)).toEqual(['p0a', 'p1b', 'p4a']);
  expect(withdrawn).toEqual([]);
  expect(batch.item('check0')?.votes.map(({ annotator }) => annotator)).toEqual(['p2', 'p3']);
  expect(batch.review).toMatchObject([{ item: 'check0', reasons: ['failed-check'] }]);
  const resumed = new Batch(settings, JSON.parse(JSON.stringify(batch)));
  expect(resumed.claim({ annotator: 'p0', n: 5 }, 0).items).toEqual(['x']);
  expect(resumed.state().checks).toEqual({ asked: 5, right: 2 });
  expect(resumed.takeAside(true).checks).toHaveLength(2);
});

it('withdrawn votes leave it beyond the newest, and whoever gave one is not asked again', () => {
  const items = Array.from({ length: MOST.withdrawn + 5 }, (_, n) => `item${n}`);
  const settings = settingsOf({ checks: { ...CHECKS, minAnswers: 1, rate: 0 } }, { redundancy: 1 });
  const batch = Batch.of(settings, items, { checks: checksOf(1), seed: 's' });
  const desk = acting(batch);
  for (let from = 0; from < items.length; from += 20) {
    const some = items.slice(from, from + 20);
    for (const item of desk.claim('p', 20, { items: some })) {
      if (item !== items.at(-1)) desk.submit('p', item);
    }
  }
  batch.tell([{ annotator: 'p', standing: 'paused' }]);
  expect(batch.takeAside(false).withdrawn).toHaveLength(4);
  batch.tell([{ annotator: 'p', standing: 'qualified' }]);
  // Only what they never answered is left for them.
  expect(desk.claim('p', 20)).toEqual([items.at(-1)]);
  expect(batch.takeAside(true).withdrawn).toHaveLength(MOST.withdrawn);
});
