/** What batches go by beside their items: checks, languages, judges' answers; and what is saved beside the votes. */
import { describe, expect, it } from 'vitest';
import { createAnnotateActivities } from '../../activities/annotate.ts';
import { createDeskCatalog } from '../../activities/desk-catalog.ts';
import { sha256 } from '../../models/hash.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { keys } from '../../schemas/keys.ts';
import { annotationOf, idle, ingestRows, itemOf, stageOn, textResponse } from '../support/curation.ts';
import { ingestDrop } from '../support/ingest-drop.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const item = (row: number, language: string | null = null) => ({
  ...itemOf('d', row, {
    prompt: [{ role: 'user', content: `p${row}` }],
    responses: ['x', 'y'].map((t) => textResponse(t)),
  }),
  externalId: `ext-${row}`,
  language,
});

const set = async (rows = 6, annotations: Annotation[] = []) => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const items = Array.from({ length: rows }, (_, i) => item(i + 1, i % 2 === 0 ? 'de' : null));
  const refs = await ingestRows(stage, 'd', { items, annotations });
  const write = (path: string, text: string) => objects.put(keys.dropFile('d', path), text);
  return { objects, stage, refs, write, ...createAnnotateActivities({ ...stage, progress: idle }) };
};
const line = (id: string, preferred = 'a', over: object = {}) =>
  JSON.stringify({ item: id, task: 'pairwise', value: { preferred }, ...over });
const checks = (qualify = 0, perBatch = 2) => ({
  file: 'checks.jsonl',
  qualify,
  perBatch,
  tasks: ['pairwise' as const, 'critique' as const],
});
const base = { run: 'd', round: 1, batchSize: 2 };

describe('checks', () => {
  it('are named by either id, are no work, and each batch asks from the next of them', async () => {
    const area = await set();
    await area.write(
      'checks.jsonl',
      `\ufeff${[line('ext-2'), '', line(item(4).id, 'b'), line('ext-5', 'tie')].join('\n')}\n`,
    );
    const input = { ...base, items: area.refs.items, checks: checks() };
    expect(await area.planBatches(input)).toEqual({ batches: 2, items: 3 });
    const [first, second] = [
      await area.loadBatch({ run: 'd', round: 1, batch: 0 }),
      await area.loadBatch({ run: 'd', round: 1, batch: 1 }),
    ];
    expect(first.items).toEqual([item(1).id, item(3).id]);
    expect(first.checks).toEqual([
      { id: item(2).id, known: ['a', null] },
      { id: item(4).id, known: ['b', null] },
    ]);
    expect(second.checks?.map(({ id }) => id)).toEqual([item(5).id, item(2).id]);
    expect(second.seed).toBe(first.seed);
    expect(first.seed).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ['no such file', null, 0, /0: is not in the drop/],
    ['a broken line', [line('ext-1'), '{'], 0, /:2: /],
    ['an unknown item', [line('nowhere')], 0, /:1: item: the drop has no item "nowhere"/],
    ['a task nobody asks', [line('ext-1', 'a', { task: 'binary' })], 0, /:1: task: "binary" is not asked/],
    ['a value of another task', [line('ext-1', 'c')], 0, /:1: value/],
    [
      'an answer that nothing compares',
      [line('ext-1', 'a', { task: 'critique', value: { text: 'x' } })],
      0,
      /no single value/,
    ],
    ['two answers to one', [line('ext-1'), line(item(1).id, 'b')], 0, /:2: .* has an answer already/],
    ['too few to qualify by', [line('ext-1')], 2, /`qualify` asks for 2/],
    ['none', [''], 0, /has 0 items/],
  ])('refuses %s', async (_what, lines, qualify, message) => {
    const area = await set();
    if (lines !== null) await area.write('checks.jsonl', lines.join('\n'));
    const input = { ...base, items: area.refs.items, checks: checks(qualify) };
    await expect(area.planBatches(input)).rejects.toMatchObject({
      code: 'ASY-4014',
      message: expect.stringMatching(message) as string,
    });
  });

  it('their file and the guideline’s are no rows of the drop', async () => {
    const pipeline = 'annotate:\n  tasks: [pairwise]\n  guidelineFile: guide.txt\n  checks: { file: gold.jsonl }\n';
    const { result } = await ingestDrop(
      {
        'rows.jsonl': '{"id":"1","prompt":"p","response":"r"}\n',
        'gold.jsonl': line('1'),
        'guide.txt': 'x',
        'pipeline.yaml': pipeline,
      },
      { columns: { id: 'id', prompt: 'prompt', response: 'response' } },
    );
    expect(result.counts).toMatchObject({ rowsIn: 1, items: 1, quarantined: 0 });
  });
});

it('a batch knows its items’ languages and what judges said, where it goes by them', async () => {
  const judged = annotationOf(item(1), 'judge-1', { task: 'pairwise', value: { preferred: 'b', strength: null } });
  const person = annotationOf(item(1), 'w', { task: 'pairwise', value: { preferred: 'a', strength: null } });
  const area = await set(2, [{ ...judged, source: { kind: 'judge', id: 'judge-1' } }, person]);
  const judges = { annotations: area.refs.annotations, tasks: ['binary' as const, 'pairwise' as const] };
  await area.planBatches({ ...base, items: area.refs.items, languages: true, judges });
  expect((await area.loadBatch({ run: 'd', round: 1, batch: 0 })).items).toEqual([
    { id: item(1).id, language: 'de', prior: [[1, 'b']] },
    { id: item(2).id, language: null },
  ]);
});

it('saves when a vote was given, how it was shown, and that a ruling is one; withdrawn votes are no annotations', async () => {
  const area = await set();
  await area.planBatches({ ...base, items: area.refs.items });
  const vote = async (row: number, annotator: string, over: object = {}) => {
    const body = {
      seconds: 3,
      guideline: '1',
      shown: [1, 0],
      task: 'pairwise',
      value: { preferred: 'a', strength: null },
    };
    const bytes = JSON.stringify(body);
    await area.objects.put(keys.vote(sha256(bytes)), bytes);
    return { item: item(row).id, task: 'pairwise' as const, sha256: sha256(bytes), category: 'a', annotator, ...over };
  };
  const unit = { run: 'd', round: 1, batch: 0, part: 0, items: area.refs.items };
  const withdrawn = [await vote(1, 'sub_bad', { at: 5 })];
  await area.setAside({ ...unit, kind: 'checks', votes: [await vote(2, 'sub_1', { at: 7 })] });
  await area.setAside({ ...unit, part: 1, kind: 'withdrawn', votes: withdrawn });
  // What was put aside does not say that the batch has ended.
  expect((await area.loadBatch({ run: 'd', round: 1, batch: 0 })).saved).toBeNull();
  await area.saveVotes({
    ...unit,
    votes: [await vote(1, 'sub_1', { at: 9 }), await vote(1, 'sub_9', { at: 11, ruling: true })],
  });
  const { annotations, votes } = await area.commitVotes({ run: 'd', round: 1, batches: 1 });
  expect(votes).toBe(3);
  const rows: Annotation[] = [];
  for await (const row of area.stage.tables.read(annotations, Annotation)) rows.push(Annotation.parse(row));
  expect(rows.map(({ source, at, ruling, shown }) => [source.id, at, ruling, shown])).toEqual([
    ['sub_1', 7, false, [1, 0]],
    ['sub_1', 9, false, [1, 0]],
    ['sub_9', 11, true, [1, 0]],
  ]);
  const kept = [...area.objects.entries].find(([key]) => key.includes('/withdrawn-1-'));
  expect(JSON.parse(kept?.[1].body.toString() ?? '')).toEqual({ votes: withdrawn });
});

describe('createDeskCatalog', () => {
  it('finds work and checks of a batch, and asks the tables once for all of them', async () => {
    const area = await set();
    await area.write('checks.jsonl', line('ext-2'));
    await area.planBatches({ ...base, items: area.refs.items, checks: checks() });
    let queries = 0;
    const tables = {
      ...area.stage.tables,
      query: <T>(...input: Parameters<typeof area.stage.tables.query>) => {
        queries++;
        return area.stage.tables.query<T>(...input);
      },
    };
    const catalog = createDeskCatalog({ objects: area.objects, tables });
    const ids = [item(1), item(3), item(2)].map(({ id }) => id);
    expect((await Promise.all(ids.map((id) => catalog.item('batch/d/0', id)))).map(({ id }) => id)).toEqual(ids);
    expect(queries).toBe(1);
    await expect(catalog.item('batch/d/0', item(5).id)).rejects.toMatchObject({ code: 'ASY-6004' });
    await expect(catalog.item('batch/d/7', item(1).id)).rejects.toMatchObject({ code: 'ASY-4005' });
    await expect(catalog.item('run/d', item(1).id)).rejects.toMatchObject({ code: 'ASY-4005' });
  });

  it('reads what a run asks, with every default said', async () => {
    const area = await set();
    const manifest = { name: 'd', modality: 'text', format: 'jsonl', license: 'MIT', purpose: ['test'] };
    await area.write('drop.json', JSON.stringify(manifest));
    await area.write('guide.md', '# Be fair');
    const yaml =
      'annotate:\n  guideline: "3"\n  guidelineFile: guide.md\n  questions: { pairwise: { text: Better?, tie: false } }\n';
    await area.write('pipeline.yaml', yaml);
    const catalog = createDeskCatalog({ objects: area.objects, tables: area.stage.tables });
    expect(await catalog.sheet('d')).toMatchObject({
      guideline: { version: '3', text: '# Be fair' },
      questions: { pairwise: { text: 'Better?', tie: false, strength: true }, rating: { min: 1, max: 5 } },
    });
  });

  it('knows what is gone', async () => {
    const area = await set();
    const catalog = createDeskCatalog({ objects: area.objects, tables: area.stage.tables });
    await area.objects.put(keys.note('b'.repeat(64)), JSON.stringify({ text: '<b>hm</b>' }));
    expect(await catalog.note('b'.repeat(64))).toBe('<b>hm</b>');
    expect(await catalog.note('c'.repeat(64))).toBe('');
    expect(await catalog.vote('c'.repeat(64))).toBeNull();
  });
});
