/** `/api/manage`: where runs stand, how people do, how far they agree, what it costs; and the registry of annotators. */
import { Hono } from 'hono';
import { AnnotatorProfile } from '../../schemas/annotator.ts';
import { AssayError } from '../../schemas/errors.ts';
import { Name } from '../../schemas/primitives.ts';
import type { AgreementFigures, AnnotatorFigures, CostFigures, ManagedRun } from '../../schemas/scorecard.ts';
import type { Session } from '../../schemas/session.ts';
import { annotateId, runId } from '../../workflows/ids.ts';
import { reaches } from '../access/scope.ts';
import { bodyOf } from '../body.ts';
import type { SignedIn } from '../env.ts';
import type { Annotators, Audit, Profiles, Runs } from '../ports.ts';

/** What the votes of a run say; activities/annotation-figures.ts reads them. Throws ASY-1001 for a run without items. */
export interface Figures {
  annotators(run: string): Promise<AnnotatorFigures>;
  agreement(run: string): Promise<AgreementFigures>;
  cost(run: string): Promise<CostFigures>;
}

export interface ManageDeps {
  readonly runs: Pick<Runs, 'state'>;
  readonly annotators: Pick<Annotators, 'list'>;
  readonly profiles: Pick<Profiles, 'get' | 'put' | 'list'>;
  readonly figures: Figures;
  readonly audit: Audit;
  readonly temporalUi: string;
}

/** The run's name, where the session may see it; throws ASY-4001 where it may not: it is as if it were not there. */
const visible = (session: Session, run: string | undefined): string => {
  const name = Name.safeParse(run);
  if (!name.success || !reaches(session, name.data))
    throw new AssayError('ASY-4001', { run: JSON.stringify((run ?? '').slice(0, 80)) });
  return name.data;
};

export const createManageRoutes = (deps: ManageDeps) => {
  const workflowUrl = (id: string): string =>
    `${deps.temporalUi}/namespaces/default/workflows/${encodeURIComponent(id)}`;
  return new Hono<SignedIn>()
    .get('/api/manage/runs/:run', async (c) => {
      const run = visible(c.get('session'), c.req.param('run'));
      const [{ status, stage, round, details }, batches] = await Promise.all([
        deps.runs.state(run),
        deps.annotators.list(run),
      ]);
      return c.json({
        state: { status, stage, round, details },
        temporalUrl: workflowUrl(runId(run)),
        annotateUrl: workflowUrl(annotateId(run, round)),
        batches: batches.map((batch) => ({ ...batch, temporalUrl: workflowUrl(batch.id) })),
      } satisfies ManagedRun);
    })
    .get('/api/manage/annotators', async (c) =>
      c.json(await deps.figures.annotators(visible(c.get('session'), c.req.query('run')))),
    )
    .get('/api/manage/agreement', async (c) =>
      c.json(await deps.figures.agreement(visible(c.get('session'), c.req.query('run')))),
    )
    .get('/api/manage/cost', async (c) =>
      c.json(await deps.figures.cost(visible(c.get('session'), c.req.query('run')))),
    )
    .get('/api/manage/profiles', async (c) => c.json({ profiles: await deps.profiles.list() }))
    .get('/api/manage/profiles/:subject', async (c) => c.json(await deps.profiles.get(c.req.param('subject'))))
    .put('/api/manage/profiles/:subject', async (c) => {
      const profile = await bodyOf(AnnotatorProfile, c.req);
      const subject = c.req.param('subject');
      if (profile.subject !== subject)
        throw new AssayError('ASY-4004', { reason: 'subject: not the one that the address names' });
      await deps.profiles.put(profile);
      await deps.audit.record({ by: c.get('session').subject, action: 'profile', target: { subject } });
      return c.json({ ok: true as const });
    });
};
