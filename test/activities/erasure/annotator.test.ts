import { beforeAll, describe, expect, it } from 'vitest';
import { createTableStore } from '../../../activities/adapters/tables.ts';
import { createAnnotateActivities } from '../../../activities/annotate.ts';
import { createAnnotatorCatalog } from '../../../activities/annotator-catalog.ts';
import { createEntryLog } from '../../../activities/evalgen/entries.ts';
import { studyOf } from '../../../activities/evalgen/study.ts';
import { subjectHash } from '../../../models/hash.ts';
import { Annotation } from '../../../schemas/annotation.ts';
import type { VoteBody } from '../../../schemas/batch.ts';
import type { ErasureReport } from '../../../schemas/erasure.ts';
import { keys } from '../../../schemas/keys.ts';
import { storeNote, storeVote } from '../../../server/batches/written.ts';
import { idle } from '../../support/curation.ts';
import { erase } from '../../support/erasing.ts';
import { ingestDrop, jsonl, SUBJECT_KEY, tempDir } from '../../support/ingest-drop.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';

const PERSON = 'https://id.example.org|ann';
const ann = subjectHash(SUBJECT_KEY, PERSON);
const ben = subjectHash(SUBJECT_KEY, 'ben');
const objects = createMemoryObjects();
const tables = createTableStore({ objects, tempDir });
const catalog = createAnnotatorCatalog(objects);
const log = createEntryLog(objects);

const body = (preferred: 'a' | 'b', seconds: number | null): VoteBody => ({
  seconds,
  guideline: '1',
  shown: [0, 1],
  task: 'pairwise',
  value: { preferred, strength: null },
});

describe('erasing an annotator', () => {
  let report: ErasureReport;
  const votes: Record<'own' | 'shared' | 'bens' | 'taken', string> = { own: '', shared: '', bens: '', taken: '' };
  const notes = { ann: '', ben: '' };

  beforeAll(async () => {
    const pairs = [1, 2, 3].map((n) => ({
      id: `x${n}`,
      prompt: `q${n}`,
      responses: [{ text: 'yes' }, { text: 'no' }],
    }));
    const { result, items } = await ingestDrop({ 'pairs.jsonl': jsonl(...pairs) }, { format: 'assay', objects });
    const annotate = createAnnotateActivities({ objects, tables, progress: idle });
    const at = { run: 'drop', round: 1 };
    await annotate.planBatches({ ...at, items: result.items, batchSize: 10 });
    const [one, two, three] = items.map(({ id }) => id) as [string, string, string];
    const refs = {
      own: await storeVote(objects, one, body('a', 3.25)),
      shared: await storeVote(objects, two, body('a', null)),
      bens: await storeVote(objects, one, body('b', 9)),
      taken: await storeVote(objects, three, body('b', 7.5)),
    };
    for (const [name, { sha256 }] of Object.entries(refs)) votes[name as keyof typeof votes] = sha256;
    const by = (annotator: string, ref: typeof refs.own, item = ref.item) => ({ ...ref, item, annotator, at: 1 });
    await annotate.saveVotes({
      ...at,
      batch: 0,
      part: 0,
      items: result.items,
      votes: [by(ann, refs.own), by(ann, refs.shared), by(ben, refs.bens), by(ben, refs.shared, three)],
    });
    await annotate.setAside({
      ...at,
      batch: 0,
      part: 1,
      items: result.items,
      kind: 'withdrawn',
      votes: [by(ann, refs.taken), by(ben, refs.bens)],
    });
    await annotate.commitVotes({ ...at, batches: 1 });
    await catalog.put({
      subject: ann,
      skills: ['law'],
      languages: [],
      vendor: null,
      groups: [],
      hourlyCost: 20,
      active: true,
    });
    await catalog.setPreferences(ann, { optOut: ['spiders'], breakMinutes: 30 });
    await catalog.setStretches(ann, [[1, 2]]);
    notes.ann = await storeNote(objects, ann, 'I know her');
    notes.ben = await storeNote(objects, ben, 'unclear');
    const outputs = [{ item: one, response: 0 }];
    await log.append('tone', () => ({ by: ben, event: { kind: 'created', drop: 'drop', seed: 0, outputs } }));
    await log.append('tone', () => ({ by: ann, event: { kind: 'criterion', criterion: 'kind', text: 'Is it kind?' } }));
    const grade = { kind: 'graded', item: one, response: 0, criterion: null } as const;
    await log.append('tone', () => ({ by: ann, event: { ...grade, good: true } }));
    await log.append('tone', () => ({ by: ben, event: { ...grade, good: false } }));
    const figures = [ann, ben].map((name) => ({ name, value: 0.4, ci: null, n: 30, limit: 0.7 }));
    await objects.put(keys.reading('people', 1), JSON.stringify({ reading: { reason: `${ann} is off`, figures } }));
    await objects.put(keys.reading('people', 2), JSON.stringify({ reading: { reason: `${ben} is off`, figures: [] } }));
    await objects.put(keys.alertAcknowledged('people', 1), JSON.stringify({ by: ann, note: 'seen' }));
    report = await erase(objects, PERSON);
  });

  it('takes their votes out of every round, and nobody else’s', async () => {
    expect(report.reached).toMatchObject({ rows: 0, items: 0, annotations: 2, answers: 2, notes: 4, grades: 2 });
    const round = await tables.find('annotations', 'drop-r1');
    const left = round === null ? [] : await Array.fromAsync(tables.read(round, Annotation));
    expect(left.map(({ source }) => source.id)).toEqual([ben, ben]);
    const receipts = [...objects.entries].filter(([key]) => /\/(votes|withdrawn)-1-/.test(key));
    expect(receipts).toHaveLength(2);
    for (const [, { body: text }] of receipts) expect(text.toString()).not.toContain(ann);
  });

  it('removes what only they wrote; an answer that another gave in the same words stays', async () => {
    const there = async (key: string) => (await objects.head(key)) !== null;
    expect(await there(keys.vote(votes.own))).toBe(false);
    expect(await there(keys.vote(votes.taken))).toBe(false);
    expect(await there(keys.vote(votes.shared))).toBe(true);
    expect(await there(keys.vote(votes.bens))).toBe(true);
    expect([await there(keys.note(notes.ann)), await there(keys.note(notes.ben))]).toEqual([false, true]);
    for (const own of [keys.annotator(ann), keys.preferences(ann), keys.worked(ann)])
      expect(await there(own), own).toBe(false);
  });

  it('takes back their grades; the study is whole for whoever reads it, and for who had read it before', async () => {
    for (const reader of [createEntryLog(objects), log]) {
      const { entries } = await reader.read('tone');
      expect(entries.map(({ by }) => by)).toEqual([ben, 'erased', 'erased', ben]);
      expect(studyOf(entries)?.grades.map(({ by, good }) => [by, good])).toEqual([
        ['erased', null],
        [ben, false],
      ]);
    }
    await log.append('tone', () => ({
      by: ben,
      event: { kind: 'criterion', criterion: 'short', text: 'Is it short?' },
    }));
    expect((await createEntryLog(objects).read('tone')).entries).toHaveLength(5);
  });

  it('takes their name out of what monitors wrote down, and leaves the figures', async () => {
    const read = async (key: string) => JSON.parse((await objects.get(key)).toString('utf8'));
    const figures = ['erased', ben].map((name) => ({ name, value: 0.4, ci: null, n: 30, limit: 0.7 }));
    expect(await read(keys.reading('people', 1))).toEqual({ reading: { reason: 'erased is off', figures } });
    expect(await read(keys.reading('people', 2))).toMatchObject({ reading: { reason: `${ben} is off` } });
    expect(await read(keys.alertAcknowledged('people', 1))).toEqual({ by: 'erased', note: 'seen' });
    const proof = await read(report.proof);
    const places = (proof.places as { key: string }[]).map(({ key }) => key);
    expect(places).toContain(keys.reading('people', 1));
    expect(places).not.toContain(keys.reading('people', 2));
  });

  it('leaves no version that names them but proof and tombstone', () => {
    const all = [
      ...[...objects.entries].map(([key, { body: bytes }]) => ({ key, bytes })),
      ...objects.older().map(({ key, body: bytes }) => ({ key, bytes })),
    ];
    const text = all.filter(({ key, bytes }) => !key.endsWith('.parquet') && bytes.toString('latin1').includes(ann));
    expect(text.map(({ key }) => key).sort()).toEqual([report.proof, keys.tombstone(ann)]);
  });
});
