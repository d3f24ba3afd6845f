import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Remotes } from '../../../activities/adapters/remote/config.ts';
import { createRemotes } from '../../../activities/adapters/remote/index.ts';
import { remoteAlignment } from '../../../models/mapo/remote-alignment.ts';

interface Tensor {
  readonly name: string;
  readonly data: readonly string[];
}

/** An Open Inference Protocol v2 server whose reward is the length of the response over that of the prompt. */
const requests: (readonly Tensor[])[] = [];
const answerTo = async (request: IncomingMessage): Promise<string> => {
  const { inputs } = (await new Response(Readable.toWeb(request) as ReadableStream).json()) as { inputs: Tensor[] };
  requests.push(inputs);
  const [prompt, answer] = ['prompt', 'response'].map((name) => inputs.find((each) => each.name === name)?.data ?? []);
  const data = prompt?.map((text, i) => (answer?.[i]?.length ?? 0) / text.length) ?? [];
  return JSON.stringify({ outputs: [{ name: 'reward', shape: [data.length], datatype: 'FP32', data }] });
};
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  void answerTo(request).then((text) => response.end(text));
});
beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(() => new Promise<void>((done) => void server.close(() => done())));

test('a remote model gets the answer as prompt, the reference as response, and the answer’s language', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const remotes = createRemotes(
    Remotes.parse({ nllb: { protocol: 'oip-v2', url, model: 'nllb', maxBatch: 128 } }),
    () => '',
  );
  const scorer = remoteAlignment(remotes.scorer('nllb'));
  expect(scorer.name).toBe('remote/nllb@unstated');
  const pairs = Array.from({ length: 300 }, (_, i) => ({
    source: 'ab',
    target: 'x'.repeat(i),
    sourceLanguage: 'sw',
    targetLanguage: 'en',
  }));
  const told: number[] = [];
  const scores = await scorer.score(pairs, { onProgress: (done) => told.push(done) });
  expect([...scores]).toEqual(pairs.map((_, i) => i / 2));
  expect(told).toEqual([256, 300]);
  expect(requests[0]?.find(({ name }) => name === 'language')?.data[0]).toBe('sw');
  await expect(scorer.score(pairs, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
});
