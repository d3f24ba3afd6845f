import { describe, expect, test } from 'vitest';
import { agreementTrend } from '../../../activities/monitoring/agreement-trend.ts';
import { annotatorHealth } from '../../../activities/monitoring/annotator-health.ts';
import { opaqueId, unitHash } from '../../../models/hash.ts';
import type { Annotation } from '../../../schemas/annotation.ts';
import type { Item } from '../../../schemas/item.ts';
import type { Reading } from '../../../schemas/monitor.ts';
import { annotationOf } from '../../support/curation.ts';
import { DAY, itemsOf, type Monitored, monitored, NOW } from '../../support/monitored.ts';

const valueOf = ({ figures }: Reading, name: string) => figures.find((figure) => figure.name.endsWith(name));

type Side = 'a' | 'b';
interface Person {
  /** Share of votes that are right. */
  readonly right: number;
  readonly seconds?: number;
  readonly always?: Side;
}

/** Pairwise votes of everybody on every item of a drop. */
const voted = (
  drop: string,
  n: number,
  people: Readonly<Record<string, Person>>,
  at: (row: number) => number | null = () => null,
): { items: Item[]; annotations: Annotation[] } => {
  const items = itemsOf(drop, n, { responses: () => ['one', 'other'] });
  const annotations = items.flatMap((item, row) => {
    const truth: Side = unitHash('truth', item.id) < 0.5 ? 'a' : 'b';
    return Object.entries(people).map(([who, { right, seconds = 40, always }]): Annotation => {
      const preferred = always ?? (unitHash(who, item.id) < right ? truth : truth === 'a' ? 'b' : 'a');
      const said = annotationOf(item, who, { task: 'pairwise', value: { preferred, strength: null } });
      return { ...said, seconds: seconds * (0.8 + 0.4 * unitHash(`${who} s`, item.id)), at: at(row) };
    });
  });
  return { items, annotations };
};

const people = (right: number): Record<string, Person> =>
  Object.fromEntries(['ann', 'ben', 'cem', 'dot'].map((who) => [opaqueId('sub', who), { right }]));

const arriveAll = async (world: Monitored, drops: number, n: number, rightOf: (drop: number) => number) => {
  for (let i = 0; i < drops; i++)
    await world.arrive(`drop-${i}`, 50 - 2 * i, voted(`drop-${i}`, n, people(rightOf(i))));
};

describe(agreementTrend, () => {
  const watch = { kind: 'agreement-trend' };

  test('3 drops of 60 questions: red where α of the latest lies below the floor of 0.4 with its whole interval, green above it', async () => {
    for (const [right, state] of [
      [0.55, 'red'],
      [0.95, 'green'],
    ] as const) {
      const world = monitored();
      await arriveAll(world, 3, 60, (drop) => (drop === 2 ? right : 0.95));
      const reading = await world.look(watch);
      expect([right, reading.state]).toEqual([right, state]);
      expect(reading.reason).toMatch(/^pairwise: α \S+ \[.*\] in drop-2, floor 0\.4$/);
      expect(reading.figures).toMatchObject([{ name: 'pairwise: α of the latest', n: 60, limit: 0.4 }]);
    }
  });

  test('20 drops of 30 questions of two kinds: red where α fell and is still above the floor (Pettitt p < 0.01), green where it stayed', async () => {
    const world = monitored();
    for (let i = 0; i < 20; i++) {
      const pairs = voted(`drop-${i}`, 30, people(i < 10 ? 0.98 : 0.88));
      const steady = voted(`drop-${i}`, 30, people(0.93));
      const binary = steady.annotations.map((vote): Annotation => {
        if (vote.task !== 'pairwise') throw new TypeError(vote.task);
        const value = { response: 0, good: vote.value.preferred === 'a' };
        return { ...vote, id: opaqueId('an', 'binary', vote.id), task: 'binary', value };
      });
      await world.arrive(`drop-${i}`, 50 - 2 * i, { ...pairs, annotations: [...pairs.annotations, ...binary] });
    }
    for (const [task, state] of [
      ['pairwise', 'red'],
      ['binary', 'green'],
    ] as const) {
      const reading = await world.look({ ...watch, task });
      expect([task, reading.state]).toEqual([task, state]);
      expect(valueOf(reading, `${task}: p of a change`)).toMatchObject({ n: 20, limit: 0.01 });
    }
  });

  test('by day, and of so many votes a sample by hash', async () => {
    const world = monitored();
    const day = (row: number) => NOW - (3 - Math.floor(row / 40)) * DAY;
    await world.arrive('now', 1, voted('now', 120, people(0.95), day));
    const reading = await world.look({ ...watch, by: 'day' });
    expect(reading.figures).toMatchObject([{ n: 40 }]);
    expect(reading.reason).toContain('in 2026-04-30, floor 0.4');
    expect((await world.look({ ...watch, by: 'day', task: 'rating' })).state).toBe('no-data');
    expect((await world.look({ ...watch, by: 'day', least: 41 })).reason).toBe(
      'no day has 41 questions with votes that can agree',
    );
    await world.arrive('then', 1, voted('then', 500, people(0.95)));
    const sampled = await world.look({ ...watch, sample: 1000 });
    // 1,000 of 2,480 votes: of each drop its part.
    expect(sampled.figures[0]?.n).toBeGreaterThan(150);
    expect(sampled.figures[0]?.n).toBeLessThan(250);
  });
});

describe(annotatorHealth, () => {
  const watch = { kind: 'annotator-health' };
  const off = opaqueId('sub', 'off');

  test.each<[string, Person | null, string]>([
    ['votes at random', { right: 0.5 }, 'agreement of'],
    ['takes 2 s where others take 40', { right: 0.95, seconds: 2 }, 'fast votes of'],
    ['always says a', { right: 0.95, always: 'a' }, 'one answer of'],
    ['is not there', null, ''],
  ])(
    '2 drops of 60 items by 4 good people and one who %s: red for that one alone (Holm, 1 %)',
    async (_, person, what) => {
      const world = monitored();
      const all = { ...people(0.93), ...(person === null ? {} : { [off]: person }) };
      await world.arrive('one', 9, voted('one', 60, all));
      await world.arrive('two', 2, voted('two', 60, all));
      const reading = await world.look(watch);
      expect(reading.state).toBe(person === null ? 'green' : 'red');
      const [count, ...figures] = reading.figures;
      expect(count).toMatchObject({ name: 'people who are off', value: person === null ? 0 : 1, limit: 0 });
      expect(figures.every(({ name }) => name.endsWith(off))).toBe(true);
      if (person !== null) expect(figures.map(({ name }) => name)).toContain(`${what} ${off}`);
      expect(figures.every(({ n }) => n === 120)).toBe(true);
    },
  );

  test('people with few votes are not looked at', async () => {
    const world = monitored();
    await world.arrive('one', 9, voted('one', 19, people(0.5)));
    expect(await world.look(watch)).toEqual({
      state: 'no-data',
      reason: 'nobody has 20 votes that can be compared',
      figures: [],
    });
  });
});
