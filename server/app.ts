/** The HTTP server, put together: what every request passes, then the routes. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createAccess } from './access/access.ts';
import { MAX_BODY } from './body.ts';
import { createEvalgenRoutes, type EvalGen } from './console/evalgen.ts';
import { createManageRoutes, type Figures } from './console/manage.ts';
import { createOpenBatches } from './console/open-batches.ts';
import type { DeskCatalog } from './console/ports.ts';
import { createReviewRoutes } from './console/review.ts';
import { createWorkRoutes } from './console/work.ts';
import type { SignedIn } from './env.ts';
import { createFaultHandler, tooLong } from './faults.ts';
import { createHeaders, PICTURE_POLICY } from './headers.ts';
import { refuseOtherHosts } from './hosts.ts';
import type { Identity } from './identity/ports.ts';
import { createIdentityRoutes } from './identity/routes.ts';
import type { Limits } from './limits/limits.ts';
import type { Annotators, Audit, AuditReader, Library, Monitors, Profiles, Runs } from './ports.ts';
import { createRewardRoutes, type RewardDeps } from './reward/routes.ts';
import { type ConsoleFiles, createConsoleRoutes } from './routes/console.ts';
import { createLibraryRoutes } from './routes/library.ts';
import { createMonitorRoutes } from './routes/monitors.ts';
import { createPages } from './routes/pages.ts';
import { createRunRoutes } from './routes/runs.ts';
import { createWebhook } from './routes/webhook.ts';

export interface ServerDeps {
  readonly runs: Runs;
  readonly annotators: Annotators;
  readonly profiles: Profiles;
  readonly library: Library;
  readonly catalog: DeskCatalog;
  readonly figures: Figures;
  readonly evalgen: EvalGen;
  readonly monitors: Monitors;
  readonly identity: Identity;
  readonly limits: Limits;
  readonly audit: Audit & AuditReader;
  readonly consoleFiles: ConsoleFiles;
  /** Secret in the webhook's path: S3 servers cannot send headers. */
  readonly webhookToken: string;
  /** Bearer token of programs, which may do everything. */
  readonly apiToken: string;
  readonly temporalUi: string;
  /** Names besides loopback's under which this server may be reached. */
  readonly hosts: readonly string[];
  readonly reward: Pick<RewardDeps, 'service' | 'metrics'> & { readonly token: string };
  /** The address a request comes from. */
  readonly addressOf: (c: Context) => string;
  readonly log: (line: string) => void;
  /** Called when a drop's run could not be started: S3 servers do not send an event twice. */
  readonly missed?: () => void;
}

/** S3-event webhook, JSON API, rewards, the console and the plain pages. What PERMISSIONS does not list is refused. */
export const createApp = (deps: ServerDeps) => {
  const { library, reward, apiToken, hosts, log } = deps;
  // One listing for those who work and those who review.
  const desk = { ...deps, batches: createOpenBatches(deps.annotators) };
  return new Hono<SignedIn>()
    .onError(createFaultHandler(log))
    .use('/models/:name/:version/reliability.svg', async (c, next) => {
      await next();
      c.header('content-security-policy', PICTURE_POLICY);
    })
    .use(createHeaders())
    .use(refuseOtherHosts(hosts))
    .route(
      '/',
      createRewardRoutes({ ...reward, tokens: [reward.token, apiToken], readsNeedToken: hosts.length > 0, log }),
    )
    .use(bodyLimit({ maxSize: MAX_BODY, onError: tooLong }))
    .use(createAccess(deps))
    .get('/health', (c) => c.json({ ok: true }))
    .route('/', createWebhook(deps))
    .route('/', createIdentityRoutes(deps))
    .route('/', createRunRoutes(deps))
    .route('/', createWorkRoutes(desk))
    .route('/', createReviewRoutes(desk))
    .route('/', createManageRoutes(deps))
    .route('/', createEvalgenRoutes(deps))
    .route('/', createMonitorRoutes(deps))
    .route('/', createLibraryRoutes(library))
    .route('/', createPages(deps))
    .route('/', createConsoleRoutes(deps.consoleFiles));
};

export type App = ReturnType<typeof createApp>;
