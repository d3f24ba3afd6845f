import { describe, expect, it } from 'vitest';
import { openDataset, openLineage, showDataset } from '../../../activities/dataset/catalog.ts';
import { exportToFolder } from '../../../activities/dataset/export-folder.ts';
import { verifyDataset } from '../../../activities/dataset/verify.ts';
import { waive, waiversOf } from '../../../activities/dataset/waivers.ts';
import { keys } from '../../../schemas/keys.ts';
import { exporting, runCuration } from '../../support/curation.ts';
import { NAME, PLAIN, type Published, publishedPairs } from '../../support/published.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-01T12:00:00Z');
const SALE = { export: { purpose: ['sale'] } };

/** Planted pairs of a drop whose drop.json says so. */
const stage = async (terms: object = {}): Promise<Published> => {
  const made = await publishedPairs(12);
  const manifest = {
    name: NAME,
    modality: 'text',
    format: 'jsonl',
    license: 'CC-BY-4.0',
    purpose: ['research'],
    ...terms,
  };
  await made.objects.put(keys.dropManifest(NAME), JSON.stringify(manifest));
  return made;
};
const curate = (made: Published, given: { export?: object }, now = NOW) =>
  runCuration({ ...made, now: () => now } as Published, NAME, made.refs, {
    ...PLAIN,
    export: { formats: ['parquet'], ...given.export },
  });
const asking = { name: NAME, rule: 'purpose', by: 'ann', note: 'signed off in #12', until: '2026-03-10' };
const datasetKeys = ({ objects }: Published): string[] =>
  [...objects.entries.keys()].filter((key) => key.startsWith(keys.datasetVersions(NAME)));

describe('checkPermits: what an export asks of the terms of its rows', () => {
  it('changes nothing where nothing is asked: not a version, not a byte of a manifest', async () => {
    const made = await stage();
    const before = (await curate(made, {})).dataset.version;
    await waive(made.objects, asking, NOW);
    expect((await curate(made, {})).dataset.version).toBe(before);
    const body = (await made.objects.get(keys.datasetFile(NAME, before, 'manifest.json'))).toString();
    expect(body).not.toContain('waivers');
    expect(await openDataset(made.objects, NAME)).not.toHaveProperty('waivers');
  });

  it.each([
    [SALE, 'purpose sale is not among those of 12 rows of planted'],
    [{ export: { requireConsent: true } }, 'no consent is stated for 12 rows of planted'],
    [{ export: { licences: ['MIT'] } }, 'licence cc-by-4.0 of 12 rows of planted is not among those allowed'],
  ])('refuses %j before any row is written', async (given, said) => {
    const made = await stage();
    await expect(curate(made, given)).rejects.toMatchObject({ code: 'ASY-6552' });
    await expect(curate(made, given)).rejects.toThrow(said);
    expect(datasetKeys(made).filter((key) => /\/(data|exports|manifest|selection)/.test(key))).toEqual([]);
  });

  it('lets pass what the drop allows', async () => {
    const made = await stage({ purpose: ['Sale', 'research'], consent: 'form 3', license: 'mit' });
    const given = { export: { purpose: ['sale'], requireConsent: true, licences: ['cc-by-4.0'] } };
    expect((await curate(made, given)).dataset.rows).toBe(12);
  });

  it('is asked again when drop.json says otherwise', async () => {
    const made = await stage({ purpose: ['sale'] });
    await curate(made, SALE);
    await made.objects.put(
      keys.dropManifest(NAME),
      JSON.stringify({ name: NAME, modality: 'text', format: 'jsonl', license: 'CC-BY-4.0', purpose: ['research'] }),
    );
    await expect(curate(made, SALE)).rejects.toMatchObject({ code: 'ASY-6552' });
  });
});

describe('a waiver', () => {
  it('lets the export pass, and is in manifest, card and lineage', async () => {
    const made = await stage();
    const { objects } = made;
    const waiver = await waive(objects, asking, NOW);
    expect(waiver).toEqual({
      number: 1,
      rule: 'purpose',
      by: 'ann',
      note: 'signed off in #12',
      at: '2026-03-01T12:00:00.000Z',
      until: '2026-03-11T00:00:00.000Z',
    });
    const { version } = (await curate(made, SALE)).dataset;
    const manifest = await openDataset(objects, NAME);
    expect(manifest).toMatchObject({ version, waivers: [waiver] });
    expect((await openLineage(objects, manifest)).waivers).toEqual([waiver]);
    expect((await showDataset(objects, NAME)).waivers).toEqual([waiver]);
    const card = (await objects.get(keys.datasetFile(NAME, version, 'card.md'))).toString();
    expect(card).toContain('| purpose | ann | signed off in #12 |');
    expect(await verifyDataset(made, NAME)).toMatchObject({ ok: true });
    // Of another rule, it is not of this version; of the same, the newest counts.
    await waive(objects, { ...asking, rule: 'consent' }, NOW);
    expect((await curate(made, SALE)).dataset.version).toBe(version);
    await waive(objects, { ...asking, by: 'bob' }, NOW);
    const second = await curate(made, SALE);
    expect(second.dataset.version).not.toBe(version);
    expect((await openDataset(objects, NAME)).waivers).toMatchObject([{ number: 3, by: 'bob' }]);
  });

  it('is of its rule alone', async () => {
    const made = await stage();
    await waive(made.objects, { ...asking, rule: 'licence' }, NOW);
    await expect(curate(made, SALE)).rejects.toMatchObject({ code: 'ASY-6552' });
    const both = { export: { purpose: ['sale'], licences: ['MIT'] } };
    await expect(curate(made, both)).rejects.toThrow(/^((?!licence cc-by).)*$/);
  });

  it('counts from when it was recorded to the end of its last day, and no longer', async () => {
    const made = await stage();
    const { objects } = made;
    await waive(objects, asking, NOW);
    const end = Date.parse('2026-03-11T00:00:00Z');
    await expect(curate(made, SALE, NOW - 1)).rejects.toMatchObject({ code: 'ASY-6552' });
    await expect(curate(made, SALE, end)).rejects.toMatchObject({ code: 'ASY-6552' });
    await curate(made, SALE, end - 1);
    // What was published stays as it is; what is made of it later asks again.
    const later = (now: number) =>
      exportToFolder(
        { ...made, ...exporting(), now: () => now },
        { name: NAME, format: 'trl-sft' },
        async (path) => path,
      );
    expect((await later(end - 1)).rows).toBeGreaterThan(0);
    await expect(later(end)).rejects.toMatchObject({ code: 'ASY-6554' });
    await waive(objects, { ...asking, until: '2026-04-01' }, end);
    expect((await later(end)).rows).toBeGreaterThan(0);
  });

  it.each([
    [{ rule: 'contract' }, /not one of purpose, consent, licence/],
    [{ until: '2026-02-28' }, /has passed/],
    [{ until: 'soon' }, /no date/],
    [{ note: '  ' }, /note/],
    [{ by: '' }, /by/],
    [{ name: '../up' }, /no dataset/],
  ])('is refused with %j, and nothing is recorded', async (over, said) => {
    const { objects } = await stage();
    const wanted = waive(objects, { ...asking, ...over }, NOW);
    await expect(wanted).rejects.toMatchObject({ code: 'ASY-6553' });
    await expect(wanted).rejects.toThrow(said);
    expect(await waiversOf(objects, NAME)).toEqual([]);
  });

  it('has a number of its own where two are recorded at once', async () => {
    const { objects } = await stage();
    const both = await Promise.all([waive(objects, asking, NOW), waive(objects, { ...asking, by: 'bob' }, NOW + DAY)]);
    expect(new Set(both.map(({ number }) => number))).toEqual(new Set([1, 2]));
    expect((await waiversOf(objects, NAME)).map(({ by }) => by).sort()).toEqual(['ann', 'bob']);
  });
});
