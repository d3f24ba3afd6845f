/** Session cookies: how long they live, what forges them, and how they end. */
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { LinkRequest } from '../../../schemas/session.ts';
import { createSessions } from '../../../server/identity/sessions.ts';
import { createTokens } from '../../../server/identity/tokens.ts';
import { SESSION_KEY } from '../../support/app.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';

const MINUTE = 60_000;
const person = { subject: 'sub_a', name: 'Ann', roles: ['annotator' as const], runs: null };

const setup = (secret = SESSION_KEY) => {
  let time = Date.UTC(2026, 0, 1);
  const objects = createMemoryObjects();
  const now = () => time;
  return {
    objects,
    now,
    sessions: createSessions(secret, objects, now),
    /** The same server, started again: it remembers nothing. */
    restarted: () => createSessions(secret, objects, now),
    pass: (ms: number) => {
      time += ms;
    },
  };
};

describe('a session', () => {
  it('is who signed in, for half an hour', async () => {
    const { sessions, now, pass } = setup();
    const { session, cookie } = await sessions.start(person);
    expect(session).toEqual({ ...person, expires: now() + 30 * MINUTE });
    expect(await sessions.resume(cookie)).toEqual({ session, renewed: null });
    pass(30 * MINUTE);
    expect(await sessions.resume(cookie)).toBeNull();
  });

  it('outlives a restart of the server, and holds on another', async () => {
    const { sessions, restarted } = setup();
    const { session, cookie } = await sessions.start(person);
    expect((await restarted().resume(cookie))?.session).toEqual(session);
  });

  it('is renewed by use, but not beyond twelve hours', async () => {
    const { sessions, pass, now } = setup();
    let { cookie } = await sessions.start(person);
    const end = now() + 12 * 60 * MINUTE;
    for (let at = 0; at < 12 * 60 - 20; at += 20) {
      pass(20 * MINUTE);
      const resumed = await sessions.resume(cookie);
      expect(resumed?.session.expires).toBe(Math.min(now() + 30 * MINUTE, end));
      cookie = resumed?.renewed ?? '';
    }
    pass(20 * MINUTE);
    expect(await sessions.resume(cookie)).toBeNull();
  });

  it('is not renewed by every request', async () => {
    const { sessions, pass } = setup();
    const { cookie } = await sessions.start(person);
    pass(5 * MINUTE - 1);
    expect((await sessions.resume(cookie))?.renewed).toBeNull();
    pass(1);
    expect((await sessions.resume(cookie))?.renewed).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('that was signed out of is refused when its cookie comes up for renewal, also what was renewed from it', async () => {
    const { sessions, restarted, pass } = setup();
    const { cookie } = await sessions.start(person);
    pass(6 * MINUTE);
    const renewed = (await sessions.resume(cookie))?.renewed ?? '';
    await sessions.end(cookie);
    expect(await restarted().resume(cookie)).toBeNull();
    pass(5 * MINUTE);
    expect(await restarted().resume(renewed)).toBeNull();
  });

  it('ends quietly where the value is no session', async () => {
    const { sessions, objects } = setup();
    await sessions.end('nonsense');
    expect(objects.entries.size).toBe(0);
  });
});

describe('a cookie', () => {
  const claims = { ...person, end: Date.UTC(2030, 0, 1) };
  const signed = (key: string | Uint8Array, alg: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg })
      .setAudience('assay/session')
      .setJti('j')
      .setIssuedAt(Date.UTC(2026, 0, 1) / 1000)
      .setExpirationTime('10y')
      .sign(typeof key === 'string' ? new TextEncoder().encode(key.padEnd(64, '.')) : key);

  const forged: [string, (good: string) => string | Promise<string>][] = [
    [
      'made with another key',
      async () => (await setup('another-key-of-somebody-0123456789').sessions.start(person)).cookie,
    ],
    ['signed with the secret itself instead of the key derived from it', () => signed(SESSION_KEY, 'HS256')],
    ['signed by another algorithm', () => signed(SESSION_KEY, 'HS512')],
    [
      'signed by nobody',
      () => new UnsecuredJWT(claims).setAudience('assay/session').setJti('j').setIssuedAt().encode(),
    ],
    [
      'with other claims under the same signature',
      (good) => {
        const [head, body = '', signature] = good.split('.');
        const changed = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), roles: ['admin'] };
        return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
      },
    ],
    ['cut short', (good) => good.slice(0, -3)],
    ['that is empty', () => ''],
  ];
  it.each(forged)('%s is nobody', async (_, forge) => {
    const { sessions } = setup();
    const { cookie } = await sessions.start(person);
    expect(await sessions.resume(cookie)).not.toBeNull();
    expect(await sessions.resume(await forge(cookie))).toBeNull();
  });

  it('is no link, and a link no cookie', async () => {
    const { sessions, now } = setup();
    const links = createTokens(SESSION_KEY, 'link', LinkRequest, now);
    const token = await links.sign({ roles: ['admin'], name: 'Ann', runs: null }, now() + MINUTE);
    expect(await sessions.resume(token)).toBeNull();
    expect(await links.open((await sessions.start(person)).cookie)).toBe('invalid');
  });
});
