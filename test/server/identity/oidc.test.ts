/** Sign-in and bearer tokens against a real OpenID provider. */
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOidc, type OidcConfig } from '../../../server/identity/oidc.ts';
import { createTestApp, HOST, OURS } from '../../support/app.ts';
import { CLIENT, startProvider, type TestProvider } from '../../support/oidc-provider.ts';

const ORIGIN = `http://${HOST}`;
const AUDIENCE = 'https://assay.example/api';
const people: Record<string, Record<string, unknown>> = {
  ann: { name: 'Ann', groups: ['labelers', 'qa'] },
  guest: { name: 'Guest', groups: ['visitors'] },
};

let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider(`${ORIGIN}/sign-in/callback`, (person) => people[person] ?? {});
});
afterAll(() => provider.close());

const config = (): OidcConfig => ({
  issuer: provider.issuer,
  clientId: CLIENT.id,
  clientSecret: CLIENT.secret,
  scopes: 'openid profile',
  rolesClaim: 'groups',
  roles: [
    { value: 'labelers', role: 'annotator' },
    { value: 'qa', role: 'reviewer' },
  ],
  runsClaim: 'assay_runs',
  audience: AUDIENCE,
});
const subject = (person: string): string => `sub_${person}`;

const setup = () => {
  const oidc = createOidc(config(), ORIGIN, subject, () => undefined);
  const app = createTestApp({ identity: { oidc, links: false, subject } });
  /** Begins at `/sign-in/oidc`: where the provider sends the browser back to, and the cookie it keeps meanwhile. */
  const begin = async (person: string, to = '/drops/d/items/it_1?x=1') => {
    const start = await app.ask(`/sign-in/oidc?to=${encodeURIComponent(to)}`);
    const cookie = start.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return { back: await provider.signIn(start.headers.get('location') ?? '', person), cookie };
  };
  const finish = (back: string, cookie: string) =>
    app.ask(back.slice(ORIGIN.length), { headers: cookie === '' ? {} : { cookie } });
  return { ...app, begin, finish, oidc };
};
const sessionCookie = (answer: Response): string =>
  answer.headers.getSetCookie().find((each) => each.startsWith('assay-7400=')) ?? '';

/** The address with other values in its query; null takes one out. */
const withQuery = (url: URL, values: Record<string, string | null>): string => {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(values))
    if (value === null) changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  return changed.href;
};

/** The address and the cookie that come back, tampered with. */
type Change = (back: URL, cookie: string) => [string, string];

describe('sign-in with a provider', () => {
  it('ends where it was meant to, with the roles that the claims give', async () => {
    const { begin, finish, ask, audited } = setup();
    const { back, cookie } = await begin('ann');
    const answer = await finish(back, cookie);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/drops/d/items/it_1?x=1']);
    expect(sessionCookie(answer)).toMatch(/; Max-Age=1[78]\d\d; Path=\/; HttpOnly; SameSite=Lax$/);
    const session = await ask('/api/session', { headers: { cookie: sessionCookie(answer).split(';')[0] ?? '' } });
    expect(await session.json()).toMatchObject({
      subject: subject(`${provider.issuer}|ann`),
      name: 'Ann',
      roles: ['annotator', 'reviewer'],
      runs: null,
    });
    expect(await audited()).toMatchObject([
      { action: 'sign-in', target: { way: 'oidc', roles: 'annotator reviewer' } },
    ]);
  });

  it('asks for a code with PKCE, state and nonce', async () => {
    const { ask } = setup();
    const to = new URL((await ask('/sign-in/oidc')).headers.get('location') ?? '');
    expect(Object.fromEntries(to.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
      redirect_uri: `${ORIGIN}/sign-in/callback`,
    });
  });

  it.each([
    '//evil.example/x',
    '/\\evil.example',
    'https://evil.example',
    '/.//evil.example',
    '',
    'javascript:alert(1)',
  ])('does not lead to %j', async (to) => {
    const { begin, finish } = setup();
    const { back, cookie } = await begin('ann', to);
    expect((await finish(back, cookie)).headers.get('location')).toBe('/console/');
  });

  it('refuses who has none of the roles', async () => {
    const { begin, finish } = setup();
    const { back, cookie } = await begin('guest');
    const answer = await finish(back, cookie);
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'ASY-8006' }]);
    expect(sessionCookie(answer)).toBe('');
  });

  const changed: [string, Change][] = [
    ['another state', (back, cookie) => [withQuery(back, { state: 'x'.repeat(43) }), cookie]],
    ['no state', (back, cookie) => [withQuery(back, { state: null }), cookie]],
    ['another code', (back, cookie) => [withQuery(back, { code: 'x'.repeat(43) }), cookie]],
    ['another issuer', (back, cookie) => [withQuery(back, { iss: 'http://127.0.0.1:1' }), cookie]],
    ['an error instead of a code', (back, cookie) => [withQuery(back, { code: null, error: '<b>' }), cookie]],
    ['no cookie of the browser that began', (back) => [back.href, '']],
    [
      'a cookie that was changed',
      // Not the last letter: some of its bits are no part of any byte.
      (back, cookie) => [back.href, cookie.replace(/.(?=.$)/, (letter) => (letter === 'A' ? 'B' : 'A'))],
    ],
  ];
  it.each(changed)('refuses an answer with %s', async (_, change) => {
    const { begin, finish, audited } = setup();
    const { back, cookie } = await begin('ann');
    const answer = await finish(...change(new URL(back), cookie));
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toMatchObject([401, { code: 'ASY-8006' }]);
    expect(text).not.toContain('<b>');
    expect(sessionCookie(answer)).toBe('');
    expect(await audited()).toEqual([]);
  });

  it("refuses somebody else's answer: state, nonce and verifier belong to one browser", async () => {
    const { begin, finish } = setup();
    const [mine, theirs] = [await begin('ann'), await begin('ann')];
    expect((await finish(theirs.back, mine.cookie)).status).toBe(401);
  });

  it('takes a code once', async () => {
    const { begin, finish } = setup();
    const { back, cookie } = await begin('ann');
    expect((await finish(back, cookie)).status).toBe(302);
    expect((await finish(back, cookie)).status).toBe(401);
  });

  it('refuses an id token for another nonce', async () => {
    const { oidc } = setup();
    const { url, checks } = await oidc.begin();
    const back = new URL(await provider.signIn(url, 'ann'));
    await expect(oidc.finish(back.search, { ...checks, nonce: 'n'.repeat(43) })).rejects.toMatchObject({
      code: 'ASY-8006',
    });
  });
});

describe('bearer tokens of the provider', () => {
  const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;
  const good = () => ({
    iss: provider.issuer,
    sub: 'robot',
    aud: AUDIENCE,
    exp: seconds(300),
    iat: seconds(0),
    groups: ['qa'],
  });
  const as = (token: string) => setup().ask('/api/session', { headers: { authorization: `Bearer ${token}` } });

  it('are sessions of programs', async () => {
    const answer = await as(await provider.sign({ ...good(), assay_runs: ['r1', 'not a run!'] }));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      subject: subject(`${provider.issuer}|robot`),
      roles: ['reviewer'],
      runs: ['r1'],
    });
  });

  it('may be off by half a minute, and no more', async () => {
    expect((await as(await provider.sign({ ...good(), exp: seconds(-20) }))).status).toBe(200);
    expect((await as(await provider.sign({ ...good(), nbf: seconds(20) }))).status).toBe(200);
    expect((await as(await provider.sign({ ...good(), exp: seconds(-40) }))).status).toBe(401);
    expect((await as(await provider.sign({ ...good(), nbf: seconds(40) }))).status).toBe(401);
  });

  const wrong: [string, () => Promise<string> | string][] = [
    ['of another issuer', () => provider.sign({ ...good(), iss: 'https://evil.example' })],
    ['for another audience', () => provider.sign({ ...good(), aud: 'https://other.example' })],
    ['for the client itself, as id tokens are', () => provider.sign({ ...good(), aud: CLIENT.id })],
    ['without an end', () => provider.sign({ ...good(), exp: undefined })],
    ['of nobody', () => provider.sign({ ...good(), sub: undefined })],
    ['of nobody with a role', () => provider.sign({ ...good(), groups: ['visitors'] })],
    ['without a role claim', () => provider.sign({ ...good(), groups: undefined })],
    ['signed by another key', async () => provider.sign(good(), (await generateKeyPair('RS256')).privateKey)],
    ['signed by nobody', () => new UnsecuredJWT(good()).encode()],
    [
      'signed with the published key as a shared secret',
      async () => {
        const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: { n: string }[] };
        const secret = new TextEncoder().encode(JSON.stringify(keys[0]));
        return new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
      },
    ],
    ['cut short', async () => (await provider.sign(good())).slice(0, -4)],
    ['that are none', () => 'a.b.c'],
  ];
  it.each(wrong)('%s are refused', async (_, make) => {
    const answer = await as(await make());
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'ASY-8001' }]);
  });

  it('open nothing where no audience is configured', async () => {
    const oidc = createOidc({ ...config(), audience: null }, ORIGIN, subject, () => undefined);
    expect(await oidc.bearer(await provider.sign(good()))).toBeNull();
  });
});

it('a provider that does not answer is said to be away, and asked again the next time', async () => {
  const lines: string[] = [];
  const oidc = createOidc({ ...config(), issuer: 'http://127.0.0.1:9' }, ORIGIN, subject, (line) => lines.push(line));
  const { ask } = createTestApp({ identity: { oidc } });
  for (const tries of [1, 2]) {
    const answer = await ask('/sign-in/oidc');
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'ASY-8010' }]);
    expect(lines).toHaveLength(tries);
  }
  const bearer = await ask('/api/session', { headers: { authorization: 'Bearer a.b.c' } });
  expect([bearer.status, await bearer.json()]).toMatchObject([503, { code: 'ASY-8010' }]);
});

it('links are off where a provider is configured', async () => {
  const { ask } = setup();
  expect(await (await ask('/api/sign-in')).json()).toEqual({ oidc: true, link: false });
  const answer = await ask('/api/session/link', { method: 'POST', headers: OURS, body: '{"token":"x"}' });
  expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'ASY-8005' }]);
});
