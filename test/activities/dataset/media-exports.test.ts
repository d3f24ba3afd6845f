/** From a drop of images or videos to the folders that trainers read. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createImageCodec } from '../../../activities/adapters/image-codec.ts';
import { createMediaProbe } from '../../../activities/adapters/media.ts';
import type { CurateInput } from '../../../activities/contract.ts';
import { createCurateActivities } from '../../../activities/curate.ts';
import { showDataset } from '../../../activities/dataset/catalog.ts';
import { explainItem } from '../../../activities/dataset/explain.ts';
import { exportToFolder } from '../../../activities/dataset/export-folder.ts';
import { verifyDataset } from '../../../activities/dataset/verify.ts';
import { createLabelActivities } from '../../../activities/labels.ts';
import { sha256 } from '../../../models/hash.ts';
import { decodeExample } from '../../../models/tfrecord/example.ts';
import { readRecords } from '../../../models/tfrecord/records.ts';
import { DatasetRow } from '../../../schemas/dataset.ts';
import { HeatmapRow } from '../../../schemas/heatmap.ts';
import { keys } from '../../../schemas/keys.ts';
import { PipelineConfig } from '../../../schemas/pipeline.ts';
import { Score } from '../../../schemas/score.ts';
import { exporting, idle } from '../../support/curation.ts';
import { streamed } from '../../support/exporting.ts';
import { type DropOptions, ingestDrop } from '../../support/ingest-drop.ts';
import { scratch } from '../../support/scratch.ts';

type Drop = Awaited<ReturnType<typeof ingestDrop>>;

/** Labels, selection, exports and publication of an ingested drop. */
const curate = async (drop: Drop, given: object = {}, beside: Partial<CurateInput> = {}) => {
  const config = PipelineConfig.parse(given);
  const { objects, tables, result } = drop;
  const deps = { objects, tables, ...exporting(createMediaProbe()), progress: idle };
  const labels = await createLabelActivities(deps).aggregate({
    run: 'drop',
    items: result.items,
    annotations: [result.annotations],
    config: config.aggregate,
  });
  const input: CurateInput = {
    name: 'drop',
    run: 'drop',
    modality: drop.items[0]?.modality ?? 'image',
    items: result.items,
    annotations: [result.annotations],
    labels: labels.labels,
    features: null,
    scores: null,
    model: null,
    summaries: labels.summaries,
    config: config.curate,
    exports: config.export,
    ...beside,
  };
  const curating = createCurateActivities(deps);
  const { version } = await curating.planDataset(input);
  const { funnel, formats } = await curating.selectRows({ ...input, version });
  for (const format of formats) await curating.exportDataset({ name: 'drop', version, format });
  await curating.publishDataset({ ...input, version, formats });
  const folder = async (format: string) => {
    const files = new Map<string, Buffer>();
    await exportToFolder(deps, { name: 'drop', format }, async (path, bytes) => {
      const parts: Buffer[] = [];
      for await (const part of bytes) parts.push(part as Buffer);
      files.set(path, Buffer.concat(parts));
      return path;
    });
    return files;
  };
  return { version, funnel, formats, folder, labels, deps, input };
};

const lines = (body: Buffer | undefined): Record<string, unknown>[] =>
  (body?.toString() ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const picture = (red: number, width = 60, height = 40) =>
  sharp({ create: { width, height, channels: 3, background: { r: red, g: 90, b: 30 } } });

const ratings = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const imageDrop = async (options: Partial<DropOptions> = {}) =>
  ingestDrop(
    {
      'one.jpg': await picture(10).jpeg().toBuffer(),
      // Stored lying down: shown, it is 40 wide and 60 high.
      'two.jpg': await picture(200).jpeg().withExif({}).withMetadata({ orientation: 6 }).toBuffer(),
      'three.png': await picture(120).png().toBuffer(),
      'ratings.jsonl': ratings([
        { file: 'one.jpg', prompt: 'a red cat', model: 'sd', annotator: 'ann', beauty: 1 },
        { file: 'two.jpg', prompt: 'a red cat', model: 'xl', annotator: 'ann', beauty: 5 },
        { file: 'three.png', prompt: 'a blue dog', model: 'xl', annotator: 'ann', regions: [] },
      ]),
    },
    { modality: 'image', format: 'images', ...options },
  );

/** Heatmaps as merging leaves them: the left half of each item's image marked by all, at half its size. */
const heatmapsOf = async (drop: Drop, files: readonly string[]) => {
  const rows = [];
  for (const item of drop.items.filter(({ externalId }) => files.includes(externalId ?? ''))) {
    const media = item.responses[0]?.media;
    const [width, height] = [(media?.width ?? 2) / 2, (media?.height ?? 2) / 2];
    const values = Float32Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 1 : 0));
    const png = await createImageCodec().greyPng({ width, height, values });
    const key = keys.heatmap(item.id, 'implausibility');
    await drop.objects.put(key, png);
    rows.push({
      item: item.id,
      response: 0,
      kind: 'implausibility' as const,
      source: 'merged' as const,
      model: null,
      version: null,
      width,
      height,
      annotators: 1,
      mass: 0.5,
      peak: 1,
      words: null,
      key,
      sha256: sha256(png),
      overlay: null,
    });
  }
  return drop.tables.commit('heatmaps', 'drop', [await drop.tables.writeShard('heatmaps', HeatmapRow, rows)]);
};

describe('images', () => {
  it('become pairs for Diffusion-DPO, judgements for TRL and masks for inpainting, each with its files', async () => {
    const drop = await imageDrop();
    const heatmaps = [await heatmapsOf(drop, ['two.jpg', 'three.png'])];
    const { formats, folder, funnel } = await curate(drop, { curate: { validation: 0 } }, { heatmaps });
    expect(funnel.at(-1)?.out).toBe(3);
    expect(formats).toEqual(
      expect.arrayContaining(['parquet', 'trl-preference', 'trl-sft', 'diffusion-dpo', 'inpainting']),
    );
    expect(formats).not.toContain('video-reward');

    const pairs = await folder('diffusion-dpo');
    const [pair, ...others] = lines(pairs.get('train.jsonl'));
    expect(others).toEqual([]);
    expect(pair).toMatchObject({ caption: 'a red cat', margin: 4 });
    const better = pair?.[pair['label_0'] === 1 ? 'jpg_0' : 'jpg_1'];
    const { width, height } = await sharp(pairs.get(String(better))).metadata();
    expect([width, height]).toEqual([40, 60]);
    expect(new Set(pairs.keys())).toEqual(new Set([pair?.['jpg_0'], pair?.['jpg_1'], 'train.jsonl']));

    const judged = await folder('trl-sft');
    const rows = lines(judged.get('train.jsonl'));
    expect(rows).toHaveLength(3);
    for (const path of rows.flatMap((row) => row['images'] as string[])) expect(judged.has(path)).toBe(true);

    const marked = await folder('coco');
    const coco = JSON.parse(marked.get('train.json')?.toString() ?? '{}');
    expect(coco.images).toHaveLength(2);
    expect(coco.annotations.map((each: { image_id: number }) => each.image_id)).toEqual([1, 2]);
    for (const { file_name, width, height } of coco.images)
      expect(await sharp(marked.get(file_name)).metadata()).toMatchObject({ width, height });

    const painted = await folder('inpainting');
    const metadata = lines(painted.get('train/metadata.jsonl'));
    expect(new Set(metadata.map((row) => Object.keys(row).join()))).toEqual(
      new Set(['file_name,mask_file_name,prompt']),
    );
    expect(new Set(metadata.map((row) => row['prompt']))).toEqual(new Set(['a blue dog', 'a red cat']));
    for (const row of metadata) {
      const image = await sharp(painted.get(`train/${String(row['file_name'])}`)).metadata();
      const mask = sharp(painted.get(`train/${String(row['mask_file_name'])}`));
      const { data, info } = await mask.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, info.channels]).toEqual([image.width, image.height, 1]);
      expect(image.orientation ?? 1).toBe(1);
      expect(data[Math.floor(info.width * (info.height / 2)) + 2]).toBe(255);
      expect(data[Math.floor(info.width * (info.height / 2)) + info.width - 2]).toBe(0);
    }
  });

  it('writes the same bytes twice, and notices when one of them changes', async () => {
    const drop = await imageDrop();
    const heatmaps = [await heatmapsOf(drop, ['two.jpg'])];
    const { version } = await curate(drop, {}, { heatmaps });
    const written = async () => {
      const found = new Map<string, string>();
      for await (const { key } of drop.objects.list('')) found.set(key, sha256(await drop.objects.get(key)));
      return found;
    };
    const before = await written();
    await curate(drop, {}, { heatmaps });
    expect(await written()).toEqual(before);
    const verdict = await verifyDataset(drop, 'drop');
    expect(verdict).toMatchObject({ ok: true, mismatched: [] });
    const mask = [...before.keys()].find((key) => key.endsWith('-implausibility.png') && key.includes(version)) ?? '';
    await drop.objects.put(mask, 'no mask');
    const { mismatched } = await verifyDataset(drop, 'drop');
    expect(mismatched).toEqual([mask.slice(keys.dataset('drop', version).length)]);
  });

  it('keeps what only regions speak of, takes out what is marked too much, and says how each generator fares', async () => {
    const drop = await imageDrop();
    const heatmaps = [await heatmapsOf(drop, ['one.jpg', 'three.png'])];
    const given = { curate: { validation: 0, maxMass: { implausibility: 0.4 } } };
    const { funnel, version, input } = await curate(drop, given, { heatmaps });
    expect(funnel.find(({ step }) => step === 'score')?.reasons).toEqual({ 'too-much-marked': 2 });
    const why = await explainItem(drop.objects, drop.tables, 'drop', 'three.png');
    expect(why.decisions.at(-1)).toMatchObject({
      kept: false,
      rule: 'at most 0.4 of the image marked for implausibility',
      values: { task: 'regions', kind: 'implausibility', mass: 0.5 },
    });
    const shown = await showDataset(drop.objects, 'drop');
    expect(shown.generators).toMatchObject([
      {
        model: 'sd',
        n: 1,
        selected: 0,
        ratings: { beauty: { n: 1, mean: 1 } },
        mass: { implausibility: { mean: 0.5 } },
      },
      { model: 'xl', n: 2, selected: 1, ratings: { beauty: { n: 1, mean: 5 } } },
    ]);
    expect(shown.lineage.tables.heatmaps).toEqual(heatmaps);
    const card = (await drop.objects.get(keys.datasetFile('drop', version, 'card.md'))).toString();
    expect(card).toContain('| model | items | selected | beauty | marked: implausibility |');
    expect(card).toContain('| xl | 2 | 50.0 % | 5.000 | 0.500 |');
    const again = createCurateActivities({
      ...exporting(),
      objects: drop.objects,
      tables: drop.tables,
      progress: idle,
    });
    expect((await again.planDataset({ ...input, heatmaps: [] })).version).not.toBe(version);
  });

  it('become records of RichHF-18K where its four aspects are rated', async () => {
    const scores = { plausibility: 2, alignment: 3, aesthetics: 4, overall: 5 };
    const rows = [{ file: 'one.jpg', prompt: 'a red cat', annotator: 'ann', ...scores }];
    const drop = await ingestDrop(
      { 'one.jpg': await picture(10).jpeg().toBuffer(), 'ratings.jsonl': ratings(rows) },
      { modality: 'image', format: 'images' },
    );
    const heatmaps = [await heatmapsOf(drop, ['one.jpg'])];
    const { folder, formats } = await curate(drop, { curate: { validation: 0 } }, { heatmaps });
    expect(formats).toContain('richhf');
    const file = (await folder('richhf')).get('train.tfrecord') ?? Buffer.alloc(0);
    const records = await Array.fromAsync(
      readRecords(streamed([file]), { recordBytes: 1 << 20, keep: 0, file: 'train.tfrecord' }),
    );
    expect(records.map(({ sound }) => sound)).toEqual([true]);
    const features = decodeExample(records[0]?.data ?? new Uint8Array());
    expect(features.get('artifact_score')?.values).toEqual([0]);
    expect(features.get('overall_score')?.values).toEqual([1]);
    const map = await createImageCodec().grey(features.get('artifact_map')?.values[0] as Uint8Array);
    expect([map.width, map.height, map.values[0], map.values.at(-1)]).toEqual([512, 512, 1, 0]);
  });

  it('refuses a heatmap whose bytes are not those its row names', async () => {
    const drop = await imageDrop();
    const heatmaps = [await heatmapsOf(drop, ['two.jpg'])];
    const two = drop.items.find(({ externalId }) => externalId === 'two.jpg');
    const white = await createImageCodec().greyPng({ width: 2, height: 2, values: Float32Array.of(1, 1, 1, 1) });
    await drop.objects.put(keys.heatmap(two?.id ?? '', 'implausibility'), white);
    await expect(curate(drop, { curate: { validation: 0 } }, { heatmaps })).rejects.toMatchObject({ code: 'ASY-3003' });
  });

  it('exports nothing to paint where every mask comes out empty, without failing the run', async () => {
    const drop = await imageDrop();
    const heatmaps = [await heatmapsOf(drop, ['one.jpg'])];
    const { folder, formats } = await curate(drop, { export: { masks: { minArea: 0.9 } } }, { heatmaps });
    expect(formats).toContain('inpainting');
    expect([...(await folder('inpainting')).keys()]).toEqual([]);
  });
});

describe('prompts that show pictures', () => {
  it('are told apart by what they show, and exported with it', async () => {
    const answers = [{ text: 'A cat.' }, { text: 'A dog.' }];
    const annotations = [{ task: 'pairwise', value: { preferred: 'a' }, annotator: 'ann' }];
    const rows = [
      { prompt: 'What is this?', promptFiles: ['one.jpg'], responses: answers, annotations },
      { prompt: 'What is this?', promptFiles: ['two.png'], responses: answers, annotations },
      { prompt: 'What is this?', responses: answers, annotations },
      { prompt: 'What is this?', promptFiles: ['absent.png'], responses: answers, annotations },
    ];
    const drop = await ingestDrop(
      {
        'rows.jsonl': ratings(rows),
        'one.jpg': await picture(10).jpeg().toBuffer(),
        'two.png': await picture(20).png().toBuffer(),
      },
      { modality: 'text', format: 'assay', files: ['rows.jsonl'] },
    );
    expect(drop.items.map(({ promptMedia }) => promptMedia?.map(({ type }) => type) ?? null)).toEqual([
      ['image/jpeg'],
      ['image/png'],
      null,
    ]);
    expect(drop.quarantine.map(({ code }) => code)).toEqual(['ASY-2101']);
    expect(new Set(drop.items.map(({ contentHash }) => contentHash)).size).toBe(3);
    expect(new Set(drop.items.map(({ group }) => group)).size).toBe(3);
    const { folder, funnel, formats } = await curate(drop, { curate: { validation: 0 } });
    expect(funnel.at(-1)?.out).toBe(3);
    expect(formats).toEqual(['parquet', 'trl-preference', 'trl-sft', 'trl-kto']);
    const files = await folder('trl-preference');
    const found = lines(files.get('train.jsonl'));
    expect(found.map((row) => (row['images'] as string[]).length)).toEqual([1, 1, 0]);
    for (const path of found.flatMap((row) => row['images'] as string[])) expect(files.has(path)).toBe(true);
  });
});

describe('videos', () => {
  const clip = (dir: string, name: string, source: string): Buffer => {
    const file = join(dir, name);
    const input = ['-f', 'lavfi', '-i', `${source}=s=64x48:r=8:d=2`];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...input, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '4', file]);
    return readFileSync(file);
  };

  it('become frames with their times for judges, and rewards per segment', async () => {
    const dir = scratch();
    const drop = await ingestDrop(
      {
        'a.mp4': clip(dir, 'a.mp4', 'testsrc'),
        'b.mp4': clip(dir, 'b.mp4', 'testsrc2'),
        'ratings.jsonl': ratings([
          { file: 'a.mp4', prompt: 'a test card', model: 'x', annotator: 'ann', quality: 2 },
          { file: 'b.mp4', prompt: 'a test card', model: 'y', annotator: 'ann', quality: 4 },
        ]),
      },
      { modality: 'video', format: 'videos' },
    );
    const scored = drop.items.flatMap(({ id }, i) =>
      ['preference', 'quality'].map((aspect) => ({
        item: id,
        response: 0,
        model: 'm',
        version: 'v',
        aspect,
        value: i,
        std: null,
        ood: null,
        segments: [
          { at: 0.25, value: i },
          { at: 1.5, value: i },
        ],
      })),
    );
    const scores = await drop.tables.commit('scores', 'drop', [await drop.tables.writeShard('scores', Score, scored)]);
    const { folder, formats, version } = await curate(drop, { curate: { validation: 0 } }, { scores });
    expect(formats).toEqual(['parquet', 'trl-preference', 'trl-sft', 'trl-kto', 'video-reward']);
    const files = await folder('trl-preference');
    const [row] = lines(files.get('train.jsonl'));
    const images = row?.['images'] as string[];
    expect(images).toHaveLength(4);
    for (const path of images) {
      const { width, height, format } = await sharp(files.get(path)).metadata();
      expect([width, height, format]).toEqual([64, 48, 'jpeg']);
    }
    expect(new Set(images.map((path) => sha256(files.get(path) ?? ''))).size).toBe(4);
    const rewards = lines((await folder('video-reward')).get('train.jsonl'));
    expect(rewards).toHaveLength(2);
    for (const reward of rewards) {
      expect(reward).toMatchObject({ caption: 'a test card', seconds: 2, segments: [{ at: 0.25 }, { at: 1.5 }] });
      expect(sha256((await folder('video-reward')).get(String(reward['video'])) ?? '')).toBe(reward['sha256']);
    }
    const shards = JSON.parse((await drop.objects.get(keys.datasetFile('drop', version, 'manifest.json'))).toString());
    for (const shard of shards.data)
      for await (const each of drop.tables.readShard(shard, DatasetRow)) expect(each.segments?.[0]).toHaveLength(2);
    expect(await verifyDataset(drop, 'drop')).toMatchObject({ ok: true });
  });
});
