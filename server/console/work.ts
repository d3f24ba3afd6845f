/** `/api/work`: what annotators do, always as whoever is signed in. */
import { Hono } from 'hono';
import { Preferences } from '../../schemas/annotator.ts';
import { WorkClaim, WorkNote, WorkOn, WorkSkip, WorkSubmit } from '../../schemas/console.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Session } from '../../schemas/session.ts';
import { reaches } from '../access/scope.ts';
import { bodyOf } from '../body.ts';
import type { SignedIn } from '../env.ts';
import type { Annotators, Audit, Profiles } from '../ports.ts';
import { checkAnswers } from './answers.ts';
import { createDesk } from './desk.ts';
import type { OpenBatches } from './open-batches.ts';
import { ownItem, ownWork, refuseStranger } from './own.ts';
import type { DeskCatalog } from './ports.ts';
import { createRests } from './rests.ts';

export interface WorkDeps {
  readonly annotators: Annotators;
  readonly profiles: Pick<Profiles, 'get' | 'preferences' | 'setPreferences' | 'stretches' | 'setStretches'>;
  readonly catalog: DeskCatalog;
  readonly batches: OpenBatches;
  readonly audit: Audit;
  readonly now?: () => number;
}

export const createWorkRoutes = ({ annotators, profiles, catalog, batches, audit, now = Date.now }: WorkDeps) => {
  const rests = createRests({ profiles, catalog, now });
  const deps = { annotators, profiles, catalog, batches, rests, now };
  const desk = createDesk(deps);
  const record = ({ subject: by }: Session, action: string, { batch, item }: { batch: string; item: string }) =>
    audit.record({ by, action, target: { batch, item } });

  return new Hono<SignedIn>()
    .get('/api/work', async (c) => {
      const open = (await batches.of(c.get('session'))).filter((batch) => batch.open > 0);
      const runs = Map.groupBy(open, ({ run }) => run);
      return c.json({ runs: [...runs].map(([run, theirs]) => ({ run, batches: theirs.length })) });
    })
    .post('/api/work/claim', async (c) => {
      const { run, n } = await bodyOf(WorkClaim, c.req);
      return c.json(await desk.claim(c.get('session'), n, run));
    })
    .post('/api/work/submit', async (c) => {
      const session = c.get('session');
      const { batch: id, item, votes } = await bodyOf(WorkSubmit, c.req);
      const batch = await batches.one(session, id);
      await checkAnswers(catalog, batch, item, votes);
      // The order shown is what was granted; a browser is believed only where another server granted it.
      const shown = desk.shown(session, id, item);
      const bodies = votes.map((body) => ({ item, body: { ...body, shown: shown ?? body.shown } }));
      await annotators.submit(id, session.subject, bodies);
      await rests.worked(session.subject, batch.run, Math.max(...votes.map(({ seconds }) => seconds ?? 0)));
      await record(session, 'submit', { batch: id, item });
      return c.json({ ok: true as const });
    })
    .post('/api/work/skip', async (c) => {
      const session = c.get('session');
      const { batch, item, reason } = await bodyOf(WorkSkip, c.req);
      const { run } = await batches.one(session, batch);
      await annotators.skip(batch, session.subject, item, reason);
      await rests.worked(session.subject, run, 0);
      await record(session, 'skip', { batch, item });
      return c.json({ ok: true as const });
    })
    .post('/api/work/release', async (c) => {
      const session = c.get('session');
      const { batch, item } = await bodyOf(WorkOn, c.req);
      await batches.one(session, batch);
      await annotators.release(batch, session.subject, [item]);
      return c.json({ ok: true as const });
    })
    .post('/api/work/undo', async (c) => {
      const session = c.get('session');
      const { batch: id, item } = await bodyOf(WorkOn, c.req);
      const batch = await batches.one(session, id);
      await annotators.undo(id, session.subject, item);
      await record(session, 'undo', { batch: id, item });
      return c.json(await desk.hold(session, batch, item));
    })
    .post('/api/work/reclaim', async (c) => {
      const session = c.get('session');
      const { batch: id, item } = await bodyOf(WorkOn, c.req);
      const batch = await batches.one(session, id);
      await rests.refuse(session.subject, batch.run);
      return c.json(await desk.hold(session, batch, item));
    })
    .post('/api/work/dispute', async (c) => {
      const session = c.get('session');
      const { batch, item, text } = await bodyOf(WorkNote, c.req);
      await batches.one(session, batch);
      await annotators.dispute(batch, session.subject, item, text);
      await record(session, 'dispute', { batch, item });
      return c.json({ ok: true as const });
    })
    .post('/api/work/comment', async (c) => {
      const session = c.get('session');
      const { batch, item, text } = await bodyOf(WorkNote, c.req);
      await batches.one(session, batch);
      await refuseStranger(annotators, session.subject, batch, item);
      await annotators.comment(batch, session.subject, item, text);
      await record(session, 'comment', { batch, item });
      return c.json({ ok: true as const });
    })
    .get('/api/work/sheet/:run', async (c) => {
      const run = c.req.param('run');
      const session = c.get('session');
      const [batch] = reaches(session, run) ? await batches.of(session, run) : [];
      if (batch === undefined) throw new AssayError('ASY-4001', { run: JSON.stringify(run.slice(0, 80)) });
      return c.json({ ...(await catalog.sheet(run)), tasks: batch.tasks });
    })
    .get('/api/work/own', async (c) => c.json(await ownWork(deps, c.get('session'))))
    .get('/api/work/item', async (c) => {
      const session = c.get('session');
      const [id, item] = [c.req.query('batch') ?? '', c.req.query('item') ?? ''];
      const batch = await batches.one(session, id);
      return c.json(await ownItem(deps, session, batch, item, desk.shown(session, id, item)));
    })
    .get('/api/preferences', async (c) => c.json(await profiles.preferences(c.get('session').subject)))
    .put('/api/preferences', async (c) => {
      const session = c.get('session');
      const preferences = await bodyOf(Preferences, c.req);
      await profiles.setPreferences(session.subject, preferences);
      desk.forget(session);
      return c.json(preferences);
    });
};
