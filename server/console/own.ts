/** What somebody has done in the batches that are open, and today. */
import type { OwnVote, VoteBody } from '../../schemas/batch.ts';
import type { OwnProgress, WorkItem } from '../../schemas/console.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Session } from '../../schemas/session.ts';
import type { Annotators } from '../ports.ts';
import { withTexts } from './answers.ts';
import type { OpenBatch, OpenBatches } from './open-batches.ts';
import type { DeskCatalog } from './ports.ts';
import { shownBy, workItem } from './work-item.ts';

export interface OwnDeps {
  readonly annotators: Annotators;
  readonly catalog: DeskCatalog;
  readonly batches: OpenBatches;
  readonly now: () => number;
}

export interface OwnWork {
  readonly votes: readonly (OwnVote & { readonly batch: string; readonly run: string })[];
  readonly progress: OwnProgress;
}

const DAY_MS = 86_400_000;

/** Votes, newest first; progress counts items and seconds since midnight UTC. */
export const ownWork = async ({ annotators, catalog, batches, now }: OwnDeps, session: Session): Promise<OwnWork> => {
  const { subject } = session;
  const midnight = Math.floor(now() / DAY_MS) * DAY_MS;
  const each = await Promise.all(
    (await batches.of(session)).map(async ({ id, run }) => {
      const own = await annotators.own(id, subject);
      const cast = own.length === 0 ? [] : await annotators.votes(id);
      const today = cast.filter(({ annotator, at }) => annotator === subject && (at ?? 0) >= midnight);
      const bodies = await Promise.all(today.map(({ sha256 }) => catalog.vote(sha256)));
      return {
        votes: own.map((vote) => ({ ...vote, batch: id, run })),
        items: new Set(today.map(({ item }) => item)).size,
        seconds: bodies.reduce((sum, body) => sum + (body?.seconds ?? 0), 0),
      };
    }),
  );
  return {
    votes: each.flatMap(({ votes }) => votes).sort((x, y) => (y.at ?? 0) - (x.at ?? 0)),
    progress: {
      votes: each.reduce((sum, { items }) => sum + items, 0),
      seconds: each.reduce((sum, { seconds }) => sum + seconds, 0),
    },
  };
};

/** Throws ASY-4015 unless somebody holds the item or has answered it. */
export const refuseStranger = async (annotators: Annotators, subject: string, batch: string, item: string) => {
  const own = await annotators.own(batch, subject);
  if (own.some((vote) => vote.item === item)) return;
  if (!(await annotators.held(batch, subject)).includes(item))
    throw new AssayError('ASY-4015', { item: item.slice(0, 80) });
};

export interface OwnItem {
  readonly work: WorkItem;
  readonly votes: VoteBody[];
  readonly notes: Awaited<ReturnType<typeof withTexts>>;
  readonly ruling: 'accept' | 'decide' | 'return' | null;
}

/** One of somebody's own items, with what they said of it and nobody else. */
export const ownItem = async (
  { annotators, catalog }: OwnDeps,
  { subject }: Session,
  batch: OpenBatch,
  id: string,
  shown: number[] | null,
): Promise<OwnItem> => {
  await refuseStranger(annotators, subject, batch.id, id);
  const [item, state] = await Promise.all([catalog.item(batch.id, id), annotators.item(batch.id, id)]);
  const theirs = [...state.votes, ...state.withdrawn].filter(({ annotator }) => annotator === subject);
  const bodies = await Promise.all(theirs.map(({ sha256 }) => catalog.vote(sha256)));
  const votes = bodies.filter((body) => body !== null);
  const order = votes[0]?.shown ?? shown ?? shownBy(0, item.responses.length);
  return {
    work: workItem(item, batch, { shown: order, leaseEnds: 0 }),
    votes,
    // Others' words before one's own vote would lead it (S059).
    notes: votes.length === 0 ? [] : await withTexts(catalog, state),
    ruling: state.ruling?.ruling ?? null,
  };
};
