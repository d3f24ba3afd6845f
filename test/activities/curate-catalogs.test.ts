import { expect, it } from 'vitest';
import { listDrops, quarantineOf } from '../../activities/drop-catalog.ts';
import { chunked, paced } from '../../activities/pace.ts';
import { shardsOf, writeShards } from '../../activities/shards.ts';
import { keys } from '../../schemas/keys.ts';
import { QuarantineRow } from '../../schemas/quarantine.ts';
import type { Shard } from '../../schemas/table.ts';
import { stageOn } from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

it('lists drops that say what they are, and nothing else', async () => {
  const objects = createMemoryObjects();
  const drop = (name: string) => ({ name, modality: 'text', format: 'assay', license: 'MIT', purpose: ['test'] });
  for (const name of ['zeta', 'alpha']) await objects.put(keys.dropManifest(name), JSON.stringify(drop(name)));
  await objects.put(keys.dropManifest('half'), '{"name": "ha');
  await objects.put(keys.dropManifest('odd'), '{"name": "odd"}');
  await objects.put(keys.dropFile('deep', 'sub/drop.json'), JSON.stringify(drop('deep')));
  expect((await listDrops(objects)).map(({ name }) => name)).toEqual(['alpha', 'zeta']);
});

it('prints the quarantine of a drop by file and row', async () => {
  const { tables } = stageOn(createMemoryObjects(), scratch());
  const row = (file: string, n: number): QuarantineRow => ({
    drop: 'd',
    file,
    row: n,
    code: 'ASY-2001',
    message: `line ${n}`,
    raw: null,
    rawBytes: null,
  });
  const shard = await tables.writeShard('quarantine', QuarantineRow, [row('b', 1), row('a', 10), row('a', 2)]);
  await tables.commit('quarantine', 'd', [shard]);
  await tables.commit('quarantine', 'clean', [await tables.writeShard('quarantine', QuarantineRow, [])]);
  expect((await quarantineOf(tables, 'd')).rows).toEqual([
    { file: 'a', row: 2, code: 'ASY-2001', message: 'line 2' },
    { file: 'a', row: 10, code: 'ASY-2001', message: 'line 10' },
    { file: 'b', row: 1, code: 'ASY-2001', message: 'line 1' },
  ]);
  expect(await quarantineOf(tables, 'clean')).toEqual({ rows: [] });
  await expect(quarantineOf(tables, 'gone')).rejects.toMatchObject({ code: 'ASY-1001' });
});

async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield n;
}

it.each([
  [0, [[]]],
  [3, [[0, 1, 2]]],
  [4, [[0, 1, 2], [3]]],
  [
    6,
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  ],
])('cuts %i rows into shards, at least one', async (count, expected) => {
  const written: number[][] = [];
  const shards = await writeShards(
    async (rows, n) => {
      const some: number[] = [];
      for await (const row of rows) some.push(row as number);
      written[n] = some;
      return { key: `${n}`, sha256: '', rows: some.length, bytes: 0 } satisfies Shard;
    },
    numbers(count),
    3,
  );
  expect(written).toEqual(expected);
  expect(shards).toHaveLength(expected.length);
});

it('passes rows on whole, in runs and at a pace', async () => {
  const { tables } = stageOn(createMemoryObjects(), scratch());
  expect(await shardsOf(tables, [])).toEqual([]);
  const runs = [];
  for await (const run of chunked(numbers(5), 2)) runs.push(run);
  expect(runs).toEqual([[0, 1], [2, 3], [4]]);
  const [seen, beats]: [number[], number[]] = [[], []];
  for await (const n of paced(numbers(5), (done) => beats.push(done), 2)) seen.push(n);
  expect(seen).toEqual([0, 1, 2, 3, 4]);
  expect(beats).toEqual([2, 4]);
});
