/** Faces in pictures and videos, from the file to the dataset's rows. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { createMediaProbe } from '../../../activities/adapters/media.ts';
import { createPictureWriter } from '../../../activities/adapters/pictures.ts';
import { createCurateActivities } from '../../../activities/curate.ts';
import { readSelection } from '../../../activities/dataset/selection-file.ts';
import { mediaOnlyOf } from '../../../activities/erasure/find-media.ts';
import { createFaceFinder } from '../../../activities/examine/faces.ts';
import { createExamineActivities } from '../../../activities/examine.ts';
import { createLabelActivities } from '../../../activities/labels.ts';
import { REDACTED_FROM } from '../../../activities/redacted-link.ts';
import { root } from '../../../cli/paths.ts';
import { FACE_INPUT, openFaceDetector } from '../../../models/faces/detector.ts';
import { sha256 } from '../../../models/hash.ts';
import { dispose } from '../../../models/runtime.ts';
import { CurateFilter, type FacesFilter } from '../../../schemas/curation.ts';
import { DatasetRow, Decision } from '../../../schemas/dataset.ts';
import type { Media } from '../../../schemas/item.ts';
import { keys } from '../../../schemas/keys.ts';
import { PipelineConfig } from '../../../schemas/pipeline.ts';
import { examine, exporting, idle } from '../../support/curation.ts';
import { ingestDrop, jsonl } from '../../support/ingest-drop.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';

afterAll(() => dispose());

const portrait = fileURLToPath(new URL('../../fixtures/models/faces/astronaut.png', import.meta.url));
const media = createMediaProbe();
const withFace = await sharp(portrait).resize(640, 480).png().toBuffer();
const withoutFace = readFileSync(join(root, 'examples/images/frames/light_change__21__cogvideo.jpg'));

/** A drop of rated media, examined and selected under one faces filter. */
const curate = async (
  files: Readonly<Record<string, Buffer>>,
  filter: object,
  modality: 'image' | 'video' = 'image',
) => {
  const rows = Object.keys(files).map((file) => ({ file, prompt: `a ${file}`, annotator: 'ann', beauty: 1 }));
  const drop = await ingestDrop(
    { ...files, 'ratings.jsonl': jsonl(...rows) },
    { modality, format: modality === 'image' ? 'images' : 'videos' },
  );
  const { objects, tables, items, result } = drop;
  const config = PipelineConfig.parse({ curate: { filters: [{ kind: 'faces', ...filter }] } });
  const deps = { objects, tables, ...exporting(media), progress: idle };
  const labels = await createLabelActivities(deps).aggregate({
    run: 'drop',
    items: result.items,
    annotations: [result.annotations],
    config: config.aggregate,
  });
  await examine(createExamineActivities(deps), { run: 'drop', items: result.items, config: config.curate });
  const input = {
    name: 'set',
    run: 'drop',
    modality,
    items: result.items,
    annotations: [result.annotations],
    labels: labels.labels,
    features: null,
    scores: null,
    model: null,
    summaries: labels.summaries,
    config: config.curate,
    exports: config.export,
  };
  const curating = createCurateActivities(deps);
  const { version } = await curating.planDataset(input);
  await curating.selectRows({ ...input, version });
  const selection = await readSelection(objects, 'set', version);
  const decisions = await Array.fromAsync(tables.readShard(selection.decisions[0]!, Decision));
  const rowsOf = async () =>
    (await Promise.all(selection.data.map(({ shard }) => Array.fromAsync(tables.readShard(shard, DatasetRow))))).flat();
  const itemOf = (file: string) => items.find(({ prompt }) => prompt[0]?.content === `a ${file}`)!;
  return {
    ...drop,
    version,
    selection,
    rows: await rowsOf(),
    itemOf,
    decisionOf: (file: string) => decisions.find(({ item }) => item === itemOf(file).id)!,
  };
};

const files = { 'face.png': withFace, 'none.jpg': withoutFace };

describe('a faces filter', () => {
  it('takes out what shows a face, and says how many and how sure', async () => {
    const { decisionOf, rows, itemOf } = await curate(files, { action: 'reject' });
    expect(decisionOf('face.png')).toMatchObject({
      step: 'filters',
      reason: 'face',
      values: { filter: 'faces', value: 1, found: expect.stringMatching(/^highest confidence (1\.000|0\.99\d)$/) },
    });
    expect(decisionOf('none.jpg')).toMatchObject({ reason: 'selected', values: { '1 faces': 0 } });
    expect(rows.map(({ item }) => item)).toEqual([itemOf('none.jpg').id]);
  });

  it('lets as many pass as it says, and what is less sure than it asks', async () => {
    for (const filter of [{ max: 1 }, { confidence: 1 }, { on: 'prompt' }]) {
      const { rows } = await curate(files, { action: 'reject', ...filter });
      expect(rows).toHaveLength(2);
    }
  });

  it('redacts: rows show another picture, in which nobody is found, and the drop keeps its own', async () => {
    const { objects, tables, items, result, rows, decisionOf, itemOf, selection, version } = await curate(files, {
      action: 'redact',
    });
    const mediaOf = (file: string) => rows.find(({ item }) => item === itemOf(file).id)?.responses[0]?.media as Media;
    const original = itemOf('face.png').responses[0]?.media as Media;
    const shown = mediaOf('face.png');
    expect(mediaOf('none.jpg')).toEqual(itemOf('none.jpg').responses[0]?.media);
    expect(shown).toMatchObject({ type: 'image/jpeg', width: 640, height: 480 });
    expect(decisionOf('face.png').values['1 faces found']).toContain(`shown as ${shown.sha256}`);
    expect(selection.redacted).toEqual({ rows: 1, kinds: { face: 1 } });

    const [before, after] = [
      await objects.get(keys.media(original.sha256)),
      await objects.get(keys.media(shown.sha256)),
    ];
    expect([sha256(before), sha256(after)]).toEqual([original.sha256, shown.sha256]);
    expect(sha256(withFace)).toBe(original.sha256);
    const detector = await openFaceDetector();
    const pixels = await media.pixels(await objects.local(keys.media(shown.sha256)), FACE_INPUT);
    expect(await detector.detect(pixels)).toEqual([]);

    // Published as any other medium, and erased with its original.
    const published = createCurateActivities({ objects, tables, ...exporting(media), progress: idle });
    expect(await published.exportDataset({ name: 'set', version, format: 'webdataset' })).toMatchObject({ rows: 2 });
    const shards = await tables.shards(result.items);
    const gone = await mediaOnlyOf({ objects, tables }, [itemOf('face.png').id], shards, []);
    expect([...gone].sort()).toEqual([original.sha256, shown.sha256].sort());
    expect([...(await mediaOnlyOf({ objects, tables }, [itemOf('none.jpg').id], shards, []))]).toHaveLength(1);
    // Made of another picture too, it stays as long as that one does.
    await objects.put(keys.rendition(shown.sha256, REDACTED_FROM.name(sha256('another'))), '');
    expect(await mediaOnlyOf({ objects, tables }, [itemOf('face.png').id], shards, [])).toEqual(gone);
    await objects.put(keys.media(sha256('another')), 'another');
    expect([...(await mediaOnlyOf({ objects, tables }, [itemOf('face.png').id], shards, []))]).toEqual([
      original.sha256,
    ]);
    expect(items).toHaveLength(2);
  });

  it('takes out videos with a face in one of their frames, whatever it would do to a picture', async () => {
    const dir = scratch();
    const [grey, face] = [join(dir, 'grey.mp4'), join(dir, 'face.mp4')];
    const film = (...rest: readonly string[]) =>
      execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', 'color=gray:s=320x240:d=2:r=8', ...rest]);
    film(grey);
    film('-i', portrait, '-filter_complex', "overlay=enable='gte(t,1)'", face);
    const { decisionOf, rows } = await curate(
      { 'grey.mp4': readFileSync(grey), 'face.mp4': readFileSync(face) },
      { action: 'redact' },
      'video',
    );
    expect(decisionOf('face.mp4')).toMatchObject({
      reason: 'face',
      values: { value: 1, found: expect.stringMatching(/^highest confidence \d\.\d{3} at 1\.\d\d s$/) },
    });
    expect(rows).toHaveLength(1);
  });
});

describe('what it looks at', () => {
  it('is the prompt, the responses, or both, each filter by its own threshold', async () => {
    const objects = createMemoryObjects();
    const put = async (bytes: Buffer, name: string): Promise<Media> => {
      await objects.put(keys.media(sha256(bytes)), bytes);
      return media.probe(await objects.local(keys.media(sha256(bytes))), name);
    };
    const [face, none] = [await put(withFace, 'face.png'), await put(withoutFace, 'none.jpg')];
    const filters = [
      { on: 'prompt', action: 'reject' },
      { on: 'responses', action: 'reject' },
      { on: 'all', action: 'redact', confidence: 1 },
    ].map((filter, number) => ({ number, filter: CurateFilter.parse({ kind: 'faces', ...filter }) as FacesFilter }));
    const find = await createFaceFinder({ objects, media, pictures: createPictureWriter() }, filters, 8);
    const { findings, redacted } = await find('it', {
      promptMedia: [none, face],
      responses: [
        { model: null, text: 'a reply', media: null },
        { model: null, text: null, media: none },
      ],
    });
    expect(findings.map(({ filter, response, value, reason }) => [filter, response, value, reason])).toEqual([
      [0, -1, 0, null],
      [2, -1, 0, null],
      [0, -1, 1, 'face'],
      [2, -1, 0, null],
      [1, 1, 0, null],
      [2, 1, 0, null],
    ]);
    expect(redacted).toEqual([]);
  });
});
