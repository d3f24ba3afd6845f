/** Runs that are encoded or scored by models behind servers that speak the protocols, and by heads that other runs made. */
import { afterEach, describe, expect, test } from 'vitest';
import { createScoreActivities } from '../../activities/score.ts';
import { keys } from '../../schemas/keys.ts';
import { Lineage } from '../../schemas/lineage.ts';
import { ScoreConfig } from '../../schemas/pipeline.ts';
import { FeatureRow, Score } from '../../schemas/score.ts';
import type { TableRef } from '../../schemas/table.ts';
import {
  idle,
  ingestRows,
  itemOf,
  noMedia,
  plantedPairs,
  runCuration,
  stageOn,
  textResponse,
} from '../support/curation.ts';
import type { Listening } from '../support/listen.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { type Asked, noRemotes, startRemote } from '../support/remote-models.ts';
import { scratch } from '../support/scratch.ts';
import { promote, storeHead } from '../support/stored-head.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
/** A server of embeddings (is the text curt?) and of scores (how long is the response?). */
const start = async (extra: Record<string, unknown> = {}) => {
  const started = await startRemote(({ path, body }) => {
    if (path === '/embeddings')
      return Response.json({
        data: (body['input'] as string[]).map((text, index) => ({
          index,
          embedding: [/no idea|look it up|whatever/i.test(text) ? 1 : 0, 1],
        })),
      });
    const scores = (body['text_2'] as string[]).map(({ length }, index) => ({ index, score: length }));
    return Response.json({ data: scores });
  }, extra);
  open.push(started.server);
  return started;
};
const to = (asked: readonly Asked[], path: string) => asked.filter((each) => each.path === path);
const stageWith = (remotes = noRemotes) => stageOn(createMemoryObjects(), scratch(), remotes);
const read = async (stage: ReturnType<typeof stageWith>, scores: TableRef | null): Promise<Score[]> =>
  scores === null ? [] : Array.fromAsync(stage.tables.read(scores, Score), (row) => Score.parse(row));

describe('score.encoder: remote/NAME', () => {
  test('encodes a drop there, once, and fits a head on it that scores', async () => {
    const { remotes, asked } = await start();
    const stage = stageWith(remotes);
    const refs = await ingestRows(stage, 'd', plantedPairs('d', 40));
    const config = { score: { encoder: 'remote/embed' } };
    const { head, scores, features } = await runCuration(stage, 'd', refs, config);
    expect(head?.metrics.accuracy).toBeGreaterThan(0.8);
    const [feature] = await Array.fromAsync(stage.tables.read(features, FeatureRow));
    expect(feature).toMatchObject({
      encoder: 'remote/embed',
      revision: remotes.encoder('embed').manifest.revision,
    });
    expect(await read(stage, scores)).toHaveLength(80);
    const calls = asked.length;
    expect(calls).toBeGreaterThan(0);
    await runCuration(stage, 'again', await ingestRows(stage, 'again', plantedPairs('d', 40)), config);
    expect(asked).toHaveLength(calls);
  });

  test('names that the operator does not give, or that are no embeddings, or items that are no text, are refused', async () => {
    const { remotes, asked } = await start();
    const stage = stageWith(remotes);
    const image = itemOf('d', 1, { modality: 'image', prompt: [], responses: [textResponse(null)] });
    const images = await ingestRows(stage, 'i', { items: [image], annotations: [] });
    const texts = await ingestRows(stage, 'd', plantedPairs('d', 2));
    const scoring = createScoreActivities({ ...stage, media: noMedia, progress: idle });
    const encode = (encoder: string, { items }: { items: TableRef }) =>
      scoring.encodeShard({ run: 'd', items, shard: 0, config: ScoreConfig.parse({ encoder }) });
    await expect(encode('remote/none', texts)).rejects.toMatchObject({ code: 'ASY-5034' });
    await expect(encode('remote/http://127.0.0.1/', texts)).rejects.toMatchObject({ code: 'ASY-5034' });
    await expect(encode('remote/score', texts)).rejects.toMatchObject({ code: 'ASY-5034' });
    await expect(encode('remote/embed', images)).rejects.toMatchObject({ code: 'ASY-5001' });
    expect(asked).toEqual([]);
  });
});

describe('score.model: remote/NAME', () => {
  test('scores a drop that teaches no head, in bounded requests, and curation selects by it', async () => {
    const { remotes, asked } = await start({ maxBatch: 7, version: '2025-07' });
    const stage = stageWith(remotes);
    const rows = plantedPairs('d', 20);
    const refs = await ingestRows(stage, 'd', rows, 9);
    const config = {
      score: { model: 'remote/score', encoder: 'hashed-ngrams' },
      train: { minPairs: 1000 },
      curate: { topShare: 0.5, validation: 0 },
    };
    const { head, scores, dataset, input, funnel } = await runCuration(stage, 'd', refs, config);
    expect(head).toBeNull();
    const found = await read(stage, scores);
    expect(found).toHaveLength(40);
    const texts = new Map(rows.items.map(({ id, responses }) => [id, responses.map(({ text }) => text ?? '')]));
    for (const { item, response, value, ...of } of found) {
      expect(value).toBe(texts.get(item)?.[response]?.length);
      expect(of).toMatchObject({
        model: 'remote/score',
        version: '2025-07',
        aspect: 'preference',
        std: null,
        ood: null,
      });
    }
    const requests = to(asked, '/score').map(({ body }) => (body['text_2'] as string[]).length);
    expect(Math.max(...requests)).toBe(7);
    expect(requests.reduce((sum, n) => sum + n, 0)).toBe(40);
    const prompts = to(asked, '/score').flatMap(({ body }) => body['text_1'] as string[]);
    expect(prompts[0]).toBe(rows.items[0]?.prompt[0]?.content);
    expect(funnel).toContainEqual({ step: 'score', in: 20, out: 10, reasons: { 'below-top-share': 10 } });
    expect(input.model).toEqual({ name: 'remote/score', version: '2025-07' });
    const text = async (path: string) =>
      (await stage.objects.get(keys.datasetFile('d', dataset.version, path))).toString();
    expect(await text('card.md')).toContain('`remote/score` 2025-07, a model behind another server');
    expect(Lineage.parse(JSON.parse(await text('lineage.json'))).model).toEqual({
      name: 'remote/score',
      version: '2025-07',
      encoder: null,
      revision: null,
      onnx: null,
    });
  });

  test('a shard that is done is not asked for again, and one that failed is', async () => {
    let broken = true;
    const { remotes, asked, server } = await startRemote(({ body }) =>
      broken
        ? Response.json({ data: [] })
        : Response.json({ data: (body['text_2'] as string[]).map((_, index) => ({ index, score: 1 })) }),
    );
    open.push(server);
    const stage = stageWith(remotes);
    const { items } = await ingestRows(stage, 'd', plantedPairs('d', 4));
    const beats: unknown[] = [];
    const progress = () => ({ ...idle(), heartbeat: (details: unknown) => void beats.push(details) });
    const scoring = createScoreActivities({ ...stage, media: noMedia, progress });
    const model = { name: 'remote/score', version: 'unstated' };
    const shard = () => scoring.scoreShard({ run: 'd', items, shard: 0, model });
    await expect(shard()).rejects.toMatchObject({ code: 'ASY-5033' });
    broken = false;
    expect(await shard()).toEqual({ rows: 8 });
    const calls = asked.length;
    expect(await shard()).toEqual({ rows: 8 });
    expect(asked).toHaveLength(calls);
    expect(beats).toEqual([{ shard: 0, rows: 8 }]);
    const { scores } = await scoring.commitScores({ run: 'd', items, model });
    expect(scores.rows).toBe(8);
  });

  test('stops asking when the work is cancelled', async () => {
    const { remotes, asked } = await start({ maxBatch: 4096 });
    const stage = stageWith(remotes);
    const { items } = await ingestRows(stage, 'd', plantedPairs('d', 200), 200);
    const stop = new AbortController();
    const progress = () => ({ ...idle(), cancelled: stop.signal, heartbeat: () => stop.abort(new Error('stop')) });
    const scoring = createScoreActivities({ ...stage, media: noMedia, progress });
    const model = { name: 'remote/score', version: 'unstated' };
    await expect(scoring.scoreShard({ run: 'd', items, shard: 0, model })).rejects.toThrow('stop');
    expect(asked).toHaveLength(1);
  });

  test('what is no text is refused before anything is asked, and when a shard is', async () => {
    const { remotes, asked } = await start();
    const stage = stageWith(remotes);
    const image = itemOf('d', 1, { modality: 'image', prompt: [], responses: [textResponse(null)] });
    const { items } = await ingestRows(stage, 'd', { items: [image], annotations: [] });
    const scoring = createScoreActivities({ ...stage, media: noMedia, progress: idle });
    const refusal = { code: 'ASY-5027', message: 'model remote/score judges text, not image' };
    const config = ScoreConfig.parse({});
    await expect(scoring.resolveModel({ model: 'remote/score', items, config })).rejects.toMatchObject(refusal);
    const model = { name: 'remote/score', version: 'unstated' };
    await expect(scoring.scoreShard({ run: 'd', items, shard: 0, model })).rejects.toMatchObject(refusal);
    expect(asked).toEqual([]);
  });
});

describe('score.model: NAME', () => {
  const resolved = async (model: string, prepare: (stage: ReturnType<typeof stageWith>) => Promise<unknown>) => {
    const stage = stageWith();
    await prepare(stage);
    const { items } = await ingestRows(stage, 'd', plantedPairs('d', 2));
    const config = ScoreConfig.parse({ encoder: 'hashed-ngrams' });
    return createScoreActivities({ ...stage, media: noMedia, progress: idle }).resolveModel({ model, items, config });
  };
  const two = async ({ objects }: ReturnType<typeof stageWith>) => {
    await storeHead(objects, 'm', 'v1');
    await storeHead(objects, 'm', 'v2');
    await promote(objects, 'm', 'v1');
  };

  test('is the promoted version, and NAME@VERSION the one named', async () => {
    expect(await resolved('m', two)).toEqual({ name: 'm', version: 'v1', reads: 'features' });
    expect(await resolved('m@v2', two)).toEqual({ name: 'm', version: 'v2', reads: 'features' });
  });

  test.each([
    ['nothing has the name', 'none', {}, 'ASY-5001'],
    ['nothing has the version', 'm@v9', {}, 'ASY-5001'],
    ['it was fitted on another revision', 'm', { revision: 'older' }, 'ASY-5006'],
    ['it judges images', 'm', { modality: 'image' }, 'ASY-5027'],
    ['no remote has the name', 'remote/m', {}, 'ASY-5034'],
  ] as const)('is refused before anything is encoded where %s', async (_, model, kind, code) => {
    await expect(resolved(model, ({ objects }) => storeHead(objects, 'm', 'v1', kind))).rejects.toMatchObject({ code });
  });

  test('scores a drop without annotations, and says so', async () => {
    const stage = stageWith();
    await storeHead(stage.objects, 'm', 'v1');
    const rows = plantedPairs('d', 5);
    const refs = await ingestRows(stage, 'd', { items: rows.items, annotations: [] });
    const config = { score: { model: 'm', encoder: 'hashed-ngrams' } };
    const { head, scores } = await runCuration(stage, 'd', refs, config);
    expect(head).toBeNull();
    const found = await read(stage, scores);
    expect(found).toHaveLength(10);
    expect(new Set(found.map(({ model, version }) => `${model} ${version}`))).toEqual(new Set(['m v1']));
    expect(found[0]?.value).toBeCloseTo(Math.log1p(rows.items[0]?.responses[0]?.text?.length ?? 0), 4);
  });
});

test('score.model is a name, a name with a version, or a remote; never an address', () => {
  const valid = (model: string) => ScoreConfig.safeParse({ model }).success;
  expect(['m', 'my.head-2', 'm@2c2c5b913ed74c31', 'remote/m'].filter(valid)).toHaveLength(4);
  expect(
    ['', 'M', 'm@', 'm@a/b', 'remote/', 'remote/m@1', 'remote/a/b', 'http://h', '../m', 'm\n'].filter(valid),
  ).toEqual([]);
});
