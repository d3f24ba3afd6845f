/** Clients of remote models against servers that speak the protocol, and against ones that do not. */

import { afterEach, describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../../../activities/adapters/remote/attempts.ts';
import { Remotes } from '../../../../activities/adapters/remote/config.ts';
import { createRemotes, type RemoteModels } from '../../../../activities/adapters/remote/index.ts';
import { openScorer } from '../../../../activities/scorers.ts';
import { createRewardRegistry } from '../../../../cli/rewards.ts';
import type { TextEmbedder } from '../../../../models/encoders/encoder.ts';
import type { ScorerInput } from '../../../../models/scorer.ts';
import { createRewardMetrics } from '../../../../server/reward/metrics.ts';
import { createRewardRoutes } from '../../../../server/reward/routes.ts';
import { createRewardService } from '../../../../server/reward/service.ts';
import { type Listening, listen } from '../../../support/listen.ts';
import { createMemoryObjects } from '../../../support/memory-objects.ts';
import { type Asked, remotesAt, startRemote } from '../../../support/remote-models.ts';
import { storeHead } from '../../../support/stored-head.ts';

const text = (response: string, prompt = 'Why?', language: string | null = null): ScorerInput => ({
  prompt,
  response,
  language,
});
const TEXTS = ['a', 'bb', 'ccc'].map((response) => text(response));

const open: Listening[] = [];
const start = async (...args: Parameters<typeof startRemote>) => {
  const started = await startRemote(...args);
  open.push(started.server);
  return started;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const embedderOf = (remotes: RemoteModels) => remotes.encoder('embed').embedder as TextEmbedder;
const data = (body: Asked['body'], name: string): string[] => {
  const tensors = body['inputs'] as { name: string; data: string[] }[];
  return tensors.find((tensor) => tensor.name === name)?.data ?? [];
};
/** Each protocol's right answer: the reward is the response's length. */
const RIGHT: Record<string, (asked: Asked) => unknown> = {
  oip: ({ body }) => ({
    model_name: 'm',
    outputs: [
      { name: 'reward', datatype: 'FP32', shape: [1], data: data(body, 'response').map(({ length }) => length) },
    ],
  }),
  // vLLM may give scores in any order: the index counts.
  score: ({ body }) => ({
    object: 'list',
    data: (body['text_2'] as string[])
      .map(({ length }, index) => ({ index, object: 'score', score: length }))
      .reverse(),
  }),
  reward: ({ body }) => ({
    object: 'list',
    data: [
      {
        index: 0,
        object: 'pooling',
        data: [[-1], [((body['messages'] as { content: string }[])[1]?.content ?? '').length]],
      },
    ],
  }),
};
const SCORERS = ['oip', 'score', 'reward'] as const;

describe.each(SCORERS)('%s', (name) => {
  test('scores in order, in batches no larger than told, with the key', async () => {
    const { asked, remotes } = await start((each) => Response.json(RIGHT[name]?.(each)), { maxBatch: 2 });
    const scorer = remotes.scorer(name);
    expect([scorer.model, scorer.version]).toEqual([`remote/${name}`, 'unstated']);
    expect(await scorer.score(TEXTS)).toEqual(
      [1, 2, 3].map((value) => ({ value, std: null, ood: null, aspects: null, probability: null })),
    );
    expect(asked).toHaveLength(name === 'reward' ? 3 : 2);
    expect(asked[0]?.key).toBe('Bearer the KEY');
    expect(await scorer.score([])).toEqual([]);
  });

  test('cuts texts to what the model takes', async () => {
    const { remotes } = await start((each) => Response.json(RIGHT[name]?.(each)), { maxChars: 10 });
    expect((await remotes.scorer(name).score([text('x'.repeat(1_000_000))]))[0]?.value).toBe(10);
  });

  test.each([
    ['an error page', () => new Response('<html>secret</html>', { headers: { 'content-type': 'text/html' } })],
    ['another shape', () => Response.json({ rewards: [1, 2, 3] })],
    ['NaN', () => new Response('{"data":[{"index":0,"score":NaN,"data":[NaN]}],"outputs":[]}')],
    [
      'text for a number',
      () =>
        Response.json({
          data: [{ index: 0, score: 'high', data: ['x'] }],
          outputs: [{ name: 'reward', shape: [1], data: ['x'] }],
        }),
    ],
    ['too few', () => Response.json({ data: [], outputs: [{ name: 'reward', shape: [0], data: [] }] })],
    [
      'too many',
      () =>
        Response.json({
          data: Array.from({ length: 4 }, (_, index) => ({ index, score: 1, data: [1, 2] })),
          outputs: [{ name: 'reward', shape: [4], data: [1, 2, 3, 4] }],
        }),
    ],
    ['a refusal', () => new Response('secret', { status: 400 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/' } })],
  ])('%s is ASY-5033 at once, and nothing of the answer is in the message', async (_, answer) => {
    const { asked, remotes } = await start(answer);
    const fault = await remotes
      .scorer(name)
      .score(TEXTS.slice(0, 1))
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'ASY-5033', retry: false });
    expect((fault as Error).message).not.toContain('secret');
    expect(asked).toHaveLength(1);
  });

  test('a server that hangs is given up after the time limit, not tried again', async () => {
    const { asked, remotes } = await start(() => new Promise(() => undefined), { timeoutSeconds: 0.05 });
    await expect(remotes.scorer(name).score(TEXTS.slice(0, 1))).rejects.toMatchObject({
      code: 'ASY-5032',
      retry: true,
    });
    expect(asked).toHaveLength(1);
  });

  test('the caller can stop it', async () => {
    const stop = new AbortController();
    const { remotes } = await start(() => {
      stop.abort(new Error('enough'));
      return new Promise(() => undefined);
    });
    await expect(remotes.scorer(name).score(TEXTS, { signal: stop.signal })).rejects.toThrow('enough');
  });
});

describe('attempts', () => {
  test('a server that is busy or broken is asked again, as soon as it said', async () => {
    const { asked, remotes } = await start((each, attempt) =>
      attempt === 1
        ? new Response(null, { status: 429, headers: { 'retry-after': '0' } })
        : attempt === 2
          ? new Response(null, { status: 503, headers: { 'retry-after': '0' } })
          : Response.json(RIGHT['oip']?.(each)),
    );
    expect(await remotes.scorer('oip').score(TEXTS)).toHaveLength(3);
    expect(asked).toHaveLength(3);
  });

  test('four times in all', async () => {
    const { asked, remotes } = await start(() => new Response(null, { status: 500, headers: { 'retry-after': '0' } }));
    await expect(remotes.scorer('score').score(TEXTS)).rejects.toMatchObject({
      code: 'ASY-5032',
      message: expect.stringContaining('status 500') as string,
    });
    expect(asked).toHaveLength(4);
  });
});

test('a server that is not there is ASY-5032', async () => {
  const { server } = await startRemote(() => new Response());
  await server.close();
  const remotes = remotesAt(server);
  await expect(remotes.scorer('oip').score(TEXTS)).rejects.toMatchObject({
    code: 'ASY-5032',
    message: expect.stringContaining('ECONNREFUSED') as string,
  });
});

test('Retry-After is read as seconds or as a date, within bounds', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterMs('2', now)).toBe(2000);
  expect(retryAfterMs('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5000);
  expect(retryAfterMs('Thu, 01 Jan 2025 00:00:05 GMT', now)).toBe(0);
  expect(retryAfterMs('86400', now)).toBe(30_000);
  for (const none of [null, 'soon']) expect(retryAfterMs(none, now)).toBeNull();
});

describe('oip', () => {
  test('names the version in the path and refuses another; sends languages when there are some; reads spread and distance', async () => {
    const outputs = ['reward', 'std', 'ood'].map((name, i) => ({ name, shape: [1, 1], data: [[i + 0.5]] }));
    const { asked, remotes } = await start(
      (_, attempt) => Response.json({ model_version: attempt === 1 ? '7' : '8', outputs }),
      { version: '7' },
    );
    const scorer = remotes.scorer('oip');
    expect(await scorer.score([text('a', 'p', 'fr')])).toMatchObject([{ value: 0.5, std: 1.5, ood: 2.5 }]);
    expect(asked[0]?.path).toBe('/v2/models/m/versions/7/infer');
    expect(data(asked[0]?.body ?? {}, 'language')).toEqual(['fr']);
    await expect(scorer.score([text('a')])).rejects.toMatchObject({ code: 'ASY-5033' });
    expect(data(asked[1]?.body ?? {}, 'language')).toEqual([]);
  });

  test('a head served by `assay serve` scores the same there and back', async () => {
    const objects = createMemoryObjects();
    await storeHead(objects, 'm', 'v1');
    const metrics = createRewardMetrics();
    const service = createRewardService(
      createRewardRegistry({ objects, remotes: createRemotes({}, () => '') }),
      metrics,
    );
    const log = () => undefined;
    const server = await listen(
      createRewardRoutes({ service, metrics, tokens: ['the KEY'], readsNeedToken: true, log }),
    );
    open.push(server);
    const remotes = remotesAt(server, { maxBatch: 2 });
    const far = await (await openScorer({ objects, remotes }, 'remote/oip')).score(TEXTS);
    expect(far).toEqual(await (await openScorer({ objects, remotes: createRemotes({}, () => '') }, 'm')).score(TEXTS));
  });
});

describe('vllm', () => {
  test('reward sends messages for the chat template and asks for the raw logit; a classifier gives one number', async () => {
    const { asked, remotes } = await start(() => Response.json({ data: [{ index: 0, data: [-2.5] }] }));
    expect((await remotes.scorer('reward').score([text('because', 'why')]))[0]?.value).toBe(-2.5);
    expect(asked[0]?.path).toBe('/pooling');
    expect(asked[0]?.body).toMatchObject({
      model: 'm',
      use_activation: false,
      messages: [
        { role: 'user', content: 'why' },
        { role: 'assistant', content: 'because' },
      ],
    });
  });

  test('a text is cut to maxChars, never through a character', async () => {
    const { asked, remotes } = await start((each) => Response.json(RIGHT['score']?.(each)), { maxChars: 3 });
    await remotes.scorer('score').score([text('ab\u{1f600}c', 'long prompt'), text('\u{1f600}!')]);
    expect(asked[0]?.body).toMatchObject({ text_1: ['lon', 'Why'], text_2: ['ab\ufffd', '\u{1f600}!'] });
  });

  test('score pairs prompts with responses', async () => {
    const { asked, remotes } = await start((each) => Response.json(RIGHT['score']?.(each)));
    await remotes.scorer('score').score(TEXTS);
    expect(asked[0]).toMatchObject({
      path: '/score',
      body: { text_1: ['Why?', 'Why?', 'Why?'], text_2: ['a', 'bb', 'ccc'] },
    });
  });
});

describe('openai-embeddings', () => {
  const rows = (body: Asked['body']) =>
    (body['input'] as string[]).map((each, index) => ({ index, embedding: [3 * each.length, 4 * each.length] }));

  test('embeds in batches, brings rows to length 1, and does not send what is empty', async () => {
    const { asked, remotes } = await start(({ body }) => Response.json({ data: rows(body).reverse() }), {
      maxBatch: 2,
    });
    const embedder = embedderOf(remotes);
    const done: number[] = [];
    const out = await embedder.embed(['a', '', 'bb', ' ', 'ccc'], { onProgress: (n) => done.push(n) });
    expect([...out].map((value) => Number(value.toFixed(5)))).toEqual([0.6, 0.8, 0, 0, 0.6, 0.8, 0, 0, 0.6, 0.8]);
    expect(asked.map(({ path, key, body }) => [path, key, body['input']])).toEqual([
      ['/embeddings', 'Bearer the KEY', ['a', 'bb']],
      ['/embeddings', 'Bearer the KEY', ['ccc']],
    ]);
    expect(done).toEqual([2, 3]);
  });

  test('makes an encoder on which heads are fitted and score; its revision changes with the model', async () => {
    const { remotes } = await start(({ body }) => Response.json({ data: rows(body) }));
    const { manifest } = remotes.encoder('embed');
    const objects = createMemoryObjects();
    await storeHead(objects, 'm', 'v1', { encoder: manifest, feature: 0 });
    const scorer = await openScorer({ objects, remotes }, 'm');
    expect((await scorer.score([text('any')]))[0]?.value).toBeCloseTo(0.6, 6);
    const other = remotesAt({ url: 'http://127.0.0.1:1' }, { model: 'n' });
    expect(other.encoder('embed').manifest.revision).not.toBe(manifest.revision);
    await expect(openScorer({ objects, remotes: other }, 'm')).rejects.toMatchObject({ code: 'ASY-5006' });
  });

  test.each([
    ['an error page', () => new Response('<html>secret</html>'), 'ASY-5033'],
    ['too few', () => Response.json({ data: [] }), 'ASY-5033'],
    ['other dims', () => Response.json({ data: [{ index: 0, embedding: [1, 2, 3] }] }), 'ASY-5033'],
    ['null', () => Response.json({ data: [{ index: 0, embedding: [1, null] }] }), 'ASY-5033'],
    ['a row that is nothing', () => Response.json({ data: [null] }), 'ASY-5033'],
    ['a wrong index', () => Response.json({ data: [{ index: 5, embedding: [1, 2] }] }), 'ASY-5033'],
    ['a refusal', () => Response.json({ error: { message: 'secret' } }, { status: 401 }), 'ASY-5033'],
    [
      'a redirect',
      () => new Response(null, { status: 307, headers: { location: 'http://169.254.169.254/' } }),
      'ASY-5033',
    ],
    ['a broken server', () => new Response(null, { status: 503, headers: { 'retry-after': '0' } }), 'ASY-5032'],
  ])('%s is a coded fault without the answer', async (_, answer, code) => {
    const { remotes } = await start(answer);
    const fault = await embedderOf(remotes)
      .embed(['a'])
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ code });
    expect((fault as Error).message).not.toContain('secret');
  });

  test('a server that hangs is given up, and the caller can stop it', async () => {
    const hanging = await start(() => new Promise(() => undefined), { timeoutSeconds: 0.02 });
    await expect(embedderOf(hanging.remotes).embed(['a'])).rejects.toMatchObject({ code: 'ASY-5032' });
    const stop = new AbortController();
    const { remotes } = await start(() => {
      stop.abort(new Error('enough'));
      return new Promise(() => undefined);
    });
    await expect(embedderOf(remotes).embed(['a'], { signal: stop.signal })).rejects.toThrow('enough');
  });
});

test('a name that is not in the file, or does something else, is ASY-5034', () => {
  const remotes = remotesAt({ url: 'http://127.0.0.1:1' });
  for (const ask of [
    () => remotes.scorer('none'),
    () => remotes.scorer('embed'),
    () => remotes.encoder('oip'),
    () => remotes.scorer('constructor'),
  ])
    expect(ask).toThrow(expect.objectContaining({ code: 'ASY-5034' }) as Error);
});

test.each([
  ['a protocol nobody speaks', { protocol: 'grpc', url: 'http://a', model: 'm' }],
  ['a file for a url', { protocol: 'oip-v2', url: 'file:///etc/passwd', model: 'm' }],
  ['a password in a url', { protocol: 'oip-v2', url: 'http://me:secret@a', model: 'm' }],
  ['embeddings without dims', { protocol: 'openai-embeddings', url: 'http://a', model: 'm', version: '1' }],
  ['embeddings without a version', { protocol: 'openai-embeddings', url: 'http://a', model: 'm', dims: 2 }],
  ['a key in the file', { protocol: 'oip-v2', url: 'http://a', model: 'm', apiKey: 'secret' }],
])('%s is refused', (_, remote) => {
  expect(Remotes.safeParse({ x: remote }).success).toBe(false);
});
