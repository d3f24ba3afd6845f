/** Near-duplicates and benchmark questions told by meaning, from committed items to decisions. */
import { describe, expect, it } from 'vitest';
import { explainItem } from '../../activities/dataset/explain.ts';
import { readSelection } from '../../activities/dataset/selection-file.ts';
import { linkClusters } from '../../activities/examine/alike.ts';
import { assignUnit, fitCenters } from '../../activities/examine/centers.ts';
import { openEmbedder, toMeaningRow } from '../../activities/examine/meaning-row.ts';
import { resemblancesOf } from '../../activities/examine/resemblance.ts';
import { EdgeRow, MeaningRow } from '../../activities/examine/rows.ts';
import { indexBenchmark } from '../../models/decontaminate/overlap.ts';
import { clustersOf } from '../../models/dedup/near.ts';
import { ClusterRow, Decision } from '../../schemas/dataset.ts';
import type { Item } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import type { Shard } from '../../schemas/table.ts';
import {
  annotationOf,
  ingestRows,
  itemOf,
  runCuration,
  selectRows,
  stageOn,
  textResponse,
} from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const collect = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
};

const pair = (row: number, prompt: string, good: string, bad: string, drop = 'd'): Item =>
  itemOf(drop, row, {
    prompt: [{ role: 'user', content: prompt }],
    responses: [textResponse(good), textResponse(bad)],
  });
const preferring = (item: Item, preferred: 'a' | 'b') =>
  annotationOf(item, 'ann', { task: 'pairwise', value: { preferred, strength: null } });

const curate = async (
  items: readonly Item[],
  sides: readonly ('a' | 'b')[],
  given: object,
  {
    perShard = 3,
    stage = stageOn(createMemoryObjects(), scratch()),
    files = {},
  }: { perShard?: number; stage?: ReturnType<typeof stageOn>; files?: Record<string, string> } = {},
) => {
  for (const [file, text] of Object.entries(files)) await stage.objects.put(keys.dropFile('d', file), text);
  const annotations = items.map((item, i) => preferring(item, sides[i] ?? 'a'));
  const refs = await ingestRows(stage, 'd', { items, annotations }, perShard);
  const { version, funnel } = await selectRows(stage, 'd', refs, given);
  const selection = await readSelection(stage.objects, 'd', version);
  const read = async <T>(shards: readonly Shard[], schema: typeof Decision | typeof ClusterRow) =>
    (await Promise.all(shards.map((shard) => collect(stage.tables.readShard(shard, schema))))).flat() as T[];
  const decisions = await read<Decision>(selection.decisions, Decision);
  const clusters = await read<ClusterRow>(selection.clusters === null ? [] : [selection.clusters], ClusterRow);
  const reasons = Object.fromEntries(decisions.map(({ origin, step, reason }) => [origin.row, `${step}: ${reason}`]));
  return { reasons, clusters, decisions, funnel, version };
};

/** The same said in another order: few runs of five words are left. */
const ASKED = [
  'Before we leave for the coast, when does the library open in the morning?',
  'In the morning, before we leave for the coast, when does the library open?',
] as const;
const GOOD = [
  'The library opens at nine, and on Sundays it stays closed all day.',
  'On Sundays it stays closed all day, and at nine the library opens.',
] as const;
const BAD = [
  'Nobody here can say what people do with books these days.',
  'What people do with books these days nobody here can say.',
] as const;
const said = (row: number, way: 0 | 1, swap = false, drop = 'd'): Item =>
  swap ? pair(row, ASKED[way], BAD[way], GOOD[way], drop) : pair(row, ASKED[way], GOOD[way], BAD[way], drop);
const other = pair(9, 'How is bread made?', 'Mix flour, water and yeast, and bake it.', 'Buy some at the shop.');

const semantic = (more: object = {}) => ({
  curate: { dedup: 'near', near: { semantic: { threshold: 0.95, ...more } } },
});

describe('near-duplicates in meaning', () => {
  it('are found beside those in words, and say what joins them', async () => {
    const items = [said(1, 0), said(2, 1), said(3, 1, true), other];
    const sides = ['a', 'a', 'b', 'a'] as const;
    const { reasons, clusters, decisions, funnel } = await curate(items, sides, semantic());
    expect(reasons).toEqual({
      1: 'rows: selected',
      2: 'dedup: duplicate',
      3: 'dedup: duplicate',
      9: 'rows: selected',
    });
    expect(clusters.map(({ item, kind, reason }) => [item, kind, reason])).toEqual([
      [items[0]?.id, 'lexical', 'canonical'],
      [items[1]?.id, 'semantic', 'duplicate'],
      [items[2]?.id, 'semantic', 'duplicate'],
    ]);
    expect(clusters[1]?.similarity).toBeGreaterThan(0.95);
    const second = decisions.find(({ origin }) => origin.row === 2);
    expect(second?.values).toMatchObject({ kind: 'semantic', duplicateOf: items[0]?.id });
    expect(second?.rule).toContain('meaning: prompts and responses both ≥ 0.95');
    expect(funnel.find(({ step }) => step === 'dedup')?.reasons).toEqual({ duplicate: 2 });
    const { reasons: lexical } = await curate(items, sides, { curate: { dedup: 'near' } });
    expect(lexical).toMatchObject({ 1: 'rows: selected', 2: 'rows: selected', 3: 'dedup: duplicate' });
  });

  it('are decided so again when they are explained', async () => {
    const stage = stageOn(createMemoryObjects(), scratch());
    const items = [said(1, 0), said(2, 1), other];
    const annotations = items.map((item) => preferring(item, 'a'));
    const refs = await ingestRows(stage, 'd', { items, annotations });
    await runCuration(stage, 'd', refs, { ...semantic(), export: { formats: ['parquet'] } });
    const { decisions, recomputed } = await explainItem(stage.objects, stage.tables, 'd', items[1]?.id ?? '');
    expect(decisions.at(-1)).toMatchObject({
      step: 'dedup',
      reason: 'duplicate',
      values: { kind: 'semantic', duplicateOf: items[0]?.id },
    });
    expect(recomputed).toBe(true);
  });

  it('have the same numbers and polarity, directly and through others', async () => {
    const [asked] = ASKED;
    const [good, bad] = [GOOD[1], BAD[1]];
    const items = [
      said(1, 0),
      pair(2, asked, good.replace('nine', 'ten'), bad),
      pair(3, asked, bad, good.replace('nine', '9')),
      pair(4, asked.replace('library', 'library not'), good, bad),
      pair(5, asked, good.replace('nine', '10'), bad.replace('these days', 'in these days')),
    ];
    const sides = ['a', 'a', 'b', 'a', 'a'] as const;
    const { reasons } = await curate(items, sides, semantic());
    expect(reasons).toEqual({
      1: 'rows: selected',
      2: 'rows: selected',
      3: 'dedup: duplicate',
      4: 'rows: selected',
      5: 'dedup: duplicate',
    });
    const { reasons: blind, decisions } = await curate(items, sides, semantic({ guarded: false }));
    expect(blind).toEqual({ ...reasons, 2: 'dedup: duplicate', 4: 'dedup: duplicate' });
    expect(decisions[0]?.rule).not.toContain('polarity');
  });

  it('are decided as they were where a version is older than the guard', async () => {
    const stage = stageOn(createMemoryObjects(), scratch());
    const items = [said(1, 0), pair(2, ASKED[1], GOOD[1].replace('nine', 'ten'), BAD[1]), other];
    const refs = await ingestRows(stage, 'd', { items, annotations: items.map((item) => preferring(item, 'a')) });
    const given = { ...semantic({ guarded: false }), export: { formats: ['parquet'] } };
    const { dataset } = await runCuration(stage, 'd', refs, given);
    const key = keys.datasetFile('d', dataset.version, 'manifest.json');
    const text = (await stage.objects.get(key)).toString('utf8');
    const older = text.replace(/,\s*"guarded":\s*false/, '');
    expect(older).not.toBe(text);
    await stage.objects.put(key, older);
    const { decisions, recomputed } = await explainItem(stage.objects, stage.tables, 'd', items[1]?.id ?? '');
    expect(decisions.at(-1)).toMatchObject({ reason: 'duplicate', values: { kind: 'semantic' } });
    expect(recomputed).toBe(true);
  });

  it('go out together where their labels contradict each other', async () => {
    const items = [said(1, 0), said(2, 1), said(3, 1, true), other];
    const { reasons } = await curate(items, ['a', 'b', 'a', 'a'], semantic());
    expect(reasons).toEqual({
      1: 'dedup: conflict',
      2: 'dedup: conflict',
      3: 'dedup: conflict',
      9: 'rows: selected',
    });
  });

  it('are those of earlier datasets too', async () => {
    const stage = stageOn(createMemoryObjects(), scratch());
    const old = said(1, 0, false, 'before');
    const refs = await ingestRows(stage, 'before', { items: [old], annotations: [preferring(old, 'a')] });
    const { dataset } = await runCuration(stage, 'before', refs, { export: { formats: ['parquet'] } });
    const against = [`before@${dataset.version}`];
    const given = { curate: { dedup: 'near', near: { against, semantic: {} } } };
    const { reasons, clusters } = await curate([said(2, 1), other], [], given, { stage });
    expect(reasons).toEqual({ 2: 'dedup: in-earlier-dataset', 9: 'rows: selected' });
    expect(clusters[0]).toMatchObject({ kind: 'semantic', canonical: old.id });
  });

  it('are the same whatever the order and the size of shards, in as many clusters as are asked for', async () => {
    const items = [
      said(1, 0),
      other,
      said(2, 1),
      pair(3, 'Sing a song', 'La la la', 'No'),
      said(4, 0, true),
      said(5, 1),
    ];
    const told = async (order: readonly number[], perShard: number) => {
      const { clusters, reasons, version } = await curate(
        order.map((i) => items[i] as Item),
        order.map((i) => (i === 4 ? 'b' : 'a')),
        semantic({ clusters: 2 }),
        { perShard },
      );
      return { clusters, reasons, version: version.length };
    };
    const asGiven = await told([0, 1, 2, 3, 4, 5], 2);
    expect(asGiven.clusters.filter(({ kind }) => kind === 'semantic').length).toBeGreaterThan(0);
    expect(await told([5, 3, 1, 4, 2, 0], 4)).toEqual(asGiven);
    expect(await told([2, 0, 4, 1, 5, 3], 6)).toEqual(asGiven);
  });
});

it('are for `dedup: near` alone', () => {
  const parsed = PipelineConfig.safeParse({ curate: { near: { semantic: {} } } });
  expect(parsed.error?.issues).toMatchObject([{ path: ['curate', 'near', 'semantic'] }]);
});

describe('a cluster that is too large', () => {
  /** 60 items in a plane: twelve directions, five near-copies of each. */
  const rows = Array.from({ length: 60 }, (_, i) => {
    const angle = (i % 12) / 2 + Math.floor(i / 12) / 1000;
    const vector = Float32Array.of(Math.cos(angle), Math.sin(angle), 0);
    return toMeaningRow(`i${String(i).padStart(2, '0')}`, {
      prompt: vector,
      responses: [vector],
      particulars: [],
      shown: '',
    });
  });
  const linked = async (given: readonly MeaningRow[], most: number, clusters = 1, held = 100): Promise<string[]> => {
    const { tables } = stageOn(createMemoryObjects(), scratch());
    const keyOf = (sha256: string) => keys.examined('d', 'stage', sha256);
    const beat = () => undefined;
    const meanings = await tables.writeParquet(keyOf, MeaningRow, given);
    const centers = await fitCenters(tables, [meanings], { clusters, seed: 0 }, keyOf, beat);
    const places = await assignUnit(tables, meanings, centers, keyOf, beat);
    const from = { meanings: [meanings], places: [places] };
    const config = { threshold: 0.99, clusters: 1, seed: 0, guarded: true };
    const edges = await linkClusters(tables, from, { index: 0, of: 1 }, config, keyOf, beat, { most, held });
    const pairs = (await collect(tables.readShard(edges, EdgeRow))).map(({ a, b }): [string, string] => [a, b]);
    return [...clustersOf(pairs)].map(([id, root]) => `${id} ${root}`).sort();
  };

  it('is divided again, and near-copies stay together', async () => {
    const whole = await linked(rows, 100);
    expect(whole).toHaveLength(60);
    expect(new Set(whole.map((line) => line.slice(4))).size).toBe(12);
    expect(await linked(rows, 20)).toEqual(whole);
  });

  it('is compared the same however many of its items are held at once', async () => {
    const whole = await linked(rows, 20, 5);
    expect(whole).toHaveLength(60);
    for (const held of [1, 30, 60]) expect(await linked(rows, 20, 5, held)).toEqual(whole);
  });

  it('is cut where all of it is alike, and hangs together by its first item', async () => {
    const same = rows.map((row) => ({ ...(rows[0] as MeaningRow), id: row.id }));
    const whole = await linked(same, 100);
    expect(new Set(whole.map((line) => line.slice(4)))).toEqual(new Set(['i00']));
    expect(await linked(same, 7)).toEqual(whole);
  });
});

describe('a benchmark of many questions', () => {
  it('is held against texts block by block, and the nearest question of all is told', async () => {
    const embedder = await openEmbedder();
    const numbered = Array.from({ length: 2100 }, (_, i) => ({ id: `q${i}`, line: i + 1, text: `Count to ${i}.` }));
    const near = { id: 'near', line: 2101, text: 'Who painted the ceiling of the chapel, and in which years?' };
    const same = { id: 'same', line: 2102, text: 'In which years, and who, painted the ceiling of the chapel?' };
    const rows = [...numbered.slice(0, 1500), near, ...numbered.slice(1500), same];
    const index = indexBenchmark(rows.map(({ text }) => text));
    const items = Array.from({ length: 600 }, (_, i) =>
      i === 590 ? pair(i, 'Hello', 'Bye', same.text) : pair(i, 'How is bread made?', 'Of flour', 'By a baker'),
    );
    const given = async function* () {
      yield* items.map((item) => ({ read: item, id: item.id }));
    };
    const benchmark = { name: 'quiz', rows, index, similarity: 0.9 };
    const lexical = { ...benchmark, name: 'words alone', similarity: null };
    const found = await collect(resemblancesOf(given(), [benchmark, lexical], embedder, () => undefined));
    expect(found).toEqual([
      expect.objectContaining({ item: items[590]?.id, benchmark: 'quiz', row: 'same', line: 2102, response: 1 }),
    ]);
    expect(found[0]?.similarity).toBeCloseTo(1, 5);
  });
});

describe('benchmarks by meaning', () => {
  const question = 'A train leaves the station at nine and arrives at noon; how many hours does the journey take?';
  const told = 'How many hours does the journey take, if at nine the train leaves the station and at noon arrives?';
  const items = [
    pair(1, told, 'three', 'four'),
    pair(2, 'How many eggs does a hen lay in a week, if it lays one a day and rests on Sundays?', 'six', 'seven'),
    pair(3, 'Repeat after me', told, 'No'),
    pair(4, `Solve this. ${question}`, 'three', 'four'),
  ];
  const files = { 'quiz.jsonl': `\n${JSON.stringify({ id: 'q1', question })}\n{"question": "Why?"}\n` };
  const asked = (more: object) => ({ curate: { decontaminate: [{ name: 'quiz', file: 'quiz.jsonl', ...more }] } });

  it('takes out what asks the same in other words, with the question, its line and how near it is', async () => {
    const { reasons, decisions, funnel } = await curate(items, [], asked({ similarity: 0.9 }), { files });
    expect(reasons).toEqual({
      1: 'decontaminate: resembles-benchmark',
      2: 'rows: selected',
      3: 'decontaminate: resembles-benchmark',
      4: 'decontaminate: contaminated',
    });
    const [first, , third] = decisions;
    expect(first?.values).toMatchObject({ benchmark: 'quiz', row: 'q1', line: 2, text: 'prompt', question });
    expect(first?.values['similarity']).toBeGreaterThan(0.9);
    expect(first?.rule).toBe(
      'fewer than 13 words in a row of quiz (quiz.jsonl), no question of it ≥ 0.9 by cosine of embeddings',
    );
    expect(third?.values).toMatchObject({ text: 'response 0' });
    expect(funnel.find(({ step }) => step === 'decontaminate')?.reasons).toEqual({
      contaminated: 1,
      'resembles-benchmark': 2,
    });
  });

  it('leaves it in where nobody asks, and finds questions too short for a run of words', async () => {
    const { reasons } = await curate(items, [], asked({}), { files });
    expect(reasons).toMatchObject({ 1: 'rows: selected', 3: 'rows: selected', 4: 'decontaminate: contaminated' });
    const short = { 'quiz.jsonl': '{"question": "Sing a song"}\n' };
    const singing = [pair(1, 'sing: a song!', 'La', 'No'), pair(2, 'Do sums', 'One', 'No')];
    expect((await curate(singing, [], asked({ similarity: 0.9 }), { files: short })).reasons).toEqual({
      1: 'decontaminate: resembles-benchmark',
      2: 'rows: selected',
    });
  });
});
