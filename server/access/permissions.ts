/** Who may do what: every route of the server with the roles it is for. A route that is not here is refused to everybody. */
import { ROLES, type Role } from '../../schemas/session.ts';

/**
 * What somebody gets of a route whose session is restricted to some runs: nothing; what the part of the path or query that names a run
 * allows; or what the route itself lets through, because its answer spans runs or is their own.
 */
type Scope = 'nothing' | { readonly run: string } | 'own';

export type Permission =
  /** Anybody: sign-in, health, the console's files. */
  | 'open'
  /** Who knows the route's own token: webhook and rewards. */
  | 'token'
  | Guarded;

/** Who is signed in with one of the roles. */
export interface Guarded {
  readonly roles: readonly Role[];
  readonly scope: Scope;
}

const WORK: readonly Role[] = ['annotator', 'admin'];
const REVIEW: readonly Role[] = ['reviewer', 'admin'];
const LOOK: readonly Role[] = ['reviewer', 'curator', 'admin'];
const CURATE: readonly Role[] = ['curator', 'admin'];
const ADMIN: readonly Role[] = ['admin'];
/** With auditors, who read what is not somebody's own work. */
const seen = (roles: readonly Role[]): readonly Role[] => [...roles, 'auditor'];

const own = (roles: readonly Role[]): Permission => ({ roles, scope: 'own' });
const whole = (roles: readonly Role[]): Permission => ({ roles, scope: 'nothing' });
const ofRun = (roles: readonly Role[], run: string): Permission => ({ roles, scope: { run } });

/** By method and path, as Hono knows them. */
export const PERMISSIONS: Readonly<Record<string, Permission>> = {
  'GET /health': 'open',
  'GET /favicon.ico': 'open',
  'GET /style.css': 'open',
  'GET /console': 'open',
  'GET /console/*': 'open',
  'GET /api/sign-in': 'open',
  'POST /api/session/link': 'open',
  'GET /sign-in/oidc': 'open',
  'GET /sign-in/callback': 'open',

  'POST /events/s3/:token': 'token',
  'POST /reward/:model': 'token',
  'POST /reward/:token/:model': 'token',
  'GET /v2': 'token',
  'GET /v2/health/live': 'token',
  'GET /v2/health/ready': 'token',
  'GET /v2/models/:model': 'token',
  'GET /v2/models/:model/ready': 'token',
  'GET /v2/models/:model/versions/:version': 'token',
  'GET /v2/models/:model/versions/:version/ready': 'token',
  'POST /v2/models/:model/infer': 'token',
  'POST /v2/models/:model/versions/:version/infer': 'token',
  'GET /metrics': 'token',

  'GET /': own(ROLES),
  'GET /api/session': own(ROLES),
  'POST /api/session/end': own(ROLES),
  // Named by their content: who knows the hash has been shown the item.
  'GET /media/:sha256': own(ROLES),

  'GET /api/work': own(WORK),
  'POST /api/work/claim': own(WORK),
  'POST /api/work/submit': own(WORK),
  'POST /api/work/skip': own(WORK),
  'POST /api/work/release': own(WORK),
  'POST /api/work/undo': own(WORK),
  'POST /api/work/reclaim': own(WORK),
  'POST /api/work/dispute': own(WORK),
  'POST /api/work/comment': own(WORK),
  // Reviewers decide with the questions that annotators are asked.
  'GET /api/work/sheet/:run': ofRun(seen(['annotator', 'reviewer', 'admin']), 'run'),
  'GET /api/work/own': own(WORK),
  'GET /api/work/item': own(WORK),
  'GET /api/preferences': own(WORK),
  'PUT /api/preferences': own(WORK),

  'GET /api/review': own(seen(REVIEW)),
  'GET /api/review/item': own(seen(REVIEW)),
  'POST /api/review/ruling': own(REVIEW),
  'POST /api/review/comment': own(REVIEW),

  'GET /api/manage/runs/:run': ofRun(seen(LOOK), 'run'),
  'GET /api/manage/annotators': ofRun(seen(LOOK), 'run'),
  'GET /api/manage/agreement': ofRun(seen(LOOK), 'run'),
  'GET /api/manage/cost': ofRun(seen(LOOK), 'run'),
  'GET /api/evalgen': own(seen(LOOK)),
  'POST /api/evalgen': own(LOOK),
  'GET /api/evalgen/:study': own(seen(LOOK)),
  'POST /api/evalgen/:study/grades': own(LOOK),
  'POST /api/evalgen/:study/criteria': own(LOOK),
  'POST /api/evalgen/:study/assertions': own(LOOK),
  'POST /api/evalgen/:study/withdraw': own(LOOK),
  'GET /api/evalgen/:study/report': own(seen(LOOK)),
  'GET /api/evalgen/:study/annotations': own(seen(LOOK)),
  'GET /heatmaps/:item/:file': own(seen(LOOK)),
  'GET /drops/:drop/items/:item': ofRun(seen(LOOK), 'drop'),
  'GET /api/drops/:drop/items/:item': ofRun(seen(LOOK), 'drop'),
  'GET /api/runs': own(seen(LOOK)),
  'GET /api/runs/:drop': ofRun(seen(LOOK), 'drop'),
  'GET /api/batches': own(seen(LOOK)),
  // What monitors find spans runs.
  'GET /api/monitors': whole(seen(LOOK)),
  'GET /api/monitors/:name': whole(seen(LOOK)),
  'GET /api/alerts': whole(seen(LOOK)),

  'POST /api/runs/:drop/approve': ofRun(CURATE, 'drop'),
  'POST /api/runs/:drop/reject': ofRun(CURATE, 'drop'),
  'POST /api/runs/:drop/rework': ofRun(CURATE, 'drop'),
  // It lets a halted export go on.
  'POST /api/monitors/:name/ack': whole(CURATE),
  'GET /api/drops': whole(seen(CURATE)),
  'GET /api/drops/:drop/quarantine': ofRun(seen(CURATE), 'drop'),
  'GET /api/datasets': whole(seen(CURATE)),
  'GET /api/datasets/:name': whole(seen(CURATE)),
  'GET /api/models': whole(seen(CURATE)),
  'GET /api/models/:name': whole(seen(CURATE)),
  'GET /models/:name': whole(seen(CURATE)),
  'GET /models/:name/:version': whole(seen(CURATE)),
  'GET /models/:name/:version/reliability.svg': whole(seen(CURATE)),
  'GET /plain': whole(seen(CURATE)),

  'GET /api/manage/profiles': whole(seen(ADMIN)),
  'GET /api/manage/profiles/:subject': whole(seen(ADMIN)),
  'PUT /api/manage/profiles/:subject': whole(ADMIN),
  'POST /api/links': whole(ADMIN),
  'GET /api/audit': whole(seen(ADMIN)),
};
