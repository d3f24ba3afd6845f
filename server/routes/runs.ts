/** Runs and their batches, and the decisions at a run's gate: by whoever is signed in, whatever a body says. */
import { Hono } from 'hono';
import { ReworkRequest, Verdict } from '../../schemas/approval.ts';
import { reaches } from '../access/scope.ts';
import { bodyOf } from '../body.ts';
import type { SignedIn } from '../env.ts';
import type { Annotators, Audit, Runs } from '../ports.ts';

export interface RunRouteDeps {
  readonly runs: Runs;
  readonly annotators: Pick<Annotators, 'list'>;
  readonly audit: Audit;
}

const Decision = Verdict.omit({ by: true });
const Rework = ReworkRequest.omit({ by: true });

export const createRunRoutes = ({ runs, annotators, audit }: RunRouteDeps) =>
  new Hono<SignedIn>()
    .get('/api/runs', async (c) => {
      const session = c.get('session');
      return c.json((await runs.list()).filter(({ drop }) => reaches(session, drop)));
    })
    .get('/api/runs/:drop', async (c) => c.json(await runs.state(c.req.param('drop'))))
    .post('/api/runs/:drop/approve', async (c) => {
      const [run, by] = [c.req.param('drop'), c.get('session').subject];
      await runs.approve(run, { ...(await bodyOf(Decision, c.req)), by });
      await audit.record({ by, action: 'approve', target: { run } });
      return c.json({ ok: true });
    })
    .post('/api/runs/:drop/reject', async (c) => {
      const [run, by] = [c.req.param('drop'), c.get('session').subject];
      await runs.reject(run, { ...(await bodyOf(Decision, c.req)), by });
      await audit.record({ by, action: 'reject', target: { run } });
      return c.json({ ok: true });
    })
    .post('/api/runs/:drop/rework', async (c) => {
      const [run, by] = [c.req.param('drop'), c.get('session').subject];
      const request = await bodyOf(Rework, c.req);
      await runs.rework(run, { ...request, by });
      await audit.record({
        by,
        action: 'rework',
        target: { run, items: String(request.itemIds?.length ?? 'disputed') },
      });
      return c.json({ ok: true });
    })
    .get('/api/batches', async (c) => {
      const session = c.get('session');
      return c.json((await annotators.list(c.req.query('run'))).filter(({ run }) => reaches(session, run)));
    });
