/** The two cookies: the session, and what a sign-in with the identity provider must bring back. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

export interface CookieJar {
  get(c: Context): string | undefined;
  /** Until `expires` (milliseconds since epoch). */
  set(c: Context, value: string, expires: number): void;
  clear(c: Context): void;
}

/**
 * A cookie that scripts cannot read and other sites' forms do not carry. Over https it is bound to the host (`__Host-`, RFC 6265bis);
 * over http its name has the port, because browsers share the cookies of all servers on 127.0.0.1.
 */
const createJar = (name: string, secure: boolean): CookieJar => {
  const nameFor = (c: Context): string => {
    const [, port = '80'] = /:(\d+)$/.exec(c.req.header('host') ?? '') ?? [];
    return secure ? `__Host-${name}` : `${name}-${port}`;
  };
  const shared = { path: '/', httpOnly: true, sameSite: 'Lax', secure } as const;
  return {
    get: (c) => getCookie(c, nameFor(c)),
    set: (c, value, expires) =>
      setCookie(c, nameFor(c), value, { ...shared, maxAge: Math.max(0, Math.floor((expires - Date.now()) / 1000)) }),
    clear: (c) => void deleteCookie(c, nameFor(c), shared),
  };
};

export const sessionJar = (secure: boolean): CookieJar => createJar('assay', secure);
export const flowJar = (secure: boolean): CookieJar => createJar('assay-sign-in', secure);
