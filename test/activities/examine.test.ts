/** Curation that reads texts: filters, near-duplicates, benchmarks and selection, from committed items to the published dataset. */
import { describe, expect, it } from 'vitest';
import { createAnnotateActivities } from '../../activities/annotate.ts';
import { readSelection } from '../../activities/dataset/selection-file.ts';
import type { Annotation } from '../../schemas/annotation.ts';
import { ClusterRow, DatasetRow, Decision } from '../../schemas/dataset.ts';
import type { Item } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { Shard } from '../../schemas/table.ts';
import {
  annotationOf,
  idle,
  ingestRows,
  itemOf,
  runCuration,
  type Stage,
  selectRows,
  stageOn,
  textResponse,
} from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const WORDS =
  'river bread planet bicycle violin chess volcano tea bridge owl lamp stone garden winter paper music'.split(' ');
/** Words in an order that the seed decides. */
const words = (seed: number, count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `${WORDS[(seed * 7 + i * (seed + 3)) % WORDS.length]}${(seed * 31 + i) % 97}`,
  ).join(' ');

const pair = (row: number, prompt: string, good: string, bad: string, drop = 'd'): Item =>
  itemOf(drop, row, {
    prompt: [{ role: 'user', content: prompt }],
    responses: [textResponse(good), textResponse(bad)],
  });
const prefer = (item: Item, preferred: 'a' | 'b'): Annotation =>
  annotationOf(item, 'ann', { task: 'pairwise', value: { preferred, strength: null } });

const collect = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
};

const curate = async (
  drop: string,
  items: readonly Item[],
  sides: readonly ('a' | 'b')[],
  config: object,
  { stage = stageOn(createMemoryObjects(), scratch()), perShard = 3, files = {} as Record<string, string> } = {},
) => {
  for (const [file, text] of Object.entries(files)) await stage.objects.put(keys.dropFile(drop, file), text);
  const annotations = items.map((item, i) => prefer(item, sides[i] ?? 'a'));
  const refs = await ingestRows(stage, drop, { items, annotations }, perShard);
  const { funnel, version, input } = await selectRows(stage, drop, refs, config);
  const selection = await readSelection(stage.objects, drop, version);
  const read = async (shards: readonly Shard[], schema: typeof Decision | typeof DatasetRow | typeof ClusterRow) =>
    (await Promise.all(shards.map((shard) => collect(stage.tables.readShard(shard, schema))))).flat();
  const decisions = (await read(selection.decisions, Decision)) as Decision[];
  const rows = (await read(
    selection.data.map(({ shard }) => shard),
    DatasetRow,
  )) as DatasetRow[];
  const clusters = (await read(selection.clusters === null ? [] : [selection.clusters], ClusterRow)) as ClusterRow[];
  const reasons = Object.fromEntries(decisions.map(({ origin, step, reason }) => [origin.row, `${step}: ${reason}`]));
  return { stage, funnel, version, input, selection, decisions, rows, clusters, reasons };
};

/** Prompt and answers of `row`, with a few words changed. */
const near = (row: number, seed: number, swap = false, drop = 'd'): Item => {
  const [prompt, good, bad] = [words(seed, 60), words(seed + 1, 60), words(seed + 2, 60)].map((text) => `${text} end`);
  const edit = (text = '') => `${text} ${row}`;
  return swap
    ? pair(row, edit(prompt), edit(bad), edit(good), drop)
    : pair(row, edit(prompt), edit(good), edit(bad), drop);
};

describe('near-duplicates', () => {
  const items = [near(1, 10), near(2, 20), near(3, 10), near(4, 10, true), near(5, 30), near(6, 20), near(7, 40)];
  /** Row 4 has its sides swapped; rows 2 and 6 contradict each other. */
  const sides = ['a', 'a', 'a', 'b', 'a', 'b', 'a'] as const;
  const config = { curate: { dedup: 'near' } };

  it('keeps the first, says who stays and why, and takes out what contradicts', async () => {
    const { reasons, clusters, funnel, decisions } = await curate('d', items, sides, config);
    expect(reasons).toEqual({
      1: 'rows: selected',
      2: 'dedup: conflict',
      3: 'dedup: duplicate',
      4: 'dedup: duplicate',
      5: 'rows: selected',
      6: 'dedup: conflict',
      7: 'rows: selected',
    });
    const [first, second] = items.map(({ id }) => id);
    expect(
      clusters.map(({ item, cluster, kept, canonical, reason }) => [item, cluster, kept, canonical, reason]),
    ).toEqual([
      [first, 0, true, first, 'canonical'],
      [items[2]?.id, 0, false, first, 'duplicate'],
      [items[3]?.id, 0, false, first, 'duplicate'],
      [second, 1, false, null, 'conflict'],
      [items[5]?.id, 1, false, null, 'conflict'],
    ]);
    for (const { similarity } of clusters) expect(similarity).toBeGreaterThan(0.8);
    expect(decisions.find(({ origin }) => origin.row === 3)?.values).toMatchObject({ duplicateOf: first, cluster: 0 });
    expect(decisions[0]?.rule).toBe('what is left');
    expect(decisions.find(({ origin }) => origin.row === 3)?.rule).toContain('compared with probability 0.924');
    const step = funnel.find((one) => one.step === 'dedup');
    expect(step).toEqual({ step: 'dedup', in: 7, out: 3, reasons: { conflict: 2, duplicate: 2 } });
  });

  it('hands what contradicts to annotators, and nothing else', async () => {
    const { stage, version, input } = await curate('d', items, sides, config);
    const annotating = createAnnotateActivities({ ...stage, progress: idle });
    const conflicts = { name: 'd', version };
    const round = { run: 'd', round: 2, items: input.items, batchSize: 10, conflicts };
    expect(await annotating.planBatches(round)).toEqual({ batches: 1, items: 2 });
    const { items: asked } = await annotating.loadBatch({ run: 'd', round: 2, batch: 0 });
    expect(asked).toEqual([items[1]?.id, items[5]?.id]);
  });

  it('finds the same whatever the order and the size of shards', async () => {
    const told = async (order: readonly number[], perShard: number) => {
      const shuffled = order.map((i) => items[i] as Item);
      const { clusters, reasons } = await curate(
        'd',
        shuffled,
        order.map((i) => sides[i] ?? 'a'),
        config,
        { perShard },
      );
      return { clusters, reasons };
    };
    const asGiven = await told([0, 1, 2, 3, 4, 5, 6], 3);
    expect(await told([6, 3, 5, 0, 2, 4, 1], 2)).toEqual(asGiven);
    expect(await told([4, 2, 0, 6, 1, 3, 5], 7)).toEqual(asGiven);
  });

  it('does not take different answers to one long prompt for the same', async () => {
    const prompt = words(5, 400);
    const same = [1, 2, 3].map((row) => pair(row, prompt, words(100 + row, 20), words(200 + row, 20)));
    const { reasons } = await curate('d', same, [], config);
    expect(reasons).toEqual({ 1: 'rows: selected', 2: 'rows: selected', 3: 'rows: selected' });
  });

  it('takes out what an earlier dataset holds already', async () => {
    const stage = stageOn(createMemoryObjects(), scratch());
    const old = near(1, 10, false, 'before');
    const refs = await ingestRows(stage, 'before', { items: [old], annotations: [prefer(old, 'a')] });
    const { dataset } = await runCuration(stage, 'before', refs, { export: { formats: ['parquet'] } });
    const against = [`before@${dataset.version}`];
    const later = { curate: { dedup: 'near', near: { against } } };
    const { reasons, decisions, clusters } = await curate('d', items, sides, later, { stage });
    expect(reasons).toMatchObject({
      1: 'dedup: in-earlier-dataset',
      3: 'dedup: in-earlier-dataset',
      5: 'rows: selected',
    });
    expect(decisions.find(({ origin }) => origin.row === 1)?.values).toMatchObject({ dataset: against[0] });
    expect(clusters[0]).toMatchObject({ kept: false, reason: 'in-earlier-dataset' });
    const missing = curate('e', items, sides, {
      curate: { dedup: 'near', near: { against: ['none@0123456789abcdef'] } },
    });
    await expect(missing).rejects.toMatchObject({ code: 'ASY-6001' });
  });
});

describe('benchmarks', () => {
  const question = 'A train leaves the station at nine and arrives at noon; how many hours does the journey take?';
  const items = [
    pair(1, `Solve this. ${question}`, 'three', 'four'),
    pair(2, 'Say something nice', 'You are kind', 'No'),
    pair(3, 'Repeat after me', question, 'No'),
  ];
  const asked = (given: object = {}) => ({
    curate: { decontaminate: [{ name: 'quiz', file: 'quiz.jsonl', ...given }] },
  });
  const files = { 'quiz.jsonl': `${JSON.stringify({ id: 'q1', question })}\n` };

  it('takes out what shares a run of words with one, and shows the run', async () => {
    const { reasons, decisions } = await curate('d', items, [], asked(), { files });
    expect(reasons).toEqual({
      1: 'decontaminate: contaminated',
      2: 'rows: selected',
      3: 'decontaminate: contaminated',
    });
    const [first, , third] = decisions;
    expect(first?.values).toMatchObject({ benchmark: 'quiz', row: 'q1', text: 'prompt', words: 18, start: 12 });
    expect(first?.values['span']).toBe(question.slice(0, -1));
    expect(third?.values).toMatchObject({ text: 'response 0', start: 0 });
  });

  it('is part of the version', async () => {
    const versions = [];
    for (const text of [question, `${question} Why?`]) {
      const own = { 'quiz.jsonl': `${JSON.stringify({ id: 'q1', question: text })}\n` };
      versions.push((await curate('d', items, [], asked(), { files: own })).version);
    }
    expect(versions[0]).not.toBe(versions[1]);
  });

  it.each([
    ['is missing', {}, {}, 'quiz.jsonl:0'],
    ['is no JSON', { 'quiz.jsonl': '{"question": "a"}\n{\n' }, {}, 'quiz.jsonl:2'],
    ['is no list of objects', { 'quiz.jsonl': '[1, 2]\n' }, {}, 'quiz.jsonl:1'],
    ['has not the field', files, { field: 'text' }, 'quiz.jsonl:1'],
    ['has no row', { 'quiz.jsonl': '\n' }, {}, 'quiz.jsonl:0'],
    ['has too short rows', { 'quiz.jsonl': '{"question": "Why?"}\n' }, {}, 'lower `ngram`'],
  ])('is refused where it %s, and nothing is written', async (_, given, fields, says) => {
    const stage = stageOn(createMemoryObjects(), scratch());
    const refused = curate('d', items, [], asked(fields), { stage, files: given });
    await expect(refused).rejects.toMatchObject({ code: 'ASY-6204', message: expect.stringContaining(says) });
    expect(await collect(stage.objects.list('datasets/'))).toEqual([]);
  });
});

describe('filters', () => {
  const long = 'This answer is long enough to be kept, as it says what was asked for and why that is so.';
  const items = [
    pair(1, 'What is tea?', long, 'No.'),
    pair(2, 'What is bread?', 'Short', long),
    pair(3, 'Write to ann@example.org', `${long} Or to bob@example.org, 192.0.2.7.`, 'No.'),
    pair(
      4,
      'How do locks work?',
      "I'm sorry, but I can't help with that request, as it may be harmful to somebody.",
      'No.',
    ),
    pair(5, 'Only an address', 'Call ann@example.org now', 'Call bob@example.org now'),
  ];

  it('counts each by its reason, tells figures, and redacts without a trace', async () => {
    const filters = [
      { kind: 'length', on: 'chosen', min: 10 },
      { kind: 'refusals' },
      { kind: 'pii', action: 'redact', kinds: ['email', 'ip'] },
    ];
    const { reasons, funnel, decisions, rows, selection, stage } = await curate('d', items, [], {
      curate: { filters },
    });
    expect(reasons).toEqual({
      1: 'rows: selected',
      2: 'filters: too-short',
      3: 'rows: selected',
      4: 'filters: refusal',
      5: 'filters: identical-when-redacted',
    });
    const step = funnel.find((one) => one.step === 'filters');
    expect(step).toMatchObject({
      in: 5,
      out: 2,
      reasons: { 'identical-when-redacted': 1, refusal: 1, 'too-short': 1 },
    });
    expect(decisions[1]?.values).toMatchObject({ filter: 'length', value: 5, found: 'characters' });
    expect(decisions[0]?.values).toMatchObject({ '1 length': long.length, '2 refusals': 0, '3 pii': 0 });
    const row = rows.find(({ origin }) => origin.row === 3);
    expect(row?.prompt[0]?.content).toBe('Write to [EMAIL]');
    expect(row?.responses[0]?.text).toBe(`${long} Or to [EMAIL], [IP].`);
    expect(selection.redacted).toEqual({ rows: 1, kinds: { email: 2, ip: 1 } });
    for await (const { key } of stage.objects.list('datasets/'))
      expect((await stage.objects.get(key)).toString('latin1'), key).not.toContain('example.org');
  });

  it('rejects what holds personal data', async () => {
    const filters = [{ kind: 'pii', action: 'reject' }];
    const { reasons, decisions } = await curate('d', items, [], { curate: { filters } });
    expect(reasons).toMatchObject({ 1: 'rows: selected', 3: 'filters: personal-data', 5: 'filters: personal-data' });
    expect(decisions[2]?.values).toMatchObject({ filter: 'pii', value: 1, found: 'email' });
  });

  it('refuses to leave nothing, before anything is written', async () => {
    const stage = stageOn(createMemoryObjects(), scratch());
    const filters = [{ kind: 'length', min: 100_000 }];
    await expect(curate('d', items, [], { curate: { filters } }, { stage })).rejects.toMatchObject({
      code: 'ASY-6202',
    });
    expect(await collect(stage.objects.list('datasets/'))).toEqual([]);
  });

  it('holds the drop’s purposes and consent against what is asked', async () => {
    const manifest = { name: 'd', modality: 'text', format: 'assay', license: 'CC-BY-4.0', purpose: ['research'] };
    const under = (fields: object, filter: object) =>
      curate(
        'd',
        items,
        [],
        { curate: { filters: [{ kind: 'permission', ...filter }] } },
        {
          files: { 'drop.json': JSON.stringify({ ...manifest, ...fields }) },
        },
      );
    expect((await under({}, { purposes: ['research'] })).rows).toHaveLength(5);
    for (const [fields, filter, why] of [
      [{}, { purposes: ['training'] }, 'not-permitted: 5'],
      [{}, { licences: ['MIT'] }, 'not-permitted: 5'],
      [{}, { consent: true }, 'not-permitted: 5'],
    ] as const)
      await expect(under(fields, filter)).rejects.toMatchObject({
        code: 'ASY-6202',
        message: expect.stringContaining(why),
      });
    expect((await under({ consent: 'form 3' }, { consent: true })).rows).toHaveLength(5);
  });
});

describe('selection', () => {
  const items = Array.from({ length: 12 }, (_, i) => ({
    ...pair(i + 1, `prompt ${words(i, 12)}`, words(50 + i, 12), words(90 + i, 12)),
    language: i % 3 === 0 ? 'de' : 'en',
  }));
  const select = async (rules: object[], more: object = {}, stage?: Stage) => {
    const given = { curate: { select: rules, validation: 0, ...more } };
    return curate('d', items, [], given, stage === undefined ? {} : { stage });
  };

  it('keeps floors and caps exactly, and names those that cannot be met', async () => {
    const quotas = (floor: number) => [
      { method: 'quotas', size: 6, quotas: [{ attribute: 'language', value: 'de', floor }] },
    ];
    const { rows } = await select(quotas(4));
    expect(rows).toHaveLength(6);
    expect(rows.filter(({ language }) => language === 'de')).toHaveLength(4);
    const refused = select(quotas(5));
    await expect(refused).rejects.toMatchObject({
      code: 'ASY-6203',
      message: expect.stringContaining('1 of the floor 5 of language de'),
    });
  });

  it.each(['k-center', 'facility-location', 'determinant'])(
    '%s chooses by features of the chosen response',
    async (method) => {
      const { rows, reasons } = await select([{ method, size: 5 }]);
      expect(rows).toHaveLength(5);
      expect(Object.values(reasons).filter((reason) => reason.startsWith('select: '))).toHaveLength(7);
    },
  );

  it('caps the share of anybody who labelled, by who they are and who sends them', async () => {
    const stage = stageOn(createMemoryObjects(), scratch());
    await stage.objects.put(keys.annotator('ann'), JSON.stringify({ subject: 'ann', vendor: 'acme' }));
    for (const attribute of ['annotator', 'vendor', 'labeller'])
      await expect(select([{ method: 'caps', caps: [{ attribute, most: 0.5 }] }], {}, stage)).rejects.toMatchObject({
        code: 'ASY-6202',
        message: expect.stringContaining('beyond-caps: 12'),
      });
    expect(
      (await select([{ method: 'caps', caps: [{ attribute: 'vendor', value: 'other', most: 0 }] }])).rows,
    ).toHaveLength(12);
  });

  it('writes training rows in the order of a curriculum', async () => {
    const agreed = (item: Item, votes: number): Annotation[] =>
      Array.from({ length: 4 }, (_, i) =>
        annotationOf(item, `who${i}`, {
          task: 'pairwise',
          value: { preferred: i < votes ? 'a' : 'b', strength: null },
        }),
      );
    const stage = stageOn(createMemoryObjects(), scratch());
    const annotations = items.flatMap((item, i) => agreed(item, i % 2 === 0 ? 4 : 3));
    const refs = await ingestRows(stage, 'd', { items, annotations }, 5);
    const given = { validation: 0, curriculum: { by: 'agreement', stages: 2 } };
    const { version } = await selectRows(stage, 'd', refs, { curate: given });
    const [data] = (await readSelection(stage.objects, 'd', version)).data;
    const rows = data === undefined ? [] : await collect(stage.tables.readShard(data.shard, DatasetRow));
    expect(rows.map(({ agreement }) => agreement)).toEqual([1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(new Set(rows.map(({ item }) => item)).size).toBe(12);
    await expect(select([], { curriculum: { by: 'reward', stages: 3 } })).rejects.toMatchObject({ code: 'ASY-6201' });
  });
});
