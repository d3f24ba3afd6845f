/** Signed values that come back from browsers: JWTs with HMAC-SHA-256, each purpose with a key of its own. */
import { hkdfSync, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

/** What every token says beside its own claims; seconds since epoch, as RFC 7519 has them. */
const Registered = z.object({ jti: z.string(), iat: z.number(), exp: z.number() });

export interface Tokens<T> {
  /** A token good until `expires` (milliseconds since epoch), with `id` as its jti. */
  sign(claims: T, expires: number, id?: string): Promise<string>;
  /** The claims of a token, or what is wrong with it. */
  open(token: string): Promise<(T & z.infer<typeof Registered>) | 'expired' | 'invalid'>;
}

/** Tokens of one purpose. Keys are derived (HKDF, RFC 5869), so that a token of one purpose is none of another. */
export const createTokens = <S extends z.ZodObject>(
  secret: string,
  purpose: string,
  schema: S,
  now: () => number,
): Tokens<z.infer<S>> => {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', `assay/${purpose}`, 32));
  const claimed = z.intersection(schema, Registered);
  return {
    sign: (claims, expires, id = randomUUID()) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setAudience(`assay/${purpose}`)
        .setJti(id)
        .setIssuedAt(Math.floor(now() / 1000))
        .setExpirationTime(Math.floor(expires / 1000))
        .sign(key),
    open: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          audience: `assay/${purpose}`,
          requiredClaims: ['exp', 'iat', 'jti'],
          currentDate: new Date(now()),
        });
        return claimed.parse(payload);
      } catch (error) {
        return error instanceof errors.JWTExpired ? 'expired' : 'invalid';
      }
    },
  };
};
