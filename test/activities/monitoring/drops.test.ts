import { expect, test } from 'vitest';
import { bothSides, currentDrops, shardsOfDrops } from '../../../activities/monitoring/drops.ts';
import { Annotation } from '../../../schemas/annotation.ts';
import type { Side } from '../../../schemas/monitor-kinds.ts';
import { MonitorKind } from '../../../schemas/monitor-kinds.ts';
import { annotationOf } from '../../support/curation.ts';
import { itemsOf, monitored, NOW } from '../../support/monitored.ts';

const world = async () => {
  const made = monitored();
  for (const [name, daysAgo] of [
    ['old', 200],
    ['b-reference', 97],
    ['a-reference', 7.5],
    ['a-edge', 7],
    ['b-now', 1],
    ['future', -1],
  ] as const)
    await made.arrive(name, daysAgo, { items: itemsOf(name, 1) });
  return made;
};
const names = (drops: readonly { readonly name: string }[]) => drops.map(({ name }) => name);

test('days are counted back from now, a reference’s from where the current ones begin; a drop is in one side', async () => {
  const { objects } = await world();
  const of = async (reference: Side, current: Side, prefix?: string) => {
    const sides = await bothSides(objects, { reference, current, prefix }, NOW);
    return [names(sides.reference), names(sides.current)];
  };
  expect(await of({ days: 90 }, { days: 7 })).toEqual([
    ['b-reference', 'a-reference'],
    ['a-edge', 'b-now'],
  ]);
  expect(await of({ days: 90 }, { days: 7 }, 'b-')).toEqual([['b-reference'], ['b-now']]);
  expect(await of({ drops: ['old', 'gone'] }, { drops: ['b-now'] })).toEqual([['old'], ['b-now']]);
  expect(await of({ days: 90 }, { drops: ['a-reference', 'b-now'] })).toEqual([
    ['b-reference'],
    ['a-reference', 'b-now'],
  ]);
  expect(names(await currentDrops(objects, { current: { days: 1000 } }, NOW))).toEqual([
    'old',
    'b-reference',
    'a-reference',
    'a-edge',
    'b-now',
  ]);
});

test('annotations are those of the drop and of every round of its votes', async () => {
  const { objects, tables } = await world();
  const [item] = itemsOf('old', 1);
  if (item === undefined) throw new Error('no item');
  for (const [partition, who] of [
    ['old', 'ann'],
    ['old-r1', 'bob'],
    ['old-r2', 'cat'],
    ['old-r4', 'dot'],
  ] as const) {
    const vote = annotationOf(item, who, { task: 'binary', value: { response: 0, good: true } });
    await tables.commit('annotations', partition, [await tables.writeShard('annotations', Annotation, [vote])]);
  }
  const drops = await currentDrops(objects, { current: { days: 1000 } }, NOW);
  const shards = await shardsOfDrops(tables, 'annotations', drops);
  const rows = await Array.fromAsync(
    tables.query<{ id: string }>('SELECT source.id AS id FROM {shards} ORDER BY id', { shards }),
  );
  expect(rows.map(({ id }) => id)).toEqual(['ann', 'bob', 'cat']);
  expect(await shardsOfDrops(tables, 'labels', drops)).toEqual([]);
});

test('every kind has defaults, and says what is wrong with a spec', () => {
  expect(MonitorKind.parse({ kind: 'score-drift', model: 'reward' })).toMatchObject({
    reference: { days: 90 },
    current: { days: 7 },
    alpha: 0.01,
    sample: 2000,
    least: 100,
    seed: 0,
  });
  for (const wrong of [
    { kind: 'score-drift' },
    { kind: 'score-drift', model: 'Reward Model' },
    { kind: 'score-drift', model: 'reward', current: { days: 7, drops: ['a'] } },
    { kind: 'ood', model: 'reward', limit: 2 },
    { kind: 'probes', model: 'reward', probes: [] },
    { kind: 'weather' },
  ])
    expect([wrong, MonitorKind.safeParse(wrong).success]).toEqual([wrong, false]);
});
