/** Identity as configured: cookies, links, the API token, the identity provider. */
import type { ObjectStore } from '../activities/ports.ts';
import { AssayError } from '../schemas/errors.ts';
import type { LinkRequest } from '../schemas/session.ts';
import { createAudit } from '../server/audit/log.ts';
import { linkTarget } from '../server/audit/targets.ts';
import { createIdentity } from '../server/identity/identity.ts';
import { createOidc } from '../server/identity/oidc.ts';
import type { Identity } from '../server/identity/ports.ts';
import { type Config, parseConfig } from './config.ts';
import { objectsOf, subjectOf } from './objects.ts';
import type { Env } from './paths.ts';

/** Throws ASY-9006 where the environment lacks a key. */
export const identityOf = (config: Config, objects: ObjectStore, log: (line: string) => void): Identity => {
  const needed = (variable: string, value: string | null): string => {
    if (value !== null) return value;
    throw new AssayError('ASY-9006', { variable, reason: 'not set: nobody could sign in' });
  };
  const subject = subjectOf(config);
  return createIdentity({
    sessionKey: needed('ASSAY_SESSION_KEY', config.sessionKey),
    apiToken: needed('ASSAY_API_TOKEN', config.apiToken),
    origin: config.origin,
    subject,
    objects,
    oidc: config.oidc === null ? null : createOidc(config.oidc, config.origin, subject, log),
    links: config.links,
  });
};

/** A one-time link, made and recorded without the server's help: whoever holds the session key may make one. */
export const makeLink = async (config: Config, person: LinkRequest): Promise<string> => {
  const objects = objectsOf(config);
  const url = await identityOf(config, objects, () => undefined).link(person);
  await createAudit(objects).record({ by: 'command-line', action: 'link', target: linkTarget(person) });
  return url;
};

/** A link that signs whoever started a stack in as admin; null where links are off, or the stack is of an older version. */
export const adminLink = async (env: Env): Promise<string | null> => {
  const config = parseConfig(env);
  if (!config.links || config.sessionKey === null) return null;
  return makeLink(config, { roles: ['admin'], name: 'admin', runs: null });
};
