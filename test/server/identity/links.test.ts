/** One-time links, over HTTP and across servers. */
import { describe, expect, it } from 'vitest';
import { createLinks } from '../../../server/identity/links.ts';
import { createTestApp, HOST, OURS, program, SESSION_KEY } from '../../support/app.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';

const ann = { roles: ['annotator' as const, 'reviewer' as const], name: 'Ann', runs: ['r1'] };

const setup = () => {
  let time = Date.now();
  const app = createTestApp({ identity: { now: () => time } });
  const make = async (body: object = ann): Promise<string> => {
    const answer = await app.ask('/api/links', { method: 'POST', headers: program, body: JSON.stringify(body) });
    return new URL(((await answer.json()) as { url: string }).url).href;
  };
  const tokenIn = (url: string): string => new URLSearchParams(new URL(url).hash.slice(1)).get('token') ?? '';
  const redeem = (token: string, headers: Record<string, string> = OURS) =>
    app.ask('/api/session/link', { method: 'POST', headers, body: JSON.stringify({ token }) });
  return {
    ...app,
    make,
    tokenIn,
    redeem,
    pass: (ms: number) => {
      time += ms;
    },
  };
};

describe('a one-time link', () => {
  it('leads to the sign-in page with its token in the fragment, where no server or log sees it', async () => {
    const { make, tokenIn, lines } = setup();
    const url = new URL(await make());
    expect(`${url.origin}${url.pathname}${url.search}`).toBe(`http://${HOST}/console/sign-in`);
    expect(url.hash).toMatch(/^#token=[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(lines.join()).not.toContain(tokenIn(url.href));
  });

  it('signs in who it is for, with its roles and runs, and is recorded without their name', async () => {
    const { make, tokenIn, redeem, ask, audited } = setup();
    const answer = await redeem(tokenIn(await make()));
    expect(answer.status).toBe(200);
    const session = await answer.json();
    expect(session).toMatchObject({ subject: 'sub_of_3', ...ann });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^assay-7400=[^;]+; Max-Age=1[78]\d\d; Path=\/; HttpOnly; SameSite=Lax$/);
    const again = await ask('/api/session', { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(await again.json()).toEqual(session);
    expect(await audited()).toEqual([
      { by: 'service', action: 'link', target: { roles: 'annotator reviewer', runs: 'r1' } },
      { by: 'sub_of_3', action: 'sign-in', target: { way: 'link', roles: 'annotator reviewer' } },
    ]);
  });

  it('works once', async () => {
    const { make, tokenIn, redeem } = setup();
    const token = tokenIn(await make());
    expect((await redeem(token)).status).toBe(200);
    const again = await redeem(token);
    expect([again.status, await again.json()]).toMatchObject([401, { code: 'ASY-8005', message: /used already/ }]);
  });

  it('works once across servers too: the bucket decides', async () => {
    const objects = createMemoryObjects();
    const servers = [1, 2, 3].map(() => createLinks(SESSION_KEY, objects, (name) => `sub_${name}`, Date.now));
    const token = (await servers[0]?.make(ann)) ?? '';
    const told = await Promise.allSettled(servers.map((server) => server.redeem(token)));
    expect(told.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is over after ten minutes', async () => {
    const { make, tokenIn, redeem, pass } = setup();
    const [late, inTime] = [tokenIn(await make()), tokenIn(await make())];
    pass(9 * 60_000);
    expect((await redeem(inTime)).status).toBe(200);
    pass(61_000);
    expect(await (await redeem(late)).json()).toMatchObject({ code: 'ASY-8005', message: /over/ });
  });

  it('of another key is refused', async () => {
    const { redeem } = setup();
    const others = createLinks('another-key-of-somebody-0123456789', createMemoryObjects(), String, Date.now);
    expect(await (await redeem(await others.make(ann))).json()).toMatchObject({
      code: 'ASY-8005',
      message: /not made here/,
    });
  });

  it('cannot be redeemed by a page elsewhere: nobody is signed in as somebody else unawares', async () => {
    const { make, tokenIn, redeem } = setup();
    const token = tokenIn(await make());
    expect((await redeem(token, { ...OURS, origin: 'https://evil.example' })).status).toBe(403);
    expect((await redeem(token)).status).toBe(200);
  });

  it('is tried so many times from one address, and no more; tries that succeed do not count', async () => {
    const { make, tokenIn, redeem } = setup();
    for (let i = 0; i < 40; i++) expect((await redeem(tokenIn(await make()))).status).toBe(200);
    const tries = [];
    for (let i = 0; i < 31; i++) tries.push((await redeem('a.b.c')).status);
    expect(tries).toEqual([...Array<number>(30).fill(401), 429]);
    expect((await redeem(tokenIn(await make()))).headers.get('retry-after')).toBe('5');
  });
});

describe('sign-out', () => {
  it('takes the cookie away, and ends the session for whoever copied it', async () => {
    const { as, ask, audited, pass } = setup();
    const headers = await as('annotator');
    const answer = await ask('/api/session/end', { method: 'POST', headers, body: '{}' });
    expect(await answer.json()).toEqual({ ok: true });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^assay-7400=; Max-Age=0; Path=\//);
    expect(await audited()).toEqual([{ by: 'sub_person', action: 'sign-out', target: {} }]);
    pass(5 * 60_000);
    expect((await ask('/api/session', { headers })).status).toBe(401);
  });
});

it('over https the cookie is Secure and bound to the host', async () => {
  const { ask } = createTestApp({ identity: { origin: 'https://assay.example' }, deps: { hosts: ['assay.example'] } });
  const made = await ask('/api/links', { method: 'POST', headers: program, body: JSON.stringify(ann) });
  const token = new URL(((await made.json()) as { url: string }).url).hash.slice('#token='.length);
  const headers = { origin: 'https://assay.example', 'content-type': 'application/json' };
  const answer = await ask(
    '/api/session/link',
    { method: 'POST', headers, body: JSON.stringify({ token }) },
    'assay.example',
  );
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-assay=[^;]+; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});
