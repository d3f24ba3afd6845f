/** A real OpenID provider on loopback, with one person in it, and a browser's way through its pages. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';

export const CLIENT = { id: 'assay', secret: 'the-secret-of-the-client-0123456789' };

export interface TestProvider {
  readonly issuer: string;
  /** A JWT signed with the provider's key, or `key`. */
  sign(claims: JWTPayload, key?: CryptoKey): Promise<string>;
  /** Goes through the provider's pages as `person`; returns the address it sends the browser back to. */
  signIn(url: string, person: string): Promise<string>;
  close(): Promise<void>;
}

/** `claims` are what it says of a person beside `sub`. */
export const startProvider = async (
  redirectUri: string,
  claims: (person: string) => Record<string, unknown>,
): Promise<TestProvider> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: 'k1', use: 'sig', alg: 'RS256' };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['a key of the test'] },
    claims: { openid: ['sub'], profile: ['name', 'groups'] },
    conformIdTokenClaims: false,
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...claims(sub) }) }),
    pkce: { required: () => true },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  return {
    issuer,
    sign: (payload, key = privateKey) => new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(key),
    signIn: async (url, person) => {
      const jar = new Map<string, string>();
      const browse = async (address: string, form?: Record<string, string>): Promise<string> => {
        if (address.startsWith(redirectUri)) return address;
        const answer = await fetch(address, {
          redirect: 'manual',
          headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
          ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
        });
        for (const cookie of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
          jar.set(name, value);
        }
        const to = answer.headers.get('location');
        if (to !== null) return browse(new URL(to, address).href);
        const page = await answer.text();
        if (page.includes('name="login"')) return browse(address, { prompt: 'login', login: person, password: 'any' });
        if (page.includes('value="consent"')) return browse(address, { prompt: 'consent' });
        throw new Error(`a page that was not expected, ${answer.status}: ${page.slice(0, 300)}`);
      };
      return browse(url);
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
