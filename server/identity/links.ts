/** One-time links: how people sign in where there is no identity provider. */
import type { ObjectStore } from '../../activities/ports.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { LinkRequest } from '../../schemas/session.ts';
import type { Person } from './sessions.ts';
import { createTokens } from './tokens.ts';

const LIFE_MS = 10 * 60_000;

export interface Links {
  /** The token of a link. */
  make(person: LinkRequest): Promise<string>;
  /** Who the link is for. Throws ASY-8005 for one that is forged or over, or that was used: the bucket decides, for all servers. */
  redeem(token: string): Promise<Person>;
}

export const createLinks = (
  secret: string,
  objects: Pick<ObjectStore, 'create'>,
  subject: (person: string) => string,
  now: () => number,
): Links => {
  const tokens = createTokens(secret, 'link', LinkRequest, now);
  return {
    make: (person) => tokens.sign(LinkRequest.parse(person), now() + LIFE_MS),
    redeem: async (token) => {
      const claims = await tokens.open(token);
      if (claims === 'expired') throw new AssayError('ASY-8005', { reason: 'is over: it was good for ten minutes' });
      if (claims === 'invalid') throw new AssayError('ASY-8005', { reason: 'was not made here' });
      if (!(await objects.create(keys.usedLink(claims.jti), 'used')))
        throw new AssayError('ASY-8005', { reason: 'was used already' });
      const { name, roles, runs } = claims;
      return { subject: subject(name), name, roles, runs };
    },
  };
};

/** Where the console takes a token from: the fragment stays in the browser, out of logs and Referer headers. */
export const linkUrl = (origin: string, token: string): string => `${origin}/console/sign-in#token=${token}`;
