/** Signing in and out, links for people, and the log of decisions. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { AuditPage } from '../../schemas/audit.ts';
import { LinkRequest, type Session } from '../../schemas/session.ts';
import { type AccessDeps } from '../access/access.ts';
import { flowJar, sessionJar } from '../access/cookies.ts';
import { linkTarget } from '../audit/targets.ts';
import { bodyOf } from '../body.ts';
import type { SignedIn } from '../env.ts';
import type { Audit, AuditReader } from '../ports.ts';
import { localPath } from './local-path.ts';
import type { SignIn } from './ports.ts';

export interface IdentityRouteDeps extends Omit<AccessDeps, 'log'> {
  readonly audit: Audit & AuditReader;
}

const Token = z.object({ token: z.string().max(8192) });
const After = z.coerce.number().int().min(0).catch(0);
/** Longer than a person takes at the provider; the flow itself ends sooner. */
const FLOW_MS = 15 * 60_000;

export const createIdentityRoutes = ({ identity, limits, addressOf, audit }: IdentityRouteDeps) => {
  const [sessions, flows] = [sessionJar(identity.secure), flowJar(identity.secure)];
  /** A sign-in that is recorded before its cookie is given away. */
  const begun = async (c: Context, way: 'link' | 'oidc', { session, cookie }: SignIn): Promise<Session> => {
    const { subject, roles, expires } = session;
    await audit.record({ by: subject, action: 'sign-in', target: { way, roles: roles.join(' ') } });
    sessions.set(c, cookie, expires);
    return session;
  };
  return new Hono<SignedIn>()
    .get('/api/sign-in', (c) => c.json(identity.ways))
    .get('/api/session', (c) => c.json(c.get('session')))
    .post('/api/session/end', async (c) => {
      const cookie = sessions.get(c);
      sessions.clear(c);
      if (cookie !== undefined) await identity.end(cookie);
      await audit.record({ by: c.get('session').subject, action: 'sign-out', target: {} });
      return c.json({ ok: true as const });
    })
    .post('/api/session/link', async (c) => {
      const { token } = await bodyOf(Token, c.req);
      const signIn = await limits.attempt(`sign-in ${addressOf(c)}`, () => identity.redeem(token));
      return c.json(await begun(c, 'link', signIn));
    })
    .get('/sign-in/oidc', async (c) => {
      const { url, flow } = await identity.begin(localPath(c.req.query('to')));
      flows.set(c, flow, Date.now() + FLOW_MS);
      return c.redirect(url);
    })
    .get('/sign-in/callback', async (c) => {
      const flow = flows.get(c) ?? '';
      flows.clear(c);
      const { search } = new URL(c.req.url);
      const signIn = await limits.attempt(`sign-in ${addressOf(c)}`, () => identity.finish(search, flow));
      await begun(c, 'oidc', signIn);
      return c.redirect(signIn.to);
    })
    .post('/api/links', async (c) => {
      const person = await bodyOf(LinkRequest, c.req);
      const url = await identity.link(person);
      await audit.record({ by: c.get('session').subject, action: 'link', target: linkTarget(person) });
      return c.json({ url });
    })
    .get('/api/audit', async (c) => {
      const entries = await audit.after(After.parse(c.req.query('after') ?? 0));
      return c.json({ entries } satisfies AuditPage);
    });
};
