/** Who somebody is: by cookie, by bearer token, by one-time link, by identity provider. */
import { timingSafeEqual } from 'hono/utils/buffer';
import { z } from 'zod';
import type { ObjectStore } from '../../activities/ports.ts';
import { AssayError } from '../../schemas/errors.ts';
import { type Session } from '../../schemas/session.ts';
import { createLinks, linkUrl } from './links.ts';
import { FlowChecks, type Oidc } from './oidc.ts';
import type { Identity } from './ports.ts';
import { createSessions } from './sessions.ts';
import { createTokens } from './tokens.ts';

export interface IdentityDeps {
  /** What the keys of cookies and links are derived from. */
  readonly sessionKey: string;
  /** Bearer token of programs, which may do everything. */
  readonly apiToken: string;
  /** Where people reach the server: scheme, host and port. */
  readonly origin: string;
  readonly subject: (person: string) => string;
  readonly objects: Pick<ObjectStore, 'create' | 'head'>;
  /** Null where no identity provider is configured. */
  readonly oidc: Oidc | null;
  /** Whether one-time links are made and taken. */
  readonly links: boolean;
  readonly now?: () => number;
}

/** How long somebody may take at the identity provider. */
const FLOW_MS = 10 * 60_000;

/** Who holds the API token: no person. */
const SERVICE: Session = {
  subject: 'service',
  name: 'API token',
  roles: ['admin'],
  runs: null,
  expires: Number.MAX_SAFE_INTEGER,
};

export const createIdentity = ({
  sessionKey,
  apiToken,
  origin,
  subject,
  objects,
  oidc,
  links: linksOpen,
  now = Date.now,
}: IdentityDeps): Identity => {
  const sessions = createSessions(sessionKey, objects, now);
  const links = createLinks(sessionKey, objects, subject, now);
  const flows = createTokens(sessionKey, 'sign-in', FlowChecks.extend({ to: z.string() }), now);
  const closed = () => new AssayError('ASY-8005', { reason: 'is of no use: links are off here' });
  return {
    ways: { oidc: oidc !== null, link: linksOpen },
    secure: origin.startsWith('https:'),
    resume: sessions.resume,
    end: sessions.end,
    bearer: async (token) => {
      if (await timingSafeEqual(token, apiToken)) return SERVICE;
      const known = await oidc?.bearer(token);
      return known == null ? null : { ...known.person, expires: known.expires };
    },
    link: async (person) => {
      if (!linksOpen) throw closed();
      return linkUrl(origin, await links.make(person));
    },
    redeem: async (token) => {
      if (!linksOpen) throw closed();
      return sessions.start(await links.redeem(token));
    },
    begin: async (to) => {
      if (oidc === null) throw new AssayError('ASY-8006', { reason: 'none is configured' });
      const { url, checks } = await oidc.begin();
      return { url, flow: await flows.sign({ ...checks, to }, now() + FLOW_MS) };
    },
    finish: async (search, flow) => {
      const checks = await flows.open(flow);
      if (oidc === null || typeof checks === 'string')
        throw new AssayError('ASY-8006', { reason: 'it is not the answer to a sign-in that began in this browser' });
      return { ...(await sessions.start(await oidc.finish(search, checks))), to: checks.to };
    },
  };
};
