/** The gate: what browsers may do with somebody's cookie, how often, and what is said of it. */
import { describe, expect, it } from 'vitest';
import { createLimits } from '../../../server/limits/limits.ts';
import type { Runs } from '../../../server/ports.ts';
import { createTestApp, HOST, nothing, program } from '../../support/app.ts';

const setup = (perSecond = 10_000) => {
  let time = 0;
  const done: string[] = [];
  const runs = nothing<Runs>({ approve: async (drop: string) => void done.push(drop), list: async () => [] });
  const app = createTestApp({ deps: { runs, limits: createLimits(perSecond, () => time) } });
  const approve = (headers: Record<string, string>) =>
    app.ask('/api/runs/a/approve', { method: 'POST', headers, body: '{}' });
  return {
    ...app,
    approve,
    done,
    pass: (ms: number) => {
      time += ms;
    },
  };
};
const without = (headers: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name));

describe('a change by cookie', () => {
  it('is done for a page of this server', async () => {
    const { as, approve, done } = setup();
    const ours = await as('curator');
    expect((await approve(ours)).status).toBe(200);
    expect((await approve({ ...ours, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await approve({ ...ours, 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
    // Browsers that say where it comes from in one of the two ways.
    expect((await approve({ ...without(ours, 'origin'), 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect(done).toHaveLength(4);
  });

  const elsewhere: [string, (ours: Record<string, string>) => Record<string, string>][] = [
    ['another site', (ours) => ({ ...ours, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })],
    ['another site, in an old browser', (ours) => ({ ...ours, origin: 'https://evil.example' })],
    [
      'another port of this host',
      (ours) => ({ ...ours, origin: 'http://127.0.0.1:8233', 'sec-fetch-site': 'same-site' }),
    ],
    ['another port of this host, in an old browser', (ours) => ({ ...ours, origin: 'http://127.0.0.1:8233' })],
    ['a sandboxed frame or a file', (ours) => ({ ...ours, origin: 'null' })],
    ['nobody says where', (ours) => without(ours, 'origin')],
    ['a form', (ours) => ({ ...ours, 'content-type': 'text/plain' })],
    ['a form that looks like JSON', (ours) => ({ ...ours, 'content-type': 'text/plain; application/json' })],
    ['no content type', (ours) => without(ours, 'content-type')],
  ];
  it.each(elsewhere)('from %s is refused', async (_, change) => {
    const { as, approve, done } = setup();
    const answer = await approve(change(await as('curator')));
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'ASY-8004' }]);
    expect(done).toEqual([]);
  });

  it('is not what a bearer token makes: no browser sends that by itself', async () => {
    const { approve } = setup();
    expect((await approve({ ...program, origin: 'https://elsewhere.example' })).status).toBe(200);
  });

  it('is refused with a wrong bearer token, whatever the cookie', async () => {
    const { as, approve } = setup();
    expect((await approve({ ...(await as('curator')), authorization: 'Bearer wrong' })).status).toBe(401);
  });
});

describe('who is not signed in', () => {
  it('is led to the sign-in page and then where they wanted to go, with a browser', async () => {
    const { ask } = setup();
    const answer = await ask('/drops/d/items/it_1?a=b', { headers: { accept: 'text/html,*/*' } });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      `/console/sign-in?to=${encodeURIComponent('/drops/d/items/it_1?a=b')}`,
    ]);
  });

  it('gets a code where no page is asked for: pictures and programs', async () => {
    const { ask } = setup();
    const answer = await ask(`/media/${'a'.repeat(64)}`, { headers: { accept: 'image/avif,image/webp,*/*' } });
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'ASY-8001' }]);
  });

  it('loses a cookie that is no good', async () => {
    const { ask } = setup();
    const answer = await ask('/api/session', { headers: { cookie: 'assay-7400=old' } });
    expect([answer.status, answer.headers.getSetCookie()[0]]).toMatchObject([401, /^assay-7400=; Max-Age=0/]);
  });

  it('does not get in with the cookie of a server on another port', async () => {
    const { as, ask } = setup();
    const { cookie = '' } = await as('admin');
    expect((await ask('/api/runs', { headers: { cookie } })).status).toBe(200);
    expect((await ask('/api/runs', { headers: { cookie: cookie.replace('7400', '7401') } })).status).toBe(401);
  });
});

describe('the first page', () => {
  it('is the console for people, and the plain page for programs', async () => {
    const { as, ask } = setup();
    const first = async (headers: Record<string, string>) => (await ask('/', { headers })).headers.get('location');
    expect(await first({ ...(await as('annotator')), accept: 'text/html' })).toBe('/console/');
    expect(await first(program)).toBe('/plain');
  });
});

describe('a refusal', () => {
  it('is a page for people and JSON for programs', async () => {
    const { as, ask } = setup();
    const headers = await as('annotator');
    const shown = await ask('/plain', { headers: { ...headers, accept: 'text/html' } });
    expect([shown.status, await shown.text()]).toMatchObject([403, /ASY-8002/]);
    const told = await ask('/api/datasets', { headers });
    expect(await told.json()).toMatchObject({ code: 'ASY-8002', message: /curator, admin/ });
  });
});

describe('a person who asks too often', () => {
  it('is told when to ask again; others are not held up', async () => {
    const { as, ask, pass } = setup(2);
    const [ann, ben] = [await as('reviewer', { person: 'ann' }), await as('reviewer', { person: 'ben' })];
    const get = async (headers: Record<string, string>) => ask('/api/runs', { headers });
    for (let i = 0; i < 12; i++) expect((await get(ann)).status).toBe(200);
    const answer = await get(ann);
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toMatchObject([
      429,
      '1',
      { code: 'ASY-8007' },
    ]);
    expect((await get(ben)).status).toBe(200);
    pass(1000);
    expect([(await get(ann)).status, (await get(ann)).status, (await get(ann)).status]).toEqual([200, 200, 429]);
  });
});

describe('the access log', () => {
  it('says who did what and how it went, without queries and cookies', async () => {
    const { as, ask, lines } = setup();
    await ask('/api/runs?token=never', { headers: await as('reviewer') });
    await ask('/api/runs/x', { headers: await as('reviewer') });
    await ask('/api/audit', { headers: await as('reviewer') });
    expect(lines.map((line) => JSON.parse(line.replace(/^access /, '')) as unknown)).toMatchObject([
      { by: 'sub_person', did: 'GET /api/runs', status: 200 },
      { by: 'sub_person', did: 'GET /api/runs/x', status: 404 },
      { by: 'sub_person', did: 'GET /api/audit', refused: 'ASY-8002' },
    ]);
    expect(lines.join()).not.toMatch(/never|assay-7400/);
  });
});

describe('answers', () => {
  it('are kept by no cache but where they are named by their content', async () => {
    const { as, ask } = setup();
    expect((await ask('/api/runs', { headers: await as('reviewer') })).headers.get('cache-control')).toBe('no-store');
  });

  it.each(['/console/', '/plain', '/api/runs'])(
    'of %s run nothing from elsewhere and stand in no frame',
    async (path) => {
      const { ask } = setup();
      const headers = Object.fromEntries((await ask(path, { headers: program })).headers);
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("style-src 'self'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(policy.includes("script-src 'self'")).toBe(path === '/console/');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'x-frame-options': 'DENY',
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );
});

it('a host name beside loopback works for people where the server has it', async () => {
  const { ask, as } = createTestApp({ deps: { hosts: ['assay.internal'] } });
  const { cookie = '' } = await as('reviewer');
  expect((await ask('/api/session', { headers: { cookie } }, 'assay.internal:7400')).status).toBe(200);
  expect((await ask('/api/session', { headers: { cookie } }, HOST.replace('127.0.0.1', 'evil.example'))).status).toBe(
    403,
  );
});
