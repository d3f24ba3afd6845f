import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRemotes } from '../../../activities/adapters/remote/index.ts';
import { createRewardRegistry } from '../../../cli/rewards.ts';
import { createRewardMetrics } from '../../../server/reward/metrics.ts';
import type { RewardRegistry } from '../../../server/reward/ports.ts';
import { createRewardRoutes } from '../../../server/reward/routes.ts';
import { createRewardService } from '../../../server/reward/service.ts';
import { type Listening, listen } from '../../support/listen.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { promote, storeHead } from '../../support/stored-head.ts';
import { until } from '../../support/until.ts';

const setup = async (options: Parameters<typeof createRewardService>[2] = {}, registry?: RewardRegistry) => {
  const objects = createMemoryObjects();
  await storeHead(objects, 'm', 'v1');
  await storeHead(objects, 'm', 'v2', { slope: 2 });
  await storeHead(objects, 'old', 'v1', { revision: 'older' });
  await storeHead(objects, 'pictures', 'v1', { modality: 'image' });
  await storeHead(objects, 'sides', 'v1', { aspects: true });
  await storeHead(objects, 'steps', 'v1', { process: { bias: 0 } });
  await promote(objects, 'm', 'v1');
  const metrics = createRewardMetrics();
  const service = createRewardService(
    registry ?? createRewardRegistry({ objects, remotes: createRemotes({}, () => '') }),
    metrics,
    options,
  );
  const lines: string[] = [];
  const routes = (readsNeedToken: boolean) =>
    createRewardRoutes({ service, metrics, tokens: ['trainer', 'admin'], readsNeedToken, log: (l) => lines.push(l) });
  const app = routes(false);
  const post = (path: string, body: unknown, headers: Record<string, string> = { authorization: 'Bearer trainer' }) =>
    app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
  return { app, post, service, metrics, lines, objects, closed: routes(true) };
};
/** What the stored head gives a response. */
const reward = (response: string, slope = 1): number => slope * Math.log1p(response.length);
const bytes = (name: string, data: unknown[], shape: unknown[] = [data.length], datatype = 'BYTES') => ({
  name,
  shape,
  datatype,
  data,
});

describe('OpenRLHF', () => {
  test('takes prompts and responses in one text and gives rewards, scores and numbers to log', async () => {
    const { post } = await setup();
    const prompts = ['<user>Why?<assistant>', 'Hi '];
    const answer = await post('/reward/m', {
      query: ['<s><user>Why?<assistant>Because.', 'Hi there'],
      prompts,
      labels: ['', null],
    });
    expect(answer.status).toBe(200);
    const { rewards, scores, extra_logs, model, version } = (await answer.json()) as Record<string, number[]>;
    expect(rewards?.[0]).toBeCloseTo(reward('Because.'), 5);
    expect(rewards?.[1]).toBeCloseTo(reward('there'), 5);
    expect(scores).toEqual(rewards?.map((value) => 1 / (1 + Math.exp(-value))));
    expect({ extra_logs, model, version }).toEqual({ extra_logs: {}, model: 'm', version: 'v1' });
  });

  test('takes the token in the path, the whole query from clients that send no prompts, and a version to stay with', async () => {
    const { post } = await setup();
    const body = { query: ['abc'] };
    const inPath = (await (await post('/reward/trainer/m', body, {})).json()) as { rewards: number[] };
    expect(inPath.rewards[0]).toBeCloseTo(reward('abc'), 5);
    const pinned = (await (await post('/reward/m?version=v2', body)).json()) as { rewards: number[]; version: string };
    expect(pinned.rewards[0]).toBeCloseTo(reward('abc', 2), 5);
    expect(pinned.version).toBe('v2');
    expect(await (await post('/reward/m', { query: [] })).json()).toMatchObject({ rewards: [], scores: [] });
  });

  test('takes closing tokens off that the client names, and a prompt that the client has cut from the left', async () => {
    const { post } = await setup();
    const rewards = async (path: string, body: unknown) =>
      ((await (await post(path, body)).json()) as { rewards: number[] }).rewards;
    const query = ['abc<|im_end|><pad><pad>', '<pad>abc', 'abc\n'];
    const [ended, inside, plain] = await rewards('/reward/m?end=%3C%7Cim_end%7C%3E&end=%3Cpad%3E&end=', { query });
    expect([ended, inside, plain]).toEqual(
      ['abc', '<pad>abc', 'abc\n'].map((text) => expect.closeTo(reward(text), 5) as number),
    );
    expect((await rewards('/reward/m', { query }))[0]).toBeCloseTo(reward('abc<|im_end|><pad><pad>'), 5);

    const prompt = `first ${'and then '.repeat(50)}what?`;
    const cut = await rewards('/reward/m', {
      query: [`<s>${prompt.slice(100)}yes`, `\ufffd${prompt.slice(-70)}yes`],
      prompts: [prompt, prompt],
    });
    expect(cut).toEqual([reward('yes'), reward('yes')].map((value) => expect.closeTo(value, 5) as number));
  });

  test('without a right token there is nothing, and the admin token is not taken from a path', async () => {
    const { post } = await setup();
    for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: 'Bearer traine' }])
      expect((await post('/reward/m', { query: ['a'] }, headers as Record<string, string>)).status).toBe(401);
    expect((await post('/reward/wrong/m', { query: ['a'] }, {})).status).toBe(404);
    expect((await post('/reward/admin/m', { query: ['a'] }, {})).status).toBe(404);
    expect((await post('/reward/m', { query: ['a'] }, { authorization: 'Bearer admin' })).status).toBe(200);
  });

  test.each([
    ['not JSON', '{"query": [', 'body'],
    ['NaN, which Python writes', '{"query": ["a"], "prompts": NaN}', 'body'],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'body'],
    ['no object', '[1]', 'body'],
    ['null', 'null', 'body'],
    ['no query', { prompts: ['a'] }, 'query'],
    ['a query that is no list', { query: 'a' }, 'query'],
    ['a query that is no text', { query: ['a', 5] }, 'query.1'],
    ['fewer prompts than queries', { query: ['a', 'b'], prompts: ['a'] }, 'prompts'],
    ['a query without its prompt', { query: ['ab', 'cd'], prompts: ['a', 'x'] }, 'query.1'],
    [
      'an end of a prompt after something else',
      { query: [`${'y'.repeat(80)}${'x'.repeat(70)}`], prompts: [`z${'x'.repeat(70)}`] },
      'query.0',
    ],
    ['a prompt far into the query', { query: [`${'y'.repeat(65)}ab`], prompts: ['a'] }, 'query.0'],
  ])('%s is a 400 that names the place', async (_, body, where) => {
    const { post, lines } = await setup();
    const answer = await post('/reward/m', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'ASY-5028',
      message: expect.stringMatching(`^${where}: `) as string,
    });
    expect(lines).toEqual([]);
  });

  test.each([
    ['none', 404, 'ASY-5001'],
    ['m?version=v9', 404, 'ASY-5001'],
    ['pictures', 400, 'ASY-5027'],
    ['remote%2Fx', 404, 'ASY-5034'],
    ['..%2F..%2Fetc', 400, 'ASY-1004'],
    ['old', 409, 'ASY-5006'],
  ])('model %s → %i %s', async (model, status, code) => {
    const { post, lines } = await setup();
    const answer = await post(`/reward/trainer/${model}`, { query: ['a'] }, {});
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
    expect(lines.join()).not.toContain('trainer');
    expect(lines).toHaveLength(status === 500 ? 1 : 0);
  });
});

describe('hostile sizes', () => {
  test('a text that repeats itself takes no quadratic time', { timeout: 5_000 }, async () => {
    const { post } = await setup();
    const [query, half] = ['a'.repeat(1_000_000), 'a'.repeat(250_000)];
    expect((await post('/reward/m', { query: [query], prompts: [`${half}b${half}`] })).status).toBe(200);
  });

  test('a prompt of a megabyte is scored', async () => {
    const { post } = await setup();
    const prompt = 'long '.repeat(200_000);
    const answer = await post('/reward/m', { query: [`${prompt}yes`], prompts: [prompt] });
    expect(((await answer.json()) as { rewards: number[] }).rewards[0]).toBeCloseTo(reward('yes'), 5);
  });

  test('too many texts, or a body that is too long whatever it claims, is a 413', async () => {
    const { post, app } = await setup();
    const many = await post('/reward/m', { query: Array.from({ length: 4097 }, () => 'a') });
    expect([many.status, ((await many.json()) as { code: string }).code]).toEqual([413, 'ASY-5030']);
    // Each would be a complaint of its own: megabytes of them take seconds and gigabytes.
    const values = Array.from({ length: 70_000 }, () => 0);
    expect((await post('/reward/m', { query: values })).status).toBe(413);
    expect((await post('/reward/m', { query: ['a'], labels: [[values]] })).status).toBe(413);
    expect((await post('/v2/models/m/infer', { inputs: [bytes('response', [values])] })).status).toBe(413);
    expect(
      (await post('/v2/models/m/infer', { inputs: [bytes('prompt', []), bytes('response', [], [1e9])] })).status,
    ).toBe(400);
    expect(
      (await post('/reward/m', '{}', { authorization: 'Bearer trainer', 'content-length': '99999999' })).status,
    ).toBe(413);
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024).fill(32)),
    });
    const headers = { authorization: 'Bearer trainer' };
    const init = { method: 'POST', headers, body: endless, duplex: 'half' } as RequestInit;
    expect((await app.request('/reward/m', init)).status).toBe(413);
  });

  test('a full queue is a 429 that says when to come back, and is counted', async () => {
    const { post, metrics } = await setup({ maxWaiting: 2 });
    const answer = await post('/reward/m', { query: ['a', 'b', 'c'] });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await answer.json()).toMatchObject({ code: 'ASY-5029' });
    const oip = await post('/v2/models/m/infer', {
      inputs: [bytes('prompt', ['', '', '']), bytes('response', ['', '', ''])],
    });
    expect(await oip.json()).toEqual({ error: expect.stringMatching(/^ASY-5029 /) as string });
    const { body } = await metrics.text();
    expect(body).toContain('assay_reward_rejected_total{code="ASY-5029"} 2');
    expect(body).toContain('assay_reward_requests_total{protocol="openrlhf",status="429"} 1');
  });

  test('more bytes under way than told is a 429 before any is read', async () => {
    const { post } = await setup({ maxBytes: 10 });
    expect(
      (await post('/reward/m', { query: ['a'] }, { authorization: 'Bearer trainer', 'content-length': '11' })).status,
    ).toBe(429);
    expect(
      (await post('/reward/m', { query: [] }, { authorization: 'Bearer trainer', 'content-length': '10' })).status,
    ).toBe(200);
  });
});

describe('Open Inference Protocol v2', () => {
  const texts = { inputs: [bytes('prompt', ['Why?', 'Hi']), bytes('response', ['Because.', 'there'])] };

  test('says what it is, whether it lives, and whether it and a model are ready', async () => {
    const { app } = await setup();
    const get = async (path: string) => {
      const answer = await app.request(path);
      return [answer.status, await answer.json()];
    };
    expect(await get('/v2')).toEqual([200, { name: 'assay', version: '2', extensions: [] }]);
    expect(await get('/v2/health/live')).toEqual([200, { live: true }]);
    expect(await get('/v2/health/ready')).toEqual([200, { ready: true }]);
    expect(await get('/v2/models/m/ready')).toEqual([200, { name: 'm', ready: true }]);
    expect(await get('/v2/models/old/ready')).toMatchObject([
      409,
      { error: expect.stringMatching(/^ASY-5006 /) as string },
    ]);
    expect(await get('/v2/models/m')).toEqual([
      200,
      {
        name: 'm',
        versions: ['v1'],
        platform: 'assay_onnx',
        inputs: ['prompt', 'response', 'language'].map((name) => ({ name, datatype: 'BYTES', shape: [-1] })),
        outputs: [{ name: 'reward', datatype: 'FP32', shape: [-1] }],
      },
    ]);
    expect(await get('/v2/models/m/versions/v2')).toMatchObject([200, { versions: ['v2'] }]);
    expect(await get('/v2/models/none')).toMatchObject([404, { error: expect.any(String) as string }]);
  });

  test('infers flat and nested tensors, gives the id back, and names the version', async () => {
    const { post } = await setup();
    const answer = await post('/v2/models/m/infer', { id: '42', ...texts });
    const body = (await answer.json()) as { outputs: { data: number[] }[] };
    expect(body).toMatchObject({
      id: '42',
      model_name: 'm',
      model_version: 'v1',
      outputs: [{ name: 'reward', shape: [2], datatype: 'FP32' }],
    });
    expect(body.outputs[0]?.data[0]).toBeCloseTo(reward('Because.'), 5);
    const nested = await post('/v2/models/m/versions/v1/infer', {
      inputs: [
        bytes('response', [['Because.'], ['there']], [2, 1]),
        bytes('prompt', ['Why?', 'Hi']),
        bytes('language', ['en', '']),
      ],
      outputs: [{ name: 'reward' }],
    });
    expect(((await nested.json()) as typeof body).outputs).toEqual(body.outputs);
  });

  test('gives aspects as rows, with their names, and alone where they alone are wanted', async () => {
    const { post, app } = await setup();
    const [long, none] = [reward('Because.'), reward('there')].map((value) => expect.closeTo(value, 5) as number);
    const [lengths, shortness] = [reward('Because.'), reward('there')].map(
      (value) => expect.closeTo(-value, 5) as number,
    );
    const aspects = {
      name: 'aspects',
      shape: [2, 2],
      datatype: 'FP32',
      parameters: { names: '["long","short"]' },
      data: [long, lengths, none, shortness],
    };
    const all = (await (await post('/v2/models/sides/infer', texts)).json()) as { outputs: unknown[] };
    expect(all.outputs).toEqual([{ name: 'reward', shape: [2], datatype: 'FP32', data: [long, none] }, aspects]);
    const wanted = { ...texts, outputs: [{ name: 'aspects' }] };
    expect(await (await post('/v2/models/sides/infer', wanted)).json()).toMatchObject({ outputs: [aspects] });
    expect((await post('/v2/models/m/infer', wanted)).status).toBe(400);
    expect(await (await app.request('/v2/models/sides')).json()).toMatchObject({
      outputs: [{ name: 'reward' }, { name: 'aspects', datatype: 'FP32', shape: [-1, 2] }],
    });
  });

  test('a process head is refused: it would take a whole response for one step', async () => {
    const { post } = await setup();
    const answer = await post('/v2/models/steps/infer', texts);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: expect.stringMatching('^ASY-5038 ') as string },
    ]);
    expect((await post('/reward/steps', { query: ['a'] })).status).toBe(400);
  });

  test.each([
    ['an unknown tensor', { inputs: [...texts.inputs, bytes('context', ['a', 'b'])] }],
    ['no response', { inputs: [bytes('prompt', ['a'])] }],
    ['a tensor twice', { inputs: [bytes('prompt', ['a']), bytes('prompt', ['a'])] }],
    ['numbers', { inputs: [bytes('prompt', ['a']), bytes('response', [1])] }],
    ['another data type', { inputs: [bytes('prompt', ['a']), bytes('response', ['b'], [1], 'FP32')] }],
    ['a shape that lies', { inputs: [bytes('prompt', ['a']), bytes('response', ['b'], [2])] }],
    ['a shape too wide', { inputs: [bytes('prompt', ['a', 'b'], [1, 2]), bytes('response', ['a', 'b'])] }],
    ['a negative shape', { inputs: [bytes('prompt', ['a'], [-1]), bytes('response', ['b'])] }],
    ['tensors of two lengths', { inputs: [bytes('prompt', ['a', 'b']), bytes('response', ['b'])] }],
    ['an output nobody makes', { ...texts, outputs: [{ name: 'logits' }] }],
    ['an output this model has not', { ...texts, outputs: [{ name: 'std' }] }],
    ['data nested too deep', { inputs: [bytes('prompt', [[['a']]]), bytes('response', ['b'])] }],
  ])('%s is a 400 with an error text', async (_, body) => {
    const { post } = await setup();
    const answer = await post('/v2/models/m/infer', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(/^ASY-5028 /) as string });
  });

  test('binary tensors are refused by name', async () => {
    const { post } = await setup();
    const headers = { authorization: 'Bearer trainer', 'inference-header-content-length': '10' };
    expect(await (await post('/v2/models/m/infer', '{}', headers)).json()).toMatchObject({
      error: expect.stringContaining('binary') as string,
    });
  });

  test('needs a token to infer, and for metadata and metrics where other machines reach the server', async () => {
    const { app, closed } = await setup();
    expect((await app.request('/v2/models/m/infer', { method: 'POST', body: '{}' })).status).toBe(401);
    const token = { headers: { authorization: 'Bearer trainer' } };
    for (const path of ['/v2/models/m', '/v2/models/m/ready', '/metrics']) {
      expect((await app.request(path)).status).toBe(200);
      expect((await closed.request(path)).status).toBe(401);
      expect((await closed.request(path, token)).status).toBe(200);
    }
    for (const path of ['/v2/health/live', '/v2/health/ready']) expect((await closed.request(path)).status).toBe(200);
  });
});

test('metrics count requests and batches of this server alone', async () => {
  const [one, other] = [await setup(), await setup()];
  await one.post('/reward/m', { query: ['a', 'b', 'c'] });
  const { body, type } = await one.metrics.text();
  expect(type).toContain('text/plain');
  expect(body).toContain('assay_reward_requests_total{protocol="openrlhf",status="200"} 1');
  expect(body).toContain('assay_reward_batch_texts_sum 3');
  expect(body).toContain('assay_reward_waiting_texts 0');
  expect(body).toContain('assay_reward_request_seconds_count{protocol="openrlhf"} 1');
  expect((await other.metrics.text()).body).not.toContain('assay_reward_requests_total{');
});

describe('over a real connection', () => {
  let server: Listening;
  const seen: { signal: AbortSignal; finish: () => void }[] = [];
  beforeAll(async () => {
    const registry: RewardRegistry = {
      promoted: async () => '1',
      reachable: async () => undefined,
      open: async (model, version) => ({
        model,
        version,
        score: (inputs, { signal } = {}) => {
          const outputs = inputs.map(() => ({ value: 1, std: null, ood: null, aspects: null, probability: null }));
          // The probe, which nobody can abort.
          if (signal === undefined) return Promise.resolve(outputs);
          return new Promise((resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
            seen.push({ signal, finish: () => resolve(outputs) });
          });
        },
      }),
    };
    server = await listen((await setup({}, registry)).app);
  });
  afterAll(() => server.close());

  test('a client that goes away stops the work that was done for it alone', async () => {
    const client = request(`${server.url}/reward/trainer/m`, { method: 'POST' });
    client.on('error', () => undefined);
    client.end(JSON.stringify({ query: ['a'] }));
    const work = await until('the work', () => seen[0]);
    expect(work.signal.aborted).toBe(false);
    client.destroy();
    await until('the abort', () => work.signal.aborted);
    const next = fetch(`${server.url}/reward/trainer/m`, { method: 'POST', body: JSON.stringify({ query: ['b'] }) });
    (await until('the next', () => seen[1])).finish();
    expect((await next).status).toBe(200);
  });
});
