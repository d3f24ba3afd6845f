/** The gate before every route: who asks, whether they may, how often, and a line in the access log. */
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { AssayError, isAssayError } from '../../schemas/errors.ts';
import type { Session } from '../../schemas/session.ts';
import type { SignedIn } from '../env.ts';
import type { Identity } from '../identity/ports.ts';
import type { Limits } from '../limits/limits.ts';
import { type CookieJar, sessionJar } from './cookies.ts';
import { type Guarded, PERMISSIONS } from './permissions.ts';
import { refuseCrossSite } from './same-origin.ts';
import { reaches } from './scope.ts';

export interface AccessDeps {
  readonly identity: Identity;
  readonly limits: Limits;
  /** The address a request comes from. */
  readonly addressOf: (c: Context) => string;
  readonly log: (line: string) => void;
}

/** A route as PERMISSIONS names it. */
export const routeName = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path}`;

const isChange = (c: Context): boolean => c.req.method !== 'GET' && c.req.method !== 'HEAD';

/** Whether a person's browser asks for a page: then a refusal is one too. */
export const wantsPage = (c: Context): boolean =>
  c.req.method === 'GET' && (c.req.header('accept') ?? '').includes('text/html');

/** The part of the path, or of the query, that a route calls `name`. */
const partOf = (c: Context, pattern: string, name: string): string => {
  const at = pattern.split('/').indexOf(`:${name}`);
  return at < 0 ? (c.req.query(name) ?? '') : decoded(c.req.path.split('/')[at] ?? '');
};

/** As Hono decodes the parameters that a route sees. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Throws ASY-8002 or ASY-8003 where the session may not have this of the route. */
const refuse = (c: Context, pattern: string, { roles, scope }: Guarded, session: Session): void => {
  if (!roles.some((role) => session.roles.includes(role)))
    throw new AssayError('ASY-8002', { roles: roles.join(', ') });
  if (session.runs === null || scope === 'own') return;
  if (scope === 'nothing' || !reaches(session, partOf(c, pattern, scope.run))) throw new AssayError('ASY-8003');
};

/** Refuses what PERMISSIONS does not allow; puts the session beside what goes on. */
export const createAccess = ({ identity, limits, addressOf, log }: AccessDeps): MiddlewareHandler<SignedIn> => {
  const jar = sessionJar(identity.secure);
  return async (c, next) => {
    const route = matchedRoutes(c).find(({ method }) => method !== 'ALL');
    if (route === undefined) return c.notFound();
    const permission = Object.hasOwn(PERMISSIONS, routeName(route)) ? PERMISSIONS[routeName(route)] : undefined;
    if (permission === undefined) throw new AssayError('ASY-8002', { roles: 'that nobody has' });
    if (permission === 'token') return next();
    if (permission === 'open') {
      if (isChange(c)) refuseCrossSite(c);
      return next();
    }
    const session = await sessionOf(c, identity, limits, addressOf, jar);
    if (session === null) {
      if (wantsPage(c)) return c.redirect(`/console/sign-in?to=${encodeURIComponent(pathOf(c))}`);
      throw new AssayError('ASY-8001', { reason: 'nobody is signed in' });
    }
    const began = performance.now();
    const note = (outcome: object): void => {
      const ms = Math.round(performance.now() - began);
      log(`access ${JSON.stringify({ by: session.subject, did: `${c.req.method} ${c.req.path}`, ...outcome, ms })}`);
    };
    try {
      limits.request(session.subject);
      refuse(c, route.path, permission, session);
    } catch (fault) {
      if (isAssayError(fault)) note({ refused: fault.code });
      throw fault;
    }
    c.set('session', session);
    await next();
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
    note({ status: c.res.status });
  };
};

const pathOf = (c: Context): string => {
  const { pathname, search } = new URL(c.req.url);
  return `${pathname}${search}`;
};

/** Who asks: by bearer token, else by cookie. A token that is no good is not made up for by a cookie. */
const sessionOf = async (
  c: Context,
  identity: Identity,
  limits: Limits,
  addressOf: AccessDeps['addressOf'],
  jar: CookieJar,
): Promise<Session | null> => {
  const given = c.req.header('authorization');
  if (given !== undefined)
    return limits.attempt(`bearer ${addressOf(c)}`, async () => {
      const session = given.startsWith('Bearer ') ? await identity.bearer(given.slice('Bearer '.length)) : null;
      if (session === null) throw new AssayError('ASY-8001', { reason: 'the bearer token is not valid here' });
      return session;
    });
  const cookie = jar.get(c);
  if (cookie === undefined) return null;
  const resumed = await identity.resume(cookie);
  if (resumed === null) {
    jar.clear(c);
    return null;
  }
  if (isChange(c)) refuseCrossSite(c);
  if (resumed.renewed !== null) jar.set(c, resumed.renewed, resumed.session.expires);
  return resumed.session;
};
