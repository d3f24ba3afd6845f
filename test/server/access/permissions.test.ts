/** Every role at every route of the server. */
import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../../schemas/session.ts';
import { routeName } from '../../../server/access/access.ts';
import { PERMISSIONS } from '../../../server/access/permissions.ts';
import { createTestApp, HOST, OURS, program } from '../../support/app.ts';

const { app, ask, as } = createTestApp();
/** What is answered, without what only passes by. */
const routes = [...new Set(app.routes.filter(({ method }) => method !== 'ALL').map(routeName))];

/** A request that matches a route: every part that has a name is one. */
const requestOf = (route: string): { method: string; path: string } => {
  const [method = '', pattern = ''] = route.split(' ');
  // A route may have its run in the query.
  return {
    method,
    path: pattern
      .replaceAll(/:[a-z0-9]+(\{[^}]*\})?/gi, 'd')
      .replace('*', '')
      .concat('?run=d'),
  };
};
const answerTo = (route: string, headers: Record<string, string>): Promise<Response> => {
  const { method, path } = requestOf(route);
  return ask(path, { method, headers, ...(method === 'GET' ? {} : { body: '{}' }) });
};
const codeOf = (fault: unknown): unknown => (fault as { code?: unknown }).code;
const guarded = routes.flatMap((route) => {
  const permission = PERMISSIONS[route];
  return typeof permission === 'object' ? [{ route, ...permission }] : [];
});

it('every route has an entry, and every entry a route', () => {
  expect(routes.toSorted()).toEqual(Object.keys(PERMISSIONS).toSorted());
  expect(guarded.length).toBeGreaterThan(50);
});

it('a route without an entry is refused to everybody', async () => {
  const { app: grown, as: grownAs } = createTestApp();
  grown.get('/api/new', (c) => c.text('forgotten'));
  const answer = await grown.request(`http://${HOST}/api/new`, {
    headers: { host: HOST, ...(await grownAs('admin')) },
  });
  expect(answer.status).toBe(403);
  expect(await answer.text()).not.toContain('forgotten');
});

describe.each(guarded)('$route', ({ route, roles }) => {
  it.each([...ROLES])('of %s', async (role: Role) => {
    const { status } = await answerTo(route, await as(role));
    if (roles.includes(role)) expect([401, 403]).not.toContain(status);
    else expect(status).toBe(403);
  });

  it('is open to the service, and closed to who is not signed in', async () => {
    expect([401, 403]).not.toContain((await answerTo(route, program)).status);
    expect((await answerTo(route, OURS)).status).toBe(401);
  });
});

describe('an auditor', () => {
  /** Work is somebody's own, and what they chose for themselves. */
  const isOwnWork = (route: string) => /^\w+ \/api\/(work(\/(claim|own|item))?|preferences)$/.test(route);
  const reads = guarded.filter(({ route }) => route.startsWith('GET '));

  it.each(reads.filter(({ route }) => !isOwnWork(route)))('reads $route', async ({ route }) => {
    expect([401, 403]).not.toContain((await answerTo(route, await as('auditor'))).status);
  });

  it.each(guarded.filter(({ route }) => !route.startsWith('GET ')))('does not $route', async ({ route }) => {
    const { status } = await answerTo(route, await as('auditor'));
    // Signing out is no change of anything but their own session.
    if (route === 'POST /api/session/end') expect(status).toBe(200);
    else expect(status).toBe(403);
  });

  it('sees nobody’s own work, and no more than four routes are that', async () => {
    const work = reads.filter(({ route }) => isOwnWork(route));
    expect(work).toHaveLength(4);
    for (const { route } of work) expect((await answerTo(route, await as('auditor'))).status, route).toBe(403);
  });
});

describe('somebody restricted to some runs', () => {
  it.each(guarded.filter(({ scope }) => scope === 'nothing'))('gets nothing of $route', async ({ route }) => {
    const answer = await answerTo(route, await as(ROLES, { runs: ['d'] }));
    expect([answer.status, codeOf(await answer.json())]).toEqual([403, 'ASY-8003']);
  });

  it.each(guarded.filter(({ scope }) => typeof scope === 'object'))('gets their own of $route', async ({ route }) => {
    expect([401, 403]).not.toContain((await answerTo(route, await as(ROLES, { runs: ['d'] }))).status);
    const other = await answerTo(route, await as(ROLES, { runs: ['e'] }));
    expect([other.status, codeOf(await other.json())]).toEqual([403, 'ASY-8003']);
  });
});
