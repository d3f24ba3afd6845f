import { describe, expect, it } from 'vitest';
import { createTableStore } from '../../../activities/adapters/tables.ts';
import { verifyDataset } from '../../../activities/dataset/verify.ts';
import { quarantineOf } from '../../../activities/drop-catalog.ts';
import { createIngestActivities } from '../../../activities/ingest.ts';
import type { ObjectStore } from '../../../activities/ports.ts';
import { createRetentionActivities } from '../../../activities/retain.ts';
import { parseRetention, putPolicy } from '../../../activities/retention/policies.ts';
import { nextRetention } from '../../../activities/retention/records.ts';
import { subjectHash } from '../../../models/hash.ts';
import { keys } from '../../../schemas/keys.ts';
import { Retention, RetentionRecord } from '../../../schemas/retention.ts';
import { idle } from '../../support/curation.ts';
import { copyOf, runDrop } from '../../support/erasing.ts';
import { failingObjects, Killed } from '../../support/failing-objects.ts';
import { ingestDrop, SUBJECT_KEY, tempDir } from '../../support/ingest-drop.ts';
import { createMemoryObjects, type MemoryObjects } from '../../support/memory-objects.ts';

const DAY = 86_400_000;
const version = '0123456789abcdef';
const rows = (who: string) =>
  Array.from({ length: 12 }, (_, i) =>
    JSON.stringify({
      id: `r${i}`,
      prompt: `what is ${i}?`,
      chosen: `${i} is ${i}.`,
      rejected: 'No idea.',
      who: `${who}${i}`,
    }),
  );
const ON = { format: 'trl-preference', subjectColumn: 'who' } as const;

/** `published` has a dataset, `plain` only ended, `waiting` has not; each has two broken rows, in one version before. */
const bucket = async (): Promise<MemoryObjects> => {
  const objects = createMemoryObjects();
  for (const name of ['published', 'plain', 'waiting']) {
    await objects.put(keys.dropFile(name, 'rows.jsonl'), 'an older version');
    const body = [...rows(name), '{"broken', 'not JSON'].join('\n');
    await ingestDrop({ 'rows.jsonl': body }, { ...ON, name, objects });
  }
  await runDrop(objects, 'published', { train: { minPairs: 1_000 }, export: { formats: ['parquet'] } });
  await objects.put(keys.report('plain'), JSON.stringify({ status: 'rejected', datasets: [], models: [] }));
  await objects.put(keys.datasetFile('half', version, 'data/train-000000.parquet'), 'rows');
  await objects.put(keys.examined('plain', 'examine-ab', 'cd'), 'findings');
  await objects.put(keys.examined('published', 'examine-ab', 'cd'), 'findings');
  return objects;
};

/** Objects in memory are written in the first milliseconds there are; `days` have passed. */
const retain = async (objects: ObjectStore, days: number, id = 'run-1', beat: () => void = () => undefined) => {
  const tables = createTableStore({ objects, tempDir });
  const progress = () => ({ ...idle(), heartbeat: beat });
  const activities = createRetentionActivities({ objects, tables, progress, now: () => days * DAY + 10_000 });
  const { parts } = await activities.planRetention({ id });
  for (let part = 0; part < parts; part++) await activities.removeExpired({ id, part });
  return activities.recordRetention({ id });
};
const put = async (objects: ObjectStore, given: object): Promise<void> => {
  const at = '2026-01-01T00:00:00.000Z';
  await putPolicy(objects, { ...Retention.parse(given), by: 'ann', at });
};
const keysOf = ({ entries }: MemoryObjects, prefix: string): string[] =>
  [...entries.keys()].filter((key) => key.startsWith(prefix)).sort();
/** Everything that any version holds. */
const bytesOf = (objects: MemoryObjects): string =>
  [...objects.entries.values(), ...objects.older()].map(({ body }) => body.toString('latin1')).join('\n');

const RULES = {
  rules: [
    { class: 'raw', days: 30 },
    { class: 'quarantine', days: 30 },
    { class: 'caches', days: 30 },
    { class: 'unfinished', days: 30 },
  ],
};

let whole: Promise<MemoryObjects> | undefined;
/** With older versions: copies leave them behind. */
const fresh = async (): Promise<MemoryObjects> => {
  const objects = await copyOf(await (whole ??= bucket()));
  const key = keys.dropFile('plain', 'rows.jsonl');
  const body = await objects.get(key);
  await objects.put(key, 'an older version');
  await objects.put(key, body);
  return objects;
};

describe('retention', () => {
  it('keeps on day N and removes on day N + 1: every version of what nothing needs, and nothing else', async () => {
    const objects = await fresh();
    await put(objects, RULES);
    const before = keysOf(objects, '').filter((key) => !key.startsWith('retention/'));
    expect(await retain(objects, 29, 'run-0')).toMatchObject({ removed: 0, changed: 0, policy: 1 });
    expect(keysOf(objects, '').filter((key) => !key.startsWith('retention/'))).toEqual(before);

    const record = await retain(objects, 30);
    const after = keysOf(objects, '').filter((key) => !key.startsWith('retention/'));
    const gone = before.filter((key) => !after.includes(key));
    expect(gone.filter((key) => !/^(encoded|tables\/quarantine)\//.test(key))).toEqual([
      keys.datasetFile('half', version, 'data/train-000000.parquet'),
      keys.dropFile('plain', 'rows.jsonl'),
      keys.examined('plain', 'examine-ab', 'cd'),
    ]);
    expect(gone.some((key) => key.startsWith('encoded/'))).toBe(true);
    expect(record).toMatchObject({ removed: gone.length, changed: 0 });
    expect(bytesOf(objects)).not.toContain('an older version');
    expect(keysOf(objects, 'drops/plain/')).toEqual([keys.dropManifest('plain')]);
    // Whether something goes hangs on who needs it; all of it is counted.
    const counted = record.counts.filter((count) => count.class === 'raw').map(({ reason, objects: n }) => [reason, n]);
    expect(counted).toEqual([
      ['expired', 1],
      ['run-not-ended', 1],
      ['traced', 1],
    ]);
    const tables = createTableStore({ objects, tempDir });
    expect(await verifyDataset({ objects, tables }, 'published')).toMatchObject({ ok: true });
  });

  it('takes the bytes of quarantined rows out, and leaves a quarantine that can be asked', async () => {
    const objects = await fresh();
    await put(objects, { rules: [{ class: 'quarantine', days: 1, drops: ['pl*'] }] });
    const tables = createTableStore({ objects, tempDir });
    expect((await quarantineOf(tables, 'plain')).rows).toHaveLength(2);
    expect(await retain(objects, 2)).toMatchObject({ removed: 1 });
    await objects.forget();
    expect(await quarantineOf(tables, 'plain')).toEqual({ rows: [] });
    expect((await quarantineOf(tables, 'published')).rows).toHaveLength(2);
    expect((await quarantineOf(tables, 'waiting')).rows).toHaveLength(2);
  });

  it('leaves what is held: a drop, and every drop with rows of a person', async () => {
    const objects = await fresh();
    const raw = { class: 'raw', days: 1, evenIfTraced: true };
    const held = (hold: object) => ({ rules: [raw], holds: [{ reason: 'case 7', by: 'counsel', ...hold }] });
    await put(objects, held({ drops: ['plain'] }));
    const first = await retain(objects, 9);
    expect(first.holds).toMatchObject([{ drops: ['plain'], reason: 'case 7' }]);
    expect(keysOf(objects, 'drops/published/')).toEqual([keys.dropManifest('published')]);
    expect(keysOf(objects, 'drops/plain/')).toHaveLength(2);
    // A person of another drop; `plain` has rows in quarantine, of which nobody can say whose they are.
    await put(objects, held({ subjects: [subjectHash(SUBJECT_KEY, 'published3')] }));
    expect((await retain(objects, 9, 'run-2')).removed).toBe(0);
    await put(objects, { rules: [{ class: 'quarantine', days: 1, drops: ['plain'] }, raw] });
    expect((await retain(objects, 9, 'run-3')).removed).toBe(2);
  });

  it('says a drop whose raw files went is empty, instead of ingesting nothing', async () => {
    const objects = await fresh();
    await put(objects, { rules: [{ class: 'raw', days: 1 }] });
    await retain(objects, 9);
    const tables = createTableStore({ objects, tempDir });
    const deps = { objects, tables, media: undefined as never, progress: idle, subjectKey: SUBJECT_KEY, tempDir };
    await expect(createIngestActivities(deps).planDrop({ drop: 'plain' })).rejects.toMatchObject({ code: 'ASY-1012' });
  });

  it('keeps what was written again after the plan', async () => {
    const objects = await fresh();
    await put(objects, { rules: [{ class: 'raw', days: 1 }] });
    const tables = createTableStore({ objects, tempDir });
    const activities = createRetentionActivities({ objects, tables, progress: idle, now: () => 9 * DAY });
    await activities.planRetention({ id: 'late' });
    await objects.put(keys.dropFile('plain', 'rows.jsonl'), 'pushed again');
    expect(await activities.removeExpired({ id: 'late', part: 0 })).toEqual({ removed: 0, changed: 1 });
    expect((await objects.get(keys.dropFile('plain', 'rows.jsonl'))).toString()).toBe('pushed again');
  });

  it('ends the same wherever it was cut off', async () => {
    const end = async (objects: MemoryObjects) => {
      const records = await Array.fromAsync(objects.list(keys.retentionRecords()));
      const record = RetentionRecord.parse(JSON.parse((await objects.get(records[0]?.key ?? '')).toString()));
      return { count: records.length, record, left: keysOf(objects, ''), bytes: bytesOf(objects).length };
    };
    const calm = await fresh();
    await put(calm, RULES);
    const counting = failingObjects(calm, Number.POSITIVE_INFINITY, false);
    await retain(counting, 31);
    const wanted = await end(calm);
    expect(wanted.record.removed).toBeGreaterThan(5);
    for (let at = 1; at <= counting.calls(); at += 3)
      for (const after of [false, true]) {
        const objects = await fresh();
        await put(objects, RULES);
        await expect(retain(failingObjects(objects, at, after), 31)).rejects.toBeInstanceOf(Killed);
        await retain(objects, 31);
        expect(await end(objects), `call ${at}`).toEqual(wanted);
      }
  });

  it('has a record for each run, numbered', async () => {
    const objects = await fresh();
    await put(objects, RULES);
    expect(await nextRetention(objects)).toBe(1);
    await retain(objects, 1, 'a');
    await retain(objects, 1, 'a');
    await retain(objects, 1, 'b');
    expect(await nextRetention(objects)).toBe(3);
  });

  it('removes nothing without a policy', async () => {
    await expect(retain(await fresh(), 99)).rejects.toMatchObject({ code: 'ASY-6551' });
  });
});

describe('retention.yaml', () => {
  it.each([
    ['rules: []\n', 'retention.yaml:1:8: rules'],
    ['rules:\n  - {class: raw, days: 1}\n  - {class: votes, days: 1}\n', 'retention.yaml:3:13: rules.1.class'],
    ['rules:\n  - {class: caches, days: 1, datasets: [a]}\n', 'retention.yaml:2:40: rules.0'],
    ['rules:\n  - {class: raw, days: -1}\n', 'retention.yaml:2:24: rules.0.days'],
    ['rules:\n  - {class: unfinished, days: 0}\n', 'retention.yaml:2:31: rules.0.days'],
    ['rules:\n  - {class: raw, days: 1}\nholds:\n  - {reason: r, by: b}\n', 'names no drop, no dataset and no subject'],
    ['rules:\n  - {class: raw, days: 1}\nholds:\n  - {drops: [a], by: b}\n', 'holds.0.reason'],
    ['rules:\n  - {class: raw, days: 1, drops: ["a*b*c*d*e"]}\n', 'a few'],
    ['when: {every: 1s}\nrules:\n  - {class: raw, days: 1}\n', 'when'],
    ['rules: [', 'retention.yaml:'],
  ])('%j is refused where it is wrong', (text, said) => {
    expect(() => parseRetention(text, 'retention.yaml')).toThrow(expect.objectContaining({ code: 'ASY-6550' }));
    expect(() => parseRetention(text, 'retention.yaml')).toThrow(said);
  });
});
