/** Near-duplicate images and videos, by what they show. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { createMediaProbe } from '../../activities/adapters/media.ts';
import { NearRow } from '../../activities/examine/rows.ts';
import { createExamineActivities, readExamined } from '../../activities/examine.ts';
import { root } from '../../cli/paths.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { examine, exporting, idle } from '../support/curation.ts';
import { type DropOptions, ingestDrop } from '../support/ingest-drop.ts';
import { scratch } from '../support/scratch.ts';

const config = PipelineConfig.parse({ curate: { dedup: 'near' } }).curate;
const example = (path: string): string => join(root, 'examples', path);

/** Media of each cluster, by their files. Every medium has the prompt given. */
const clustersIn = async (
  options: DropOptions,
  prompts: Readonly<Record<string, string>>,
  media: Record<string, Buffer>,
) => {
  const ratings = Object.keys(media).map((file) => ({
    file,
    prompt: prompts[file] ?? 'a',
    annotator: 'ann',
    beauty: 1,
  }));
  const files = { ...media, 'ratings.jsonl': ratings.map((row) => `${JSON.stringify(row)}\n`).join('') };
  const { objects, tables, items, result } = await ingestDrop(files, options);
  const input = { run: 'drop', items: result.items, config };
  await examine(createExamineActivities({ objects, tables, ...exporting(createMediaProbe()), progress: idle }), input);
  const names = new Map(items.map(({ id, externalId }) => [id, externalId ?? '']));
  const clusters = new Map<string, string[]>();
  for (const shard of (await readExamined({ objects, tables }, input)).near)
    for await (const { item, cluster } of tables.readShard(shard, NearRow))
      clusters.set(cluster, [...(clusters.get(cluster) ?? []), names.get(item) ?? '']);
  return [...clusters.values()].map((members) => members.toSorted());
};

it('finds images that were scaled and compressed anew, under one prompt', async () => {
  const [cat, dog] = ['cogvideo', 'videofusion'].map((model) =>
    readFileSync(example(`images/frames/actions__17__${model}.jpg`)),
  );
  const small = (image: Buffer | undefined, quality: number) => sharp(image).resize(120).jpeg({ quality }).toBuffer();
  const media = {
    'cat.jpg': cat as Buffer,
    'small.jpg': await small(cat, 60),
    'dog.jpg': dog as Buffer,
    'elsewhere.jpg': await small(cat, 50),
  };
  const prompts = { 'elsewhere.jpg': 'something else entirely, asked in other words' };
  expect(await clustersIn({ modality: 'image', format: 'images' }, prompts, media)).toEqual([['cat.jpg', 'small.jpg']]);
});

it('finds videos that were scaled and compressed anew', async () => {
  const [first, second] = ['cogvideo', 'videofusion'].map((model) =>
    example(`clips/clips/actions__17__${model}.mp4`),
  ) as [string, string];
  const small = join(scratch(), 'small.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', first, '-vf', 'scale=160:-2', '-crf', '30', small]);
  const media = {
    'first.mp4': readFileSync(first),
    'small.mp4': readFileSync(small),
    'second.mp4': readFileSync(second),
  };
  expect(await clustersIn({ modality: 'video', format: 'videos' }, {}, media)).toEqual([['first.mp4', 'small.mp4']]);
});
