/** Sign-in with an OpenID Connect provider: authorization code with PKCE for people, JWTs of the same issuer for programs. */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { isLoopback } from '../hosts.ts';
import { type ClaimRules, nameOf, rolesOf, runsOf } from './claims.ts';
import type { Person } from './sessions.ts';

export interface OidcConfig extends ClaimRules {
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client. */
  readonly clientSecret: string | null;
  readonly scopes: string;
  /** Whom bearer tokens must be meant for; null: none is taken. */
  readonly audience: string | null;
}

/** What must come back unchanged from the browser for an answer of the provider to be believed. */
export const FlowChecks = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
export type FlowChecks = z.infer<typeof FlowChecks>;

export interface Oidc {
  begin(): Promise<{ readonly url: string; readonly checks: FlowChecks }>;
  /** Throws ASY-8006 for an answer that is not the one asked for, ASY-8010 where the provider does not answer. */
  finish(search: string, checks: FlowChecks): Promise<Person>;
  /** Null for a token that is not valid, or gives no role. */
  bearer(token: string): Promise<{ readonly person: Person; readonly expires: number } | null>;
}

/** How far the provider's clock and ours may differ, in seconds. */
const TOLERANCE = 30;

/** Signatures by keys that are published: what only a shared secret signs could be signed by whoever reads it. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];

export const createOidc = (
  config: OidcConfig,
  origin: string,
  subject: (person: string) => string,
  log: (line: string) => void,
): Oidc => {
  let found: Promise<{ provider: client.Configuration; keys: ReturnType<typeof createRemoteJWKSet> }> | undefined;
  /** Asked once; a failed answer is forgotten, so that the next sign-in asks again. */
  const discovered = () =>
    (found ??= discover(config).catch((error: unknown) => {
      found = undefined;
      throw unreachable(error);
    }));
  const unreachable = (cause: unknown): AssayError => {
    log(`identity provider: ${JSON.stringify(cause instanceof Error ? cause.message : String(cause))}`);
    return new AssayError('ASY-8010', {}, { cause });
  };
  const personOf = (claims: JWTPayload & { sub: string }): Person => ({
    subject: subject(`${claims.iss}|${claims.sub}`),
    name: nameOf(claims),
    roles: rolesOf(claims, config),
    runs: runsOf(claims, config),
  });
  return {
    begin: async () => {
      const { provider } = await discovered();
      const checks = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(provider, {
        redirect_uri: `${origin}/sign-in/callback`,
        scope: config.scopes,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, checks };
    },
    finish: async (search, { state, nonce, verifier }) => {
      const { provider } = await discovered();
      const claims = await client
        .authorizationCodeGrant(provider, new URL(`${origin}/sign-in/callback${search}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        .then((tokens) => tokens.claims())
        .catch((error: unknown) => {
          log(`sign-in refused: ${JSON.stringify(error instanceof Error ? error.message : String(error))}`);
          throw new AssayError('ASY-8006', { reason: reasonOf(error) }, { cause: error });
        });
      if (claims === undefined) throw new AssayError('ASY-8006', { reason: 'it says nothing of who it is' });
      const person = personOf(claims as JWTPayload & { sub: string });
      if (person.roles.length === 0) throw new AssayError('ASY-8006', { reason: 'it gives none of the roles' });
      return person;
    },
    bearer: async (token) => {
      if (config.audience === null) return null;
      const { provider, keys } = await discovered();
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: provider.serverMetadata().issuer,
          audience: config.audience,
          algorithms: ALGORITHMS,
          clockTolerance: TOLERANCE,
          requiredClaims: ['sub', 'exp'],
        });
        const person = personOf(payload as JWTPayload & { sub: string });
        return person.roles.length === 0 ? null : { person, expires: (payload.exp ?? 0) * 1000 };
      } catch (error) {
        // What jose itself refuses is the token's fault; all else is that the keys could not be had.
        if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) return null;
        throw unreachable(error);
      }
    },
  };
};

const discover = async ({ issuer, clientId, clientSecret }: OidcConfig) => {
  const url = new URL(issuer);
  const provider = await client.discovery(
    url,
    clientId,
    { [client.clockTolerance]: TOLERANCE },
    clientSecret === null ? client.None() : client.ClientSecretBasic(clientSecret),
    {
      // The id token's signature is checked too, not only the connection it came by.
      execute: [client.enableNonRepudiationChecks, ...(isLoopback(url.hostname) ? [client.allowInsecureRequests] : [])],
    },
  );
  const { jwks_uri } = provider.serverMetadata();
  if (jwks_uri === undefined) throw new AssayError('ASY-8006', { reason: 'it publishes no keys' });
  return { provider, keys: createRemoteJWKSet(new URL(jwks_uri)) };
};

/** A word for what is wrong, never text that came from elsewhere. */
const reasonOf = (error: unknown): string => {
  const { error: word, code } = (error ?? {}) as { error?: unknown; code?: unknown };
  return (
    [word, code].find((each): each is string => typeof each === 'string' && /^[A-Za-z_]{1,64}$/.test(each)) ?? 'invalid'
  );
};
