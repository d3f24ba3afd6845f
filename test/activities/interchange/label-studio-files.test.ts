import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { exportAnnotations } from '../../../activities/interchange/export.ts';
import type { DropManifest } from '../../../schemas/drop.ts';
import { faults, ingestDrop } from '../../support/ingest-drop.ts';
import { memoryFolder } from '../../support/memory-folder.ts';
import { type Said, saidIn } from './compare.ts';

const folder = new URL('../../fixtures/interchange/label-studio/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, unknown>[];
/** Tasks whose images have names without an ending, which the drop's files need. */
const named = (name: string) =>
  JSON.parse(JSON.stringify(read(name)).replaceAll(/"\/(image\d)"/g, '"/$1.png"')) as Record<string, unknown>[];
const png = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#08f' } })
    .png()
    .toBuffer();
const clip = () => readFileSync(new URL('../../../examples/clips/clips/actions__17__cogvideo.mp4', import.meta.url));

/** Predictions as an ML backend gives them, under the task they are about. */
const predicted = (name: string, data: object) => [{ id: 1, data, annotations: [], predictions: read(name) }];

/** What Label Studio sends to a webhook, as the task that its export would hold. */
const webhook = read('test-timeline-labels-1.json') as unknown as { task: { id: number }; annotation: object };

interface Case {
  readonly document: unknown;
  /** The tasks as an export holds them, where the document is none. */
  readonly tasks?: readonly unknown[];
  readonly media: Readonly<Record<string, readonly [number, number] | 'clip'>>;
  readonly modality?: DropManifest['modality'];
}

const CASES: Readonly<Record<string, Case>> = {
  'coco-data': { document: read('coco-data.json'), media: { 'test_image1.jpg': [500, 320] } },
  'csv-csv-test': {
    document: read('csv-csv-test.json'),
    media: { '0030019819f25b28.jpg': [768, 576], '00155094b7acc33b.jpg': [768, 510] },
  },
  'csv-csv-test-history': { document: read('csv-csv-test-history.json'), media: {}, modality: 'text' },
  'json-min-data': { document: read('json-min-data.json'), media: { 'example.png': [128, 128] } },
  'yolo-data': { document: named('yolo-data.json'), media: { 'image1.png': [280, 280], 'image2.png': [280, 280] } },
  'yolo-data-keypoints': { document: read('yolo-data-keypoints.json'), media: { 'image1.jpg': [30, 20] } },
  'yolo-data-obb': {
    document: named('yolo-data-obb.json'),
    media: { 'image1.png': [597, 768], 'image2.png': [10, 10], 'image3.png': [10, 12] },
  },
  'yolo-data-polygons': { document: named('yolo-data-polygons.json'), media: { 'image2.png': [300, 200] } },
  'brush predictions': {
    document: predicted('test-brush-labels.json', { image: 'car.jpg' }),
    media: { 'car.jpg': [768, 576] },
  },
  'keypoint predictions': {
    document: predicted('test-keypoint-labels-1.json', { image: 'car.jpg' }),
    media: { 'car.jpg': [768, 576] },
  },
  'polygon predictions': {
    document: predicted('test-polygon-labels.json', { image: 'car.jpg' }),
    media: { 'car.jpg': [640, 480] },
  },
  'video predictions': {
    document: predicted('opossum-snow-short-1.json', { video: 'a.mp4' }),
    media: { 'a.mp4': 'clip' },
    modality: 'video',
  },
  'a webhook’s timeline': {
    document: webhook,
    tasks: [{ ...webhook.task, annotations: [webhook.annotation] }],
    media: { 'opossum_snow_short.mp4': 'clip' },
    modality: 'video',
  },
};

/** Every label of regions stands for something: what does not matter here. */
const labelsIn = (document: unknown): Record<string, 'implausibility' | 'misalignment'> => {
  const labels = [...JSON.stringify(document).matchAll(/"(?:\w*labels)":\["([^"]+)"\]/g)].map(
    ([, label]) => label ?? '',
  );
  return Object.fromEntries(labels.map((label, i) => [label, i % 2 === 0 ? 'implausibility' : 'misalignment']));
};

const exported = async (name: string, { document, media, modality = 'image' }: Case) => {
  const files = Object.fromEntries(
    await Promise.all(
      Object.entries(media).map(async ([file, size]) => [file, size === 'clip' ? clip() : await png(...size)] as const),
    ),
  );
  const { objects, tables, quarantine } = await ingestDrop(
    { 'export.json': JSON.stringify(document), ...files },
    {
      name: `ls-${name.replaceAll(/[^a-z-]/g, '')}`,
      format: 'label-studio',
      modality,
      regionLabels: labelsIn(document),
    },
  );
  expect(faults(quarantine)).toEqual([]);
  const out = memoryFolder();
  const drop = `ls-${name.replaceAll(/[^a-z-]/g, '')}`;
  const summary = await exportAnnotations({ objects, tables }, { drop, format: 'label-studio' }, out);
  return { summary, tasks: JSON.parse(out.text('tasks.json')) as unknown[] };
};

/** Who of the first document is who in the second: by the first thing that both say of one task in the same words. */
const sameAs = (before: readonly Said[], after: readonly Said[]): Map<string, string> => {
  const known = new Map<string, string>();
  for (const { task, who, what, predicted: model } of before) {
    const same = after.find((each) => each.task === task && each.predicted === model && equal(each.what, what));
    if (same !== undefined && !known.has(who)) known.set(who, same.who);
  }
  return known;
};
const equal = (a: readonly string[], b: readonly string[]) => a.join('\n') === b.join('\n');

it.each(Object.entries(CASES))('%s: imported and exported again it says the same', async (name, given) => {
  const { summary, tasks } = await exported(name, given);
  const [before, after] = [saidIn(given.tasks ?? (given.document as unknown[])), saidIn(tasks)];
  const known = sameAs(before, after);
  expect(new Set(known.values()).size).toBe(known.size);
  const renamed = before.map((said) => ({ ...said, who: known.get(said.who) ?? said.who }));
  const sorted = (all: readonly Said[]) => all.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  expect(sorted(after)).toEqual(sorted(renamed));
  expect(before.length).toBeGreaterThan(0);
  expect(summary.leftOut).toEqual({});
});

it('a conversation with a model is imported as what is judged', async () => {
  const { tasks } = await exported('chat', { document: read('json-min-chat-data.json'), media: {}, modality: 'text' });
  const [task] = tasks as { data: Record<string, string> }[];
  const { result } = (
    read('json-min-chat-data.json')[0] as {
      annotations: [{ result: { value: { chatmessage: { content: string } } }[] }];
    }
  ).annotations[0];
  const contents = result.map(({ value }) => value.chatmessage.content);
  expect(task?.data['response']).toBe(contents.at(-1));
  for (const content of contents.slice(0, -1)) expect(task?.data['prompt']).toContain(content);
});
