import { expect, it } from 'vitest';
import { checkConsent } from '../../activities/drop-terms.ts';
import { DropManifest } from '../../schemas/drop.ts';
import { faults, ingestDrop, jsonl } from '../support/ingest-drop.ts';

const row = (i: number, consent: unknown) => ({
  id: `r${i}`,
  prompt: `p${i}`,
  chosen: `good ${i}`,
  rejected: `bad ${i}`,
  consent,
});

it('a row whose person did not consent to every purpose of the drop goes to quarantine, the others stay', async () => {
  const rows = [row(1, 'yes'), row(2, 'no'), row(3, ['research']), row(4, 'research, sale'), row(5, undefined)];
  const { items, quarantine, result } = await ingestDrop(
    { 'rows.jsonl': jsonl(...rows) },
    { format: 'trl-preference', purpose: ['research', 'sale'], consentColumn: 'consent' },
  );
  expect(new Set(items.map(({ externalId }) => externalId))).toEqual(new Set(['r1', 'r4']));
  expect(faults(quarantine)).toEqual([2, 3, 5].map((n) => ['rows.jsonl', n, 'ASY-6555']));
  expect(quarantine.map(({ message }) => message)).toEqual([
    'consent: no consent to research, sale',
    'consent: no consent to sale',
    'consent: no consent to research, sale',
  ]);
  expect(result.counts).toMatchObject({ rowsIn: 5, rowsOut: 2, quarantined: 3 });
});

it('a row without the column, or that is no row, says nothing of a consent', () => {
  const manifest = { name: 'd', modality: 'text', format: 'jsonl', license: 'MIT', purpose: ['research'] };
  const asking = DropManifest.parse({ ...manifest, consentColumn: 'toString' });
  for (const value of [{}, null, 7, 'yes'])
    expect(() => checkConsent(asking, value)).toThrow(expect.objectContaining({ code: 'ASY-6555' }));
  expect(() => checkConsent(asking, { toString: true })).not.toThrow();
  expect(() => checkConsent(DropManifest.parse(manifest), null)).not.toThrow();
});

it('a drop without a stated consent is refused where its pipeline asks for one', async () => {
  const files = { 'rows.jsonl': jsonl(row(1, 'yes')), 'pipeline.yaml': 'privacy: {consent: required}\n' };
  const drop = { format: 'trl-preference' } as const;
  await expect(ingestDrop(files, drop)).rejects.toMatchObject({ code: 'ASY-6556' });
  expect((await ingestDrop(files, { ...drop, consent: 'form 3, 2026' })).items).toHaveLength(1);
  expect((await ingestDrop(files, { ...drop, consentColumn: 'consent' })).items).toHaveLength(1);
});

it('a drop whose files are all gone is not ingested as an empty one, whatever drop.json names', async () => {
  const none = ingestDrop({}, { format: 'trl-preference', files: ['rows.jsonl'] });
  await expect(none).rejects.toMatchObject({ code: 'ASY-1012' });
});
