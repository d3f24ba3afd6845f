import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { expect, it } from 'vitest';
import { writeTars } from '../../../activities/dataset/tar-shards.ts';
import { webdataset } from '../../../activities/exporters/webdataset.ts';
import { contextOf, datasetRow, imageResponse, mediaOf, streamed } from '../../support/exporting.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';

const entriesOf = async (tar: Buffer): Promise<[string, Buffer][]> => {
  const found: [string, Buffer][] = [];
  const reading = extract();
  reading.end(tar);
  for await (const entry of reading) found.push([entry.header.name, await buffer(entry)]);
  return found;
};

const media = { a: mediaOf('a'), b: mediaOf('b', 'image/png'), c: mediaOf('c') };

const ROWS = [
  datasetRow(1, {
    responses: [imageResponse(media.a, 'm'), imageResponse(media.b, 'n')],
    chosen: 1,
    rejected: 0,
    scores: [2, -0.5],
  }),
  datasetRow(2, { responses: [imageResponse(media.c)], rating: 4, ratings: { beauty: 4, truth: 3.5 } }),
];

const written = async () => {
  const objects = createMemoryObjects();
  for (const { sha256 } of Object.values(media)) await objects.put(`media/${sha256}`, `bytes of ${sha256[0]}`);
  const samples = ROWS.flatMap((row) => {
    const exported = webdataset.rowsOf(row, contextOf());
    return 'rows' in exported ? exported.rows : [];
  });
  const place = { folder: 'exports/webdataset', keyOf: (path: string) => path };
  const placeOf = (path: string) => ({ key: `media/${path.slice(7, 71)}`, bytes: 10 });
  const files = await writeTars(objects, place, 'train', streamed(samples), placeOf);
  return { objects, files };
};

it('writes a medium and its JSON under one key, an archive for each kind of file', async () => {
  const { objects, files } = await written();
  expect(files.map(({ path, rows }) => [path, rows])).toEqual([
    ['exports/webdataset/train-jpg-000000.tar', 2],
    ['exports/webdataset/train-png-000000.tar', 1],
  ]);
  const [first, second] = [1, 2].map((n) => `it_${String(n).padStart(32, '0')}-0`);
  const jpg = await entriesOf(await objects.get(files[0]?.path ?? ''));
  expect(jpg.map(([name]) => name)).toEqual([`${first}.jpg`, `${first}.json`, `${second}.jpg`, `${second}.json`]);
  expect(jpg[0]?.[1].toString()).toBe('bytes of a');
  // Whole figures have a point, so that all samples have one type.
  expect(jpg[1]?.[1].toString()).toContain('"preferred":false,"good":null,"rating":null,"ratings":[],"score":2.0,');
  expect(jpg[3]?.[1].toString()).toContain(
    '"rating":4.0,"ratings":[{"aspect":"beauty","value":4.0},{"aspect":"truth","value":3.5}]',
  );
  const png = await entriesOf(await objects.get(files[1]?.path ?? ''));
  expect(JSON.parse(png[1]?.[1].toString() ?? '')).toMatchObject({
    preferred: true,
    score: -0.5,
    model: 'n',
    response: 1,
  });
});

it('writes equal bytes twice', async () => {
  const [one, two] = [await written(), await written()];
  expect(two.files).toEqual(one.files);
  expect(one.files.every(({ bytes }) => bytes > 0 && bytes % 512 === 0)).toBe(true);
});

it('fails where a medium is gone', async () => {
  const { objects } = await written();
  const sample = webdataset.rowsOf(ROWS[1] ?? datasetRow(1, { responses: [] }), contextOf());
  const rows = 'rows' in sample ? sample.rows : [];
  const place = { folder: 'x', keyOf: (path: string) => path };
  const lost = writeTars(objects, place, 'train', streamed(rows), () => ({ key: 'media/none', bytes: 10 }));
  await expect(lost).rejects.toMatchObject({ code: 'ASY-3002' });
});
