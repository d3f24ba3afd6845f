import { expect, it } from 'vitest';
import { api } from '../../console/api.ts';
import type { ServerDeps } from '../../server/app.ts';
import { createApp } from '../../server/app.ts';

it('the typed client reads what the server answers', async () => {
  const run = { drop: 'a', status: 'running', stage: 'approval', startedAt: '2026-01-01T00:00:00.000Z' };
  const app = createApp({
    runs: { list: async () => [run] },
    hosts: [],
    reward: { token: 'trainer' },
    log: () => undefined,
  } as unknown as ServerDeps);
  const client = api('http://127.0.0.1', {
    headers: { host: '127.0.0.1' },
    fetch: (input: string | URL | Request, init?: RequestInit) => app.request(input as string, init),
  });
  const answer = await client.api.runs.$get();
  expect(await answer.json()).toEqual([run]);
});
