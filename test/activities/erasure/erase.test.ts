import { describe, expect, it } from 'vitest';
import { createTableStore } from '../../../activities/adapters/tables.ts';
import { openDataset } from '../../../activities/dataset/catalog.ts';
import { checkProof, readProof } from '../../../activities/erasure/proof.ts';
import { putPolicy } from '../../../activities/retention/policies.ts';
import { sha256, subjectHash } from '../../../models/hash.ts';
import { keys } from '../../../schemas/keys.ts';
import { copyOf, erase, holding, runDrop } from '../../support/erasing.ts';
import { failingObjects, Killed } from '../../support/failing-objects.ts';
import { type DropOptions, ingestDrop, SUBJECT_KEY, tempDir } from '../../support/ingest-drop.ts';
import { createMemoryObjects, type MemoryObjects } from '../../support/memory-objects.ts';

const PERSON = 'maria.k@example.org';
const SECRET = 'a blue heron on my balcony';

/** Sixty pairs of twenty people; three rows are Maria's, and one that cannot be read names her. */
const lines = (): string[] => {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const own = i % 20 === 7;
    return JSON.stringify({
      id: `row-${i}`,
      prompt: `${own ? `I saw ${SECRET}, ` : ''}what is number ${i}?`,
      chosen: `Number ${i} is ${i % 7} more than ${i - (i % 7)}, because one can count it.`,
      rejected: `No idea about ${i}.`,
      person: own ? PERSON : `person-${i % 20}`,
    });
  });
  rows.splice(30, 0, `{"id": "broken", "person": "${PERSON}", "prompt": "${SECRET}`);
  return rows;
};
const own = (line: string): boolean => line.includes(PERSON);
const MANIFEST = {
  name: 'diary',
  modality: 'text',
  format: 'trl-preference',
  license: 'MIT',
  purpose: ['test'],
  subjectColumn: 'person',
} as const satisfies DropOptions;

const pushed = async (rows: readonly string[]): Promise<MemoryObjects> => {
  const objects = createMemoryObjects();
  await objects.put(keys.dropFile('diary', 'pairs.jsonl'), `${rows.join('\n')}\n`);
  await objects.put(keys.dropManifest('diary'), JSON.stringify(MANIFEST));
  return objects;
};

/** The drop with its dataset and head, made once. */
const made = (config: object) => {
  let whole: Promise<MemoryObjects> | undefined;
  const make = async (): Promise<MemoryObjects> => {
    const objects = await pushed(lines());
    await runDrop(objects, 'diary', config);
    return objects;
  };
  return async (): Promise<MemoryObjects> => copyOf(await (whole ??= make()));
};
const ran = made({});
/** Without a head: what takes the time is its training. */
const PLAIN = { train: { minPairs: 10_000 } };
const ranPlain = made(PLAIN);

/** What stands in the bucket, by hash; but proofs, which count attempts, and plans of ingest, which go by the clock. */
const standing = (objects: MemoryObjects): Record<string, string> =>
  Object.fromEntries(
    [...objects.entries]
      .filter(([key]) => !/^erasures\/[^/]+\.json$|^runs\/[^/]+\/ingest\//.test(key))
      .map(([key, { body }]): [string, string] => [key, sha256(body)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

describe('createErasureActivities, erasing a person', () => {
  it('leaves no version of any object with their id or their words, and everybody else’s rows', async () => {
    const objects = await ran();
    expect((await holding(objects, SECRET)).length).toBeGreaterThan(5);
    const before = await openDataset(objects, 'diary');
    const report = await erase(objects, PERSON);

    expect(await holding(objects, PERSON)).toEqual([]);
    expect(await holding(objects, SECRET)).toEqual([]);
    expect(await holding(objects, subjectHash(SUBJECT_KEY, PERSON))).toEqual([
      report.proof,
      keys.tombstone(subjectHash(SUBJECT_KEY, PERSON)),
    ]);
    expect(report.reached).toMatchObject({ rows: 4, items: 3, annotations: 3, quarantine: 1, datasets: 1, models: 1 });
    const after = await openDataset(objects, 'diary');
    expect(report.datasets).toEqual([{ name: 'diary', withdrawn: before.version, version: after.version }]);
    expect(after.rows).toBe(before.rows - 3);
    await expect(openDataset(objects, 'diary', before.version)).rejects.toMatchObject({ code: 'ASY-6404' });
    await expect(openDataset(objects, 'diary', before.version)).rejects.toThrow(after.version);
  });

  it('makes the tables, the head and the dataset that would be there had they never been', async () => {
    const objects = await ran();
    await erase(objects, PERSON);
    const never = await pushed(lines().map((line) => (own(line) ? '' : line)));
    await runDrop(never, 'diary');
    const of = (store: MemoryObjects) =>
      Object.fromEntries(
        Object.entries(standing(store)).filter(
          ([key]) =>
            /^(drops|tables\/[a-z]+\/[0-9a-f]{64}|models|datasets)/.test(key) &&
            // These count versions: of tables, and of what served before.
            !/\/(withdrawn\.json|lineage\.json|manifest\.json|promotions\/\d+\.json|releases\/\d+\.json)$/.test(key),
        ),
      );
    expect(of(objects)).toEqual(of(never));
  });

  it('proves every place, and the proof can be checked', async () => {
    const objects = await ran();
    const before = new Map([...objects.entries].map(([key, { body }]) => [key, sha256(body)]));
    const { id } = await erase(objects, PERSON);
    const proof = await readProof(objects, id);
    const places = new Map(proof?.places.map((place) => [place.key, place]));
    for (const [key, hash] of before) {
      if (key.startsWith('erasures/')) continue;
      const after = objects.entries.get(key);
      if (after !== undefined && sha256(after.body) === hash) continue;
      expect(places.get(key)).toMatchObject({ before: hash, after: after === undefined ? null : sha256(after.body) });
    }
    expect(await checkProof(objects, id)).toEqual({ ok: true, checked: proof?.places.length, mismatched: [] });
    const [removed] = proof?.places.filter(({ after }) => after === null) ?? [];
    await objects.put(removed?.key ?? '', 'back');
    expect(await checkProof(objects, id)).toMatchObject({ ok: false, mismatched: [removed?.key] });
  });

  it('refuses their rows under another name, with and without the column that names them, and keeps nothing of them', async () => {
    const objects = await ran();
    await erase(objects, PERSON);
    const rows = lines().filter((line) => !line.includes('broken'));
    const named = await ingestDrop({ 'again.jsonl': rows.join('\n') }, { ...MANIFEST, name: 'again', objects });
    expect(named.quarantine.map(({ row, code, raw }) => [row, code, raw])).toEqual(
      [8, 28, 48].map((row) => [row, 'ASY-6403', null]),
    );
    const bare = rows.map((line) =>
      JSON.stringify({ ...(JSON.parse(line) as object), person: undefined, id: undefined }),
    );
    const { subjectColumn: _, ...unnamed } = MANIFEST;
    const other = await ingestDrop({ 'bare.jsonl': bare.join('\n') }, { ...unnamed, name: 'bare', objects });
    expect(other.quarantine.map(({ row, code }) => [row, code])).toEqual([8, 28, 48].map((row) => [row, 'ASY-6403']));
    expect(other.items).toHaveLength(57);
  });

  it('lets the row that had lost to theirs take its place', async () => {
    const pair = (person: string) => ({ id: PERSON, prompt: 'q', chosen: 'a', rejected: `of ${person}`, person });
    const objects = createMemoryObjects();
    const files = { 'pairs.jsonl': [pair(PERSON), pair('ben')].map((row) => JSON.stringify(row)).join('\n') };
    const { quarantine, result } = await ingestDrop(files, { ...MANIFEST, objects });
    expect(quarantine.map(({ row, code }) => [row, code])).toEqual([[2, 'ASY-2004']]);
    // Samples go into histories, which nobody erases: a row's own id may be a person's.
    expect(JSON.stringify(result.samples)).not.toContain(PERSON);
    await erase(objects, PERSON);
    const items = await createTableStore({ objects, tempDir }).find('items', 'diary');
    expect(items?.rows).toBe(1);
    expect(await holding(objects, `of ${PERSON}`)).toEqual([]);
    expect(await holding(objects, 'of ben')).toContain(keys.dropFile('diary', 'pairs.jsonl'));
  });

  it('refuses somebody nobody knows, and a person whose run is under way, and changes nothing', async () => {
    const objects = await ran();
    const before = standing(objects);
    await expect(erase(objects, 'nobody')).rejects.toMatchObject({ code: 'ASY-6401' });
    await expect(erase(objects, PERSON, { running: ['diary'] })).rejects.toMatchObject({ code: 'ASY-6402' });
    expect(standing(objects)).toEqual(before);
    await erase(objects, PERSON);
    await expect(erase(objects, PERSON)).rejects.toMatchObject({ code: 'ASY-6401' });
  });
});

describe('an erasure of what is held', () => {
  const rules = [{ class: 'caches' as const, days: 9, evenIfTraced: false }];
  const held = (over: { drops?: string[]; datasets?: string[]; subjects?: string[] }) => ({
    rules,
    holds: [{ drops: [], datasets: [], subjects: [], reason: 'case 7', by: 'counsel', ...over }],
    by: 'test',
    at: '2026-01-01T00:00:00.000Z',
  });

  it.each([
    ['the person', { subjects: [subjectHash(SUBJECT_KEY, PERSON)] }],
    ['a drop with their rows', { drops: ['dia*'] }],
    ['a dataset made from their rows', { datasets: ['diary'] }],
  ])('is refused while a hold names %s, and changes nothing', async (_, over) => {
    const objects = await ranPlain();
    await putPolicy(objects, held({ drops: ['other'], subjects: [subjectHash(SUBJECT_KEY, 'ben')] }));
    await putPolicy(objects, held(over));
    const before = standing(objects);
    await expect(erase(objects, PERSON, { config: PLAIN })).rejects.toMatchObject({
      code: 'ASY-6406',
      message: 'nothing of this person may go: held by counsel, case 7',
    });
    expect(standing(objects)).toEqual(before);
  });

  it('goes on once the hold has ended', async () => {
    const objects = await ranPlain();
    await putPolicy(objects, held({ drops: ['diary'] }));
    await expect(erase(objects, PERSON, { config: PLAIN })).rejects.toMatchObject({ code: 'ASY-6406' });
    await putPolicy(objects, held({ drops: ['other'] }));
    expect((await erase(objects, PERSON, { config: PLAIN })).reached).toMatchObject({ items: 3 });
  });
});

describe('an erasure that is interrupted', () => {
  const steps = ['heads', 'rewrite diary', 'again diary', 'sweep', 'prove', 'end'];
  let undisturbed: Promise<Record<string, string>> | undefined;
  /** What an erasure that nobody interrupts leaves, made once. */
  const calm = () =>
    (undisturbed ??= (async () => {
      const objects = await ranPlain();
      await erase(objects, PERSON, { config: PLAIN });
      expect(await holding(objects, SECRET)).toEqual([]);
      return standing(objects);
    })());

  it.each(steps)('before “%s” ends the same when it is taken up', async (at) => {
    const objects = await ranPlain();
    const step = (name: string) => {
      if (name === at) throw new Killed(name);
    };
    await expect(erase(objects, PERSON, { config: PLAIN, step })).rejects.toBeInstanceOf(Killed);
    if (at !== 'end') await erase(objects, PERSON, { config: PLAIN });
    expect(standing(objects)).toEqual(await calm());
    expect(objects.older().filter(({ key }) => key.startsWith('drops/'))).toEqual([]);
  });

  it('ends the same wherever the store fails', async () => {
    const counting = failingObjects(await ranPlain(), Number.POSITIVE_INFINITY, false);
    await erase(counting, PERSON, { config: PLAIN });
    const calls = counting.calls();
    for (let at = 20; at < calls; at += Math.ceil(calls / 5)) {
      const objects = await ranPlain();
      const failing = failingObjects(objects, at, at % 2 === 0);
      await expect(erase(failing, PERSON, { config: PLAIN })).rejects.toBeInstanceOf(Killed);
      // What failed may have been the last: then there is nobody left to erase.
      const again = erase(objects, PERSON, { config: PLAIN });
      await again.catch((error: { code?: string }) => expect(error.code).toBe('ASY-6401'));
      expect([at, standing(objects)]).toEqual([at, await calm()]);
    }
  }, 120_000);
});
