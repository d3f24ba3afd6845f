/** The HTTP server over ports that have nothing: tests give those they are about. */
import { createRemotes } from '../../activities/adapters/remote/index.ts';
import { createRewardRegistry } from '../../cli/rewards.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Role, Session } from '../../schemas/session.ts';
import { createApp, type ServerDeps } from '../../server/app.ts';
import { createAudit } from '../../server/audit/log.ts';
import { createAuditReader } from '../../server/audit/objects.ts';
import { createIdentity, type IdentityDeps } from '../../server/identity/identity.ts';
import { createSessions } from '../../server/identity/sessions.ts';
import { createLimits } from '../../server/limits/limits.ts';
import { createRewardMetrics } from '../../server/reward/metrics.ts';
import { createRewardService } from '../../server/reward/service.ts';
import { createMemoryObjects, type MemoryObjects } from './memory-objects.ts';

export const SESSION_KEY = 'a-session-key-of-tests-only-0123456789';
export const API_TOKEN = 'secret';
export const HOST = '127.0.0.1:7400';
/** What people send with changes. */
export const OURS = { origin: `http://${HOST}`, 'content-type': 'application/json' };

/** A port with these methods; every other one finds nothing (ASY-3002). */
export const nothing = <T extends object>(but: Partial<T> = {}): T =>
  new Proxy(but as T, {
    get: (known, name) =>
      Reflect.get(known, name) ??
      (async () => {
        throw new AssayError('ASY-3002', { key: String(name) });
      }),
  });

interface Options {
  readonly deps?: Partial<ServerDeps>;
  readonly identity?: Partial<IdentityDeps>;
  readonly objects?: MemoryObjects;
}

export type Ask = (
  path: string,
  init?: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> },
  host?: string,
) => Promise<Response>;

export const createTestApp = ({ deps = {}, identity = {}, objects = createMemoryObjects() }: Options = {}) => {
  const now = identity.now ?? Date.now;
  const subject = (person: string) => `sub_of_${person.length}`;
  const lines: string[] = [];
  const metrics = createRewardMetrics();
  const service = createRewardService(createRewardRegistry({ objects, remotes: createRemotes({}, () => '') }), metrics);
  const app = createApp({
    runs: nothing(),
    annotators: nothing(),
    profiles: nothing(),
    catalog: nothing(),
    figures: nothing(),
    evalgen: nothing(),
    monitors: nothing(),
    library: nothing(),
    identity: createIdentity({
      sessionKey: SESSION_KEY,
      apiToken: API_TOKEN,
      origin: `http://${HOST}`,
      subject,
      objects,
      oidc: null,
      links: true,
      ...identity,
    }),
    limits: createLimits(10_000),
    audit: { ...createAudit(objects, now), ...createAuditReader(objects) },
    consoleFiles: async () => null,
    webhookToken: 'hook',
    apiToken: API_TOKEN,
    temporalUi: 'http://127.0.0.1:8233',
    hosts: [],
    reward: { service, metrics, token: 'trainer' },
    addressOf: () => '127.0.0.1',
    log: (line) => void lines.push(line),
    ...deps,
  });
  const ask: Ask = async (path, init = {}, host = HOST) =>
    app.request(`http://${host}${path}`, { ...init, headers: { host, ...init.headers } });
  /** Headers of somebody with these roles: `person` is what they are known by. */
  const as = async (
    roles: Role | readonly Role[],
    { runs = null, person = 'sub_person' }: { runs?: Session['runs']; person?: string } = {},
  ): Promise<Record<string, string>> => {
    const sessions = createSessions(SESSION_KEY, objects, now);
    const { cookie } = await sessions.start({ subject: person, name: 'Person', roles: [roles].flat(), runs });
    return { ...OURS, cookie: `assay-7400=${cookie}` };
  };
  const audited = async () =>
    (await createAuditReader(objects).after(0)).map(({ by, action, target }) => ({ by, action, target }));
  return { app, ask, as, objects, lines, audited };
};

/** Headers of a program. */
export const program = { authorization: `Bearer ${API_TOKEN}` };
