import sharp from 'sharp';
import { expect, it } from 'vitest';
import { createTableStore } from '../../../activities/adapters/tables.ts';
import { sha256 } from '../../../models/hash.ts';
import { HeatmapRow } from '../../../schemas/heatmap.ts';
import { keys } from '../../../schemas/keys.ts';
import { erase } from '../../support/erasing.ts';
import { ingestDrop, jsonl, tempDir } from '../../support/ingest-drop.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';

const png = (grey: number) =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: grey, g: grey, b: grey } } })
    .png()
    .toBuffer();

it('removes pictures that only their rows show, with what was made of them', async () => {
  const [own, shared, other] = await Promise.all([png(10), png(20), png(30)]);
  const row = (id: string, person: string, file: string) => ({ id, person, prompt: id, responses: [{ file }] });
  const objects = createMemoryObjects();
  const { items } = await ingestDrop(
    {
      'rows.jsonl': jsonl(
        row('a', 'ann', 'own.png'),
        row('b', 'ann', 'shared.png'),
        row('c', 'ben', 'shared.png'),
        row('d', 'ben', 'other.png'),
      ),
      'own.png': own,
      'shared.png': shared,
      'other.png': other,
    },
    { format: 'assay', modality: 'image', subjectColumn: 'person', objects },
  );
  const [hers, , his] = items.map(({ id }) => id) as [string, string, string];
  const tables = createTableStore({ objects, tempDir });
  const map = (item: string) => keys.heatmap(item, 'implausibility.0123456789abcdef');
  const heatmap = (item: string): HeatmapRow => ({
    item,
    response: 0,
    kind: 'implausibility',
    source: 'merged',
    model: null,
    version: null,
    width: 8,
    height: 8,
    annotators: 1,
    mass: 0,
    peak: 0,
    words: null,
    key: map(item),
    sha256: sha256('map'),
    overlay: null,
  });
  for (const item of [hers, his]) await objects.put(map(item), 'map');
  await tables.commit('heatmaps', 'drop', [await tables.writeShard('heatmaps', HeatmapRow, [hers, his].map(heatmap))]);
  for (const bytes of [own, shared]) await objects.put(keys.rendition(sha256(bytes), 'small.webp'), 'small');

  const report = await erase(objects, 'ann');
  expect(report.reached).toMatchObject({ rows: 2, items: 2, heatmaps: 1, media: 1 });
  const there = async (key: string) => (await objects.head(key)) !== null;
  expect(await there(keys.media(sha256(own)))).toBe(false);
  expect(await there(keys.rendition(sha256(own), 'small.webp'))).toBe(false);
  expect(await there(keys.dropFile('drop', 'own.png'))).toBe(false);
  expect(await there(map(hers))).toBe(false);
  expect(await there(keys.media(sha256(shared)))).toBe(true);
  expect(await there(keys.rendition(sha256(shared), 'small.webp'))).toBe(true);
  expect(await there(keys.dropFile('drop', 'shared.png'))).toBe(true);
  expect(await there(keys.media(sha256(other)))).toBe(true);
  const left = await tables.find('heatmaps', 'drop');
  expect(left === null ? [] : (await Array.fromAsync(tables.read(left, HeatmapRow))).map(({ item }) => item)).toEqual([
    his,
  ]);
  expect(objects.older().filter(({ key }) => /^(drops|media|renditions)/.test(key))).toEqual([]);
});
