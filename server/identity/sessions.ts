/** Sessions of people: a signed cookie, so that they outlive the server and hold on every one of several. */
import type { ObjectStore } from '../../activities/ports.ts';
import { keys } from '../../schemas/keys.ts';
import { Session } from '../../schemas/session.ts';
import type { Identity, SignIn } from './ports.ts';
import { createTokens } from './tokens.ts';

const MINUTE = 60_000;
/** A session ends this long after it was last renewed, */
const IDLE_MS = 30 * MINUTE;
/** and this long after the sign-in whatever happens: roles that were taken away are gone by then. */
const TOTAL_MS = 12 * 60 * MINUTE;
/** A cookie this old is renewed when it is used; before that it is believed without a look at what has ended. */
const RENEW_MS = 5 * MINUTE;

const Claims = Session.omit({ expires: true }).extend({ end: Session.shape.expires });

export type Person = Omit<Session, 'expires'>;

export interface Sessions extends Pick<Identity, 'resume' | 'end'> {
  start(person: Person): Promise<SignIn>;
}

export const createSessions = (
  secret: string,
  objects: Pick<ObjectStore, 'create' | 'head'>,
  now: () => number,
): Sessions => {
  const tokens = createTokens(secret, 'session', Claims, now);
  const issue = async ({ subject, name, roles, runs }: Person, end: number, id?: string): Promise<SignIn> => {
    // To the second, as the token has it.
    const expires = Math.floor(Math.min(now() + IDLE_MS, end) / 1000) * 1000;
    const cookie = await tokens.sign({ subject, name, roles, runs, end }, expires, id);
    return { session: { subject, name, roles, runs, expires }, cookie };
  };
  const isEnded = async (id: string): Promise<boolean> => (await objects.head(keys.endedSession(id))) !== null;
  return {
    start: (person) => issue(person, now() + TOTAL_MS),
    resume: async (cookie) => {
      const claims = await tokens.open(cookie);
      if (typeof claims === 'string') return null;
      const { end, jti, iat, exp, ...person } = claims;
      if (now() - iat * 1000 < RENEW_MS) return { session: { ...person, expires: exp * 1000 }, renewed: null };
      if (await isEnded(jti)) return null;
      const renewed = await issue(person, end, jti);
      return { session: renewed.session, renewed: renewed.cookie };
    },
    end: async (cookie) => {
      const claims = await tokens.open(cookie);
      if (typeof claims !== 'string') await objects.create(keys.endedSession(claims.jti), 'ended');
    },
  };
};
