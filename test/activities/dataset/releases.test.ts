import { expect, it } from 'vitest';
import { createCurateActivities } from '../../../activities/curate.ts';
import { listDatasets, openDataset, showDataset } from '../../../activities/dataset/catalog.ts';
import { exportToFolder } from '../../../activities/dataset/export-folder.ts';
import { release, releasesOf, rollback } from '../../../activities/dataset/releases.ts';
import { keys } from '../../../schemas/keys.ts';
import { exporting, idle } from '../../support/curation.ts';
import { NAME, type Published, publishedPairs } from '../../support/published.ts';

const who = { name: NAME, to: null, by: 'ann', note: 'wrong seed' };

const twoVersions = async () => {
  const stage = await publishedPairs();
  const first = (await stage.curate()).dataset.version;
  const second = (await stage.curate({ curate: { seed: 7 } })).dataset.version;
  expect(second).not.toBe(first);
  return { stage, first, second };
};

const files = ({ objects }: Published) =>
  [...objects.entries]
    .filter(([key]) => !key.includes('/releases/'))
    .map(([key, { body }]) => [key, body.toString('base64')]);

it('lets the version that was published last stand, until somebody goes back', async () => {
  const { stage, first, second } = await twoVersions();
  const { objects } = stage;
  expect(await openDataset(objects, NAME)).toMatchObject({ version: second });
  const before = files(stage);

  expect(await rollback(objects, who)).toEqual({ version: first, previous: second });
  expect(await listDatasets(objects)).toMatchObject([{ name: NAME, version: first }]);
  const shown = await showDataset(objects, NAME);
  expect(shown.version).toBe(first);
  expect(shown.releases).toMatchObject([
    { version: first, kind: 'publish', previous: null },
    { version: second, kind: 'publish', previous: first },
    { version: first, kind: 'rollback', previous: second, by: 'ann', note: 'wrong seed' },
  ]);
  const exported = await exportToFolder(
    { ...stage, ...exporting() },
    { name: NAME, format: 'trl-sft' },
    async (path) => path,
  );
  expect(exported.version).toBe(first);

  // Forth again, and neither way a byte of any version is touched.
  expect(await rollback(objects, { ...who, to: second })).toEqual({ version: second, previous: first });
  expect(await openDataset(objects, NAME)).toMatchObject({ version: second });
  expect(files(stage)).toEqual(before);
});

it('is not moved by an old curation that runs again, and is by a new one', async () => {
  const { stage, first } = await twoVersions();
  await rollback(stage.objects, who);
  await stage.curate({ curate: { seed: 7 } });
  expect(await openDataset(stage.objects, NAME)).toMatchObject({ version: first });
  const third = (await stage.curate({ curate: { seed: 8 } })).dataset.version;
  expect(await openDataset(stage.objects, NAME)).toMatchObject({ version: third });
  // What stood before is what was gone back to, not what was gone back over.
  expect(await rollback(stage.objects, who)).toEqual({ version: first, previous: third });
});

it('refuses to go where nothing is', async () => {
  const { stage, first } = await twoVersions();
  const { objects } = stage;
  await rollback(objects, who);
  await expect(rollback(objects, who)).rejects.toMatchObject({ code: 'ASY-6302' });
  await expect(rollback(objects, { ...who, to: first })).rejects.toMatchObject({ code: 'ASY-6302' });
  await expect(rollback(objects, { ...who, to: '0123456789abcdef' })).rejects.toMatchObject({ code: 'ASY-6001' });
  const word = { erasure: 'er_1', at: '2026-01-01T00:00:00.000Z', version: first };
  await objects.put(keys.datasetFile(NAME, 'fedcba9876543210', 'withdrawn.json'), JSON.stringify(word));
  await expect(rollback(objects, { ...who, to: 'fedcba9876543210' })).rejects.toMatchObject({ code: 'ASY-6404' });
  await expect(rollback(objects, { ...who, name: 'nobody' })).rejects.toMatchObject({ code: 'ASY-6302' });
});

it('goes back once where two go back at once', async () => {
  const { stage, first, second } = await twoVersions();
  await stage.curate({ curate: { seed: 8 } });
  const both = await Promise.all([rollback(stage.objects, who), rollback(stage.objects, { ...who, by: 'bob' })]);
  expect(both.map(({ version }) => version)).toEqual([second, second]);
  expect((await releasesOf(stage.objects, NAME)).records.map(({ version }) => version)).toEqual([
    first,
    second,
    expect.any(String),
    second,
  ]);
});

it('keeps every one of versions that are released at once', async () => {
  const { stage } = await twoVersions();
  await Promise.all(['a', 'b', 'c'].map((version) => release(stage.objects, 'other', version)));
  const { records } = await releasesOf(stage.objects, 'other');
  expect(records.map(({ version }) => version).sort()).toEqual(['a', 'b', 'c']);
  expect(records.map(({ previous }) => previous)).toEqual([null, ...records.slice(0, 2).map(({ version }) => version)]);
});

it('publishes a version once when two curate it at once: one manifest, one release, one id', async () => {
  const stage = await publishedPairs();
  const { input, formats, dataset } = await stage.curate();
  const { version } = dataset;
  const standing = await stage.objects.get(keys.datasetFile(NAME, version, 'manifest.json'));
  for (const key of ['manifest.json', 'card.md', 'lineage.json'])
    await stage.objects.delete(keys.datasetFile(NAME, version, key));
  await stage.objects.delete(keys.datasetRelease(NAME, 1));
  let created = 0;
  const objects = {
    ...stage.objects,
    create: async (...args: Parameters<typeof stage.objects.create>) => {
      const won = await stage.objects.create(...args);
      if (won && args[0].endsWith('/manifest.json')) created++;
      return won;
    },
  };
  const workers = [1, 2].map(() => createCurateActivities({ ...stage, ...exporting(), objects, progress: idle }));
  const refs = await Promise.all(workers.map((worker) => worker.publishDataset({ ...input, version, formats })));
  expect(refs).toEqual([dataset, dataset]);
  expect(created).toBe(1);
  expect(await stage.objects.get(keys.datasetFile(NAME, version, 'manifest.json'))).toEqual(standing);
  expect((await releasesOf(stage.objects, NAME)).records).toHaveLength(1);
});
