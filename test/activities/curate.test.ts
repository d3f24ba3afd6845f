import { expect, it } from 'vitest';
import { listDatasets, showDataset } from '../../activities/dataset/catalog.ts';
import { explainItem } from '../../activities/dataset/explain.ts';
import { exportToFolder } from '../../activities/dataset/export-folder.ts';
import { verifyDataset } from '../../activities/dataset/verify.ts';
import { listModels, showModel } from '../../activities/model-catalog.ts';
import { DatasetRow } from '../../schemas/dataset.ts';
import { keys } from '../../schemas/keys.ts';
import {
  annotationOf,
  exporting,
  ingestRows,
  itemOf,
  plantedPairs,
  runCuration,
  stageOn,
  textResponse,
} from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const planted = async (objects = createMemoryObjects(), count = 120) => {
  const stage = stageOn(objects, scratch());
  const rows = plantedPairs('planted', count);
  const refs = await ingestRows(stage, 'planted', rows);
  return { objects, stage, rows, refs, result: await runCuration(stage, 'planted', refs) };
};

const text = async (objects: { get(key: string): Promise<Buffer> }, key: string) => (await objects.get(key)).toString();

it('turns planted preferences into a dataset with a head that learnt them', async () => {
  const { objects, stage, rows, result } = await planted();
  const { head, dataset, funnel, formats } = result;
  expect(result.labels.summaries).toMatchObject([{ task: 'pairwise', n: 120, annotations: 360, annotators: 3 }]);
  expect(head?.metrics.accuracy).toBeGreaterThan(0.8);
  expect(head?.metrics.accuracyCi[0]).toBeGreaterThan(0.5);
  expect(head).toMatchObject({ promoted: true, name: 'planted' });
  expect(result.scores?.rows).toBe(240);
  expect(formats).toEqual(['parquet', 'trl-preference', 'trl-sft', 'trl-kto']);
  expect(dataset.rows).toBe(120);
  expect(funnel[0]).toEqual({ step: 'items', in: 120, out: 120, reasons: {} });
  expect(funnel.at(-1)).toEqual({ step: 'rows', in: 120, out: 120, reasons: {} });

  const shown = await showDataset(objects, 'planted');
  expect(shown.exports.map(({ format, rows: n }) => [format, n])).toEqual([
    ['parquet', 120],
    ['trl-preference', 120],
    ['trl-sft', 120],
    ['trl-kto', 240],
  ]);
  expect(shown.sources).toEqual([{ drop: 'planted', license: 'CC-BY-4.0', rows: 120 }]);
  expect(shown.lineage.drops).toEqual([
    { drop: 'planted', license: 'CC-BY-4.0', files: [{ file: 'pairs.jsonl', rows: 120 }] },
  ]);
  expect(shown.lineage.model).toMatchObject({ name: 'planted', version: head?.version, encoder: 'static-e5' });

  expect(await verifyDataset(stage, 'planted')).toMatchObject({ ok: true, mismatched: [] });
  expect(await listDatasets(objects)).toMatchObject([{ name: 'planted', version: dataset.version, rows: 120 }]);
  expect(await listModels(objects)).toMatchObject([{ name: 'planted', promoted: true }]);
  expect(await showModel(objects, 'planted')).toMatchObject({ version: head?.version, promoted: true });

  const why = await explainItem(objects, stage.tables, 'planted', 'x7');
  expect(why).toMatchObject({
    item: rows.items[6]?.id,
    selected: true,
    source: { drop: 'planted', file: 'pairs.jsonl', row: 7 },
    label: { task: 'pairwise', n: 3 },
  });
  expect(why.scores).toHaveLength(2);
  expect(why.decisions.at(-1)).toMatchObject({ step: 'rows', kept: true, reason: 'selected' });
  await expect(explainItem(objects, stage.tables, 'planted', 'nobody')).rejects.toMatchObject({ code: 'ASY-6004' });
  await expect(showDataset(objects, 'other')).rejects.toMatchObject({ code: 'ASY-6001' });
});

it('keeps groups on one side of the split and every row traceable', async () => {
  const { objects, stage } = await planted();
  const { lineage, splits, version } = await showDataset(objects, 'planted');
  expect((splits['train'] ?? 0) + (splits['validation'] ?? 0)).toBe(120);
  const sides = new Map<string, string>();
  const manifest = JSON.parse(await text(objects, keys.datasetFile('planted', version, 'manifest.json')));
  for (const shard of manifest.data)
    for await (const row of stage.tables.readShard(shard, DatasetRow)) {
      expect(sides.get(row.group) ?? row.split).toBe(row.split);
      sides.set(row.group, row.split);
      expect(row.origin.row).toBeGreaterThan(0);
      expect(row.scores).toHaveLength(2);
    }
  expect(sides.size).toBe(120);
  expect(lineage.rules.map(({ step }) => step)).toEqual([
    'items',
    'label',
    'ties',
    'agreement',
    'filters',
    'score',
    'dedup',
    'decontaminate',
    'select',
    'split',
    'rows',
  ]);
});

it('writes the same bytes when run again, in this bucket and in another', async () => {
  const first = await planted();
  const before = new Map([...first.objects.entries].map(([key, { body }]) => [key, body.toString('base64')]));
  await runCuration(first.stage, 'planted', first.refs);
  const after = new Map([...first.objects.entries].map(([key, { body }]) => [key, body.toString('base64')]));
  expect(after).toEqual(before);
  const second = await planted();
  const other = new Map([...second.objects.entries].map(([key, { body }]) => [key, body.toString('base64')]));
  expect([...other.keys()].sort()).toEqual([...before.keys()].sort());
  for (const [key, body] of other) expect(before.get(key), key).toBe(body);
});

it('exports to a folder what the bucket holds, and formats that were not asked for', async () => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const refs = await ingestRows(stage, 'few', plantedPairs('few', 60));
  const { formats } = await runCuration(stage, 'few', refs, { export: { formats: ['trl-sft'] } });
  expect(formats).toEqual(['trl-sft']);
  const files = new Map<string, string>();
  const exported = await exportToFolder(
    { ...stage, ...exporting() },
    { name: 'few', format: 'trl-kto' },
    async (path, bytes) => {
      const parts: Buffer[] = [];
      for await (const part of bytes) parts.push(part as Buffer);
      files.set(path, Buffer.concat(parts).toString());
      return `out/${path}`;
    },
  );
  expect(exported).toMatchObject({ dataset: 'few', format: 'trl-kto', rows: 120 });
  expect(exported.files).toEqual(['out/train.jsonl', 'out/validation.jsonl', 'out/run-config.yaml']);
  const lines = (files.get('train.jsonl') ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(lines.map((line) => Object.keys(line).join()))).toEqual(new Set(['prompt,completion,label']));
  await expect(
    exportToFolder({ ...stage, ...exporting() }, { name: 'few', format: 'nope' }, async (path) => path),
  ).rejects.toMatchObject({
    code: 'ASY-6005',
  });
  expect((await verifyDataset(stage, 'few')).ok).toBe(true);
});

it('notices a byte that changed', async () => {
  const { objects, stage, result } = await planted(createMemoryObjects(), 40);
  const key = keys.datasetFile('planted', result.dataset.version, 'card.md');
  await objects.put(key, `${await text(objects, key)} `);
  expect(await verifyDataset(stage, 'planted')).toMatchObject({ ok: false, mismatched: ['card.md'] });
});

it('carries demonstrations, ratings and binary labels into the formats that can use them', async () => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const item = (row: number) =>
    itemOf('mixed', row, { prompt: [{ role: 'user', content: `p${row}` }], responses: [textResponse(`r${row}`)] });
  const rated = (row: number, value: number) =>
    annotationOf(item(row), 'ann', {
      task: 'rating',
      value: { response: 0, aspects: { help: value }, min: 0, max: 10 },
    });
  const annotations = [
    annotationOf(item(1), 'ann', { task: 'demonstration', value: { text: 'how a person says it' } }),
    annotationOf(item(2), 'ann', { task: 'demonstration', value: { text: '  ' } }),
    rated(3, 9),
    rated(4, 5),
    rated(5, 1),
    annotationOf(item(6), 'ann', { task: 'binary', value: { response: 0, good: false } }),
    annotationOf(item(7), 'ann', { task: 'critique', value: { response: 0, text: 'dull', edited: null } }),
  ];
  const refs = await ingestRows(stage, 'mixed', { items: [1, 2, 3, 4, 5, 6, 7, 8].map(item), annotations });
  const result = await runCuration(stage, 'mixed', refs, { train: { minPairs: 100 }, curate: { validation: 0 } });
  expect(result.plan.skipped).toMatchObject({ code: 'ASY-5004' });
  expect(result.funnel[1]).toEqual({ step: 'label', in: 8, out: 5, reasons: { 'no-preference': 2, unlabelled: 1 } });
  expect(result.formats).toEqual(['parquet', 'trl-sft', 'trl-kto']);
  const exported = async (format: string) =>
    (await text(objects, keys.datasetFile('mixed', result.dataset.version, `exports/${format}/train.jsonl`)))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ completion, label }) => [completion[0].content, label]);
  expect(await exported('trl-sft')).toEqual([
    ['how a person says it', undefined],
    ['r3', undefined],
  ]);
  expect(await exported('trl-kto')).toEqual([
    ['r3', true],
    ['r5', false],
    ['r6', false],
  ]);
  const why = await explainItem(objects, stage.tables, 'mixed', 'x8');
  expect(why).toMatchObject({ selected: false, label: null, labels: [], scores: [] });
  expect(why.decisions.map(({ step, kept }) => [step, kept])).toEqual([
    ['items', true],
    ['label', false],
  ]);
});

it('refuses a format that was asked for and has no rows', async () => {
  const stage = stageOn(createMemoryObjects(), scratch());
  const rows = plantedPairs('none', 20);
  const refs = await ingestRows(stage, 'none', { items: rows.items, annotations: [] });
  const asked = runCuration(stage, 'none', refs, { export: { formats: ['trl-preference'] } });
  await expect(asked).rejects.toMatchObject({ code: 'ASY-6002' });
  const empty = await runCuration(stage, 'none', refs);
  expect(empty).toMatchObject({ formats: ['parquet'], dataset: { rows: 0 } });
  expect(await verifyDataset(stage, 'none')).toMatchObject({ ok: true });
});
