import { describe, expect, it } from 'vitest';
import { createTableStore } from '../../activities/adapters/tables.ts';
import { findItem } from '../../activities/item-catalog.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { HeatmapRow } from '../../schemas/heatmap.ts';
import { Item } from '../../schemas/item.ts';
import { Score } from '../../schemas/score.ts';
import { annotation } from '../support/annotations.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const item = (n: number, externalId: string): Item => ({
  id: `it_${String(n).padStart(32, '0')}`,
  externalId,
  modality: 'text',
  language: 'en',
  translatedFrom: null,
  domain: null,
  group: 'g',
  prompt: [{ role: 'user', content: 'p' }],
  promptMedia: null,
  responses: [{ model: null, text: 'r', media: null }],
  contentHash: 'b'.repeat(64),
  origin: { drop: 'd', file: 'a.jsonl', row: n, license: 'MIT', subject: null },
});
/** Ids that producers, or attackers, choose: quotes, comments, and what `TableStore.query` reads as a table's place. */
const NAMES = ["o'hara", "'; DROP TABLE x; --", '{items}', "'{items}'", "x' OR ''='", '\\', 'плюс 1', '" OR 1=1'];

const setup = async () => {
  const tables = createTableStore({ objects: createMemoryObjects(), tempDir: scratch() });
  const items = NAMES.map((name, n) => item(n, name));
  await tables.commit('items', 'd', [await tables.writeShard('items', Item, items)]);
  const vote = annotation('p', { task: 'binary', value: { response: 0, good: true } }, { item: items[2]?.id ?? '' });
  await tables.commit('annotations', 'd', [await tables.writeShard('annotations', Annotation, [vote])]);
  return { tables, items, vote };
};

describe('findItem', () => {
  it('finds an item by either id, whatever stands in it, with its annotations', async () => {
    const { tables, items, vote } = await setup();
    for (const expected of items) {
      for (const id of [expected.id, expected.externalId as string])
        expect((await findItem(tables, 'd', id)).item).toEqual(expected);
    }
    expect((await findItem(tables, 'd', '{items}')).annotations).toEqual([vote]);
  });

  it('brings what its run made of it: labels, scores, and heatmaps of people before those of a model', async () => {
    const { tables, items } = await setup();
    const [{ id } = { id: '' }, other] = items;
    const map = (of: string, source: 'merged' | 'predicted', kind: 'implausibility' | 'misalignment'): HeatmapRow => ({
      item: of,
      response: 0,
      kind,
      source,
      model: null,
      version: null,
      width: 2,
      height: 2,
      annotators: 1,
      mass: 0.5,
      peak: 1,
      words: null,
      key: `heatmaps/${of}/${kind}.png`,
      sha256: 'c'.repeat(64),
      overlay: null,
    });
    const score: Score = {
      item: id,
      response: 0,
      model: 'm',
      version: 'v',
      aspect: 'overall',
      value: 1,
      std: null,
      ood: null,
      segments: null,
    };
    const commit = async (partition: string, rows: HeatmapRow[]) =>
      tables.commit('heatmaps', partition, [await tables.writeShard('heatmaps', HeatmapRow, rows)]);
    await commit('d', [map(id, 'merged', 'misalignment'), map(id, 'merged', 'implausibility')]);
    await commit('d/predicted', [
      map(other?.id ?? '', 'predicted', 'implausibility'),
      map(id, 'predicted', 'implausibility'),
    ]);
    await tables.commit('scores', 'd', [await tables.writeShard('scores', Score, [score])]);
    const found = await findItem(tables, 'd', id);
    expect(found.heatmaps.map(({ item: of, source, kind }) => [of, source, kind])).toEqual([
      [id, 'merged', 'implausibility'],
      [id, 'merged', 'misalignment'],
      [id, 'predicted', 'implausibility'],
    ]);
    expect(found.scores).toEqual([score]);
    expect(found.labels).toEqual([]);
  });

  it.each(["' OR 1=1 --", '{annotations}', '{', '%', '', '\u0000', "\u0000' OR 1=1"])('no item %j', async (id) => {
    const { tables } = await setup();
    await expect(findItem(tables, 'd', id)).rejects.toMatchObject({ code: 'ASY-6004' });
  });

  it('no such drop', async () => {
    const { tables } = await setup();
    await expect(findItem(tables, 'none', 'x')).rejects.toMatchObject({ code: 'ASY-1001' });
  });
});
