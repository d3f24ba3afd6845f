import { expect, it } from 'vitest';
import { api } from '../../console/api.ts';
import type { Runs } from '../../server/ports.ts';
import { createTestApp, HOST, nothing, program } from '../support/app.ts';

it('the typed client reads what the server answers', async () => {
  const run = { drop: 'a', status: 'running', stage: 'approval', startedAt: '2026-01-01T00:00:00.000Z' };
  const { app } = createTestApp({ deps: { runs: nothing<Runs>({ list: async () => [run] }) } });
  const client = api(`http://${HOST}`, {
    headers: { host: HOST, ...program },
    fetch: (input: string | URL | Request, init?: RequestInit) => app.request(input as string, init),
  });
  const answer = await client.api.runs.$get();
  expect(await answer.json()).toEqual([run]);
});
