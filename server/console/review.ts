/** `/api/review`: what reviewers see and rule. */
import { Hono } from 'hono';
import { type ReviewItem, ReviewRuling, WorkNote } from '../../schemas/console.ts';
import type { Session } from '../../schemas/session.ts';
import { refuseConflict } from '../access/duties.ts';
import { bodyOf } from '../body.ts';
import type { SignedIn } from '../env.ts';
import type { Annotators, Audit, Library } from '../ports.ts';
import { checkAnswers, withBodies, withTexts } from './answers.ts';
import type { OpenBatches } from './open-batches.ts';
import type { DeskCatalog } from './ports.ts';

export interface ReviewDeps {
  readonly annotators: Annotators;
  readonly library: Pick<Library, 'item'>;
  readonly catalog: DeskCatalog;
  readonly batches: OpenBatches;
  readonly audit: Audit;
}

export const createReviewRoutes = ({ annotators, library, catalog, batches, audit }: ReviewDeps) => {
  /** The lines of all queues, longest waiting batches first. */
  const queue = async (session: Session, run: string | undefined) => {
    const waiting = (await batches.of(session, run)).filter(({ inReview }) => inReview > 0);
    const each = await Promise.all(
      waiting.map(async ({ id, run: of }) =>
        (await annotators.review(id)).map((entry) => ({ ...entry, batch: id, run: of })),
      ),
    );
    return each.flat();
  };

  const reviewItem = async (session: Session, id: string, itemId: string): Promise<ReviewItem> => {
    const batch = await batches.one(session, id);
    const [state, shown] = await Promise.all([annotators.item(id, itemId), library.item(batch.run, itemId)]);
    const [votes, withdrawn, notes] = await Promise.all([
      withBodies(catalog, state.votes),
      withBodies(catalog, state.withdrawn),
      withTexts(catalog, state),
    ]);
    const { item, labels, scores, heatmaps } = shown;
    return {
      batch: id,
      run: batch.run,
      item,
      tasks: batch.tasks,
      state,
      votes,
      withdrawn,
      notes,
      labels: [...labels],
      scores: [...scores],
      heatmaps: [...heatmaps],
    };
  };

  return new Hono<SignedIn>()
    .get('/api/review', async (c) => c.json({ queue: await queue(c.get('session'), c.req.query('run')) }))
    .get('/api/review/item', async (c) =>
      c.json(await reviewItem(c.get('session'), c.req.query('batch') ?? '', c.req.query('item') ?? '')),
    )
    .post('/api/review/ruling', async (c) => {
      const session = c.get('session');
      const { batch: id, item, votes, ...ruling } = await bodyOf(ReviewRuling, c.req);
      const batch = await batches.one(session, id);
      const state = await annotators.item(id, item);
      const voted = [...state.votes, ...state.withdrawn].some(({ annotator }) => annotator === session.subject);
      refuseConflict('item', voted ? ['vote'] : [], 'rule');
      await checkAnswers(catalog, batch, item, votes);
      await annotators.adjudicate(id, session.subject, { item, votes, ...ruling });
      await audit.record({ by: session.subject, action: ruling.ruling, target: { batch: id, item } });
      return c.json({ ok: true as const });
    })
    .post('/api/review/comment', async (c) => {
      const session = c.get('session');
      const { batch, item, text } = await bodyOf(WorkNote, c.req);
      await batches.one(session, batch);
      await annotators.comment(batch, session.subject, item, text);
      await audit.record({ by: session.subject, action: 'comment', target: { batch, item } });
      return c.json({ ok: true as const });
    });
};
