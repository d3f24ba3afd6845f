/** Changes that a browser sends by itself, with its cookies: only from a page of this server, and only as JSON. */
import type { Context } from 'hono';
import { AssayError } from '../../schemas/errors.ts';

const isJson = (type: string | undefined): boolean => /^application\/json\s*(;|$)/i.test(type ?? '');

/** Host and port of an address, null for `null` and what is none. */
const hostOf = (origin: string): string | null => URL.parse(origin)?.host ?? null;

/**
 * Throws ASY-8004 for a change from elsewhere. Other ports of a host are the same site to a cookie (SameSite), so the Origin must be
 * ours to the port; browsers send it with every change, and a request that has neither header is no page's. Forms cannot send JSON.
 */
export const refuseCrossSite = (c: Context): void => {
  const { origin, 'sec-fetch-site': site, 'content-type': type, host } = c.req.header();
  if (site !== undefined && site !== 'same-origin')
    throw new AssayError('ASY-8004', { reason: 'a change by cookie from another site' });
  if (origin === undefined ? site === undefined : hostOf(origin) !== host?.toLowerCase())
    throw new AssayError('ASY-8004', { reason: 'a change by cookie that does not come from this server' });
  if (!isJson(type)) throw new AssayError('ASY-8004', { reason: 'a change by cookie that is not JSON' });
};
