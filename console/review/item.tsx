/** One item in review: what was asked, what everybody said, and what is to become of it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { z } from 'zod';
import type { ReviewItem, ReviewRuling } from '../../schemas/console.ts';
import { Done, post } from '../client.ts';
import { Prompt } from '../item/prompt.tsx';
import { Thread } from '../item/thread.tsx';
import { Button } from '../parts/button.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { Kbd } from '../parts/kbd.tsx';
import { Pending } from '../parts/pending.tsx';
import { useToast } from '../parts/toast.tsx';
import { useSession } from '../session.tsx';
import { isChord, isWriting, usePageKeys } from '../tasks/keys.ts';
import { itemQuery, queueQuery } from './client.ts';
import { Comment } from './comment.tsx';
import { Decide } from './decide.tsx';
import { Labels } from './labels.tsx';
import { MarkedResponses } from './marked.tsx';
import { votersOf } from './people.tsx';
import { ordered, pageOf, type QueueFilter } from './queue.ts';
import { Reasons } from './queue-page.tsx';
import { ReturnDialog, RulingPanel } from './ruling.tsx';
import { Votes } from './votes.tsx';

type Ruling = Omit<z.input<typeof ReviewRuling>, 'batch' | 'item' | 'note'>;

const SAID = { accept: 'The votes stand.', decide: 'Decided.', return: 'Returned to people.' } as const;

/** Where j and k lead from here. An item that has left the queue is followed by what now stands in its place. */
const useNeighbours = (batch: string, item: string, filter: QueueFilter) => {
  const queue = useQuery(queueQuery(filter.run));
  const shown = ordered(queue.data ?? [], filter);
  const here = shown.findIndex((entry) => entry.batch === batch && entry.item === item);
  const last = useRef(0);
  if (here >= 0) last.current = here;
  const after = here >= 0 ? here + 1 : last.current;
  return {
    place: here,
    of: shown.length,
    next: shown[after] ?? null,
    previous: shown[(here >= 0 ? here : last.current) - 1] ?? null,
  };
};

export const ItemPage = ({ batch, item, filter }: { batch: string; item: string; filter: QueueFilter }) => {
  const review = useQuery(itemQuery(batch, item));
  if (review.data === undefined) return <Pending query={review} />;
  return <Reviewed review={review.data} filter={filter} />;
};

const Reviewed = ({ review, filter }: { review: ReviewItem; filter: QueueFilter }) => {
  const { batch, run, state } = review;
  const { roles } = useSession();
  const may = roles.includes('reviewer') || roles.includes('admin');
  const item = review.item.id;
  const queries = useQueryClient();
  const toast = useToast();
  const [, go] = useLocation();
  const [note, setNote] = useState('');
  const [open, setOpen] = useState<'decide' | 'return' | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const { place, of, next, previous } = useNeighbours(batch, item, filter);
  const voters = votersOf([...review.votes, ...review.withdrawn]);
  const current = voters.filter(({ subject }) => review.votes.some(({ annotator }) => annotator === subject));
  const queuePage = `/review${filter.run === null ? '' : `?run=${encodeURIComponent(filter.run)}`}`;

  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    if (next !== null) void queries.prefetchQuery(itemQuery(next.batch, next.item));
  }, [queries, next]);

  const rule = useMutation({
    mutationFn: (ruling: Ruling) => post('/api/review/ruling', { batch, item, note, ...ruling }, Done),
    onSuccess: async (_, { ruling }) => {
      toast({ text: SAID[ruling] });
      go(next === null ? queuePage : pageOf(next, filter));
      await queries.invalidateQueries({ queryKey: ['review'] });
    },
    onError: () => setOpen(null),
  });
  usePageKeys((event) => {
    if (open !== null || rule.isPending || isChord(event) || isWriting(event.target)) return false;
    if (event.key === 'a' && may && review.votes.length > 0) rule.mutate({ ruling: 'accept' });
    else if (event.key === 'd' && may) setOpen('decide');
    else if (event.key === 'r' && may && review.votes.length > 0) setOpen('return');
    else if (event.key === 'j' && next !== null) go(pageOf(next, filter));
    else if (event.key === 'k' && previous !== null) go(pageOf(previous, filter));
    else if (event.key === 'Escape') go(queuePage);
    else return false;
    return true;
  });

  return (
    <div className="stack">
      <div className="row apart">
        <div className="row">
          <Link to={queuePage}>Queue</Link>
          <h1 ref={heading} tabIndex={-1}>
            Item <code>{item.slice(-6)}</code>
          </h1>
          <Reasons reasons={state.reasons} />
          <span className="quiet">{run}</span>
        </div>
        <div className="row">
          {place >= 0 && (
            <span className="quiet">
              {place + 1} of {of}
            </span>
          )}
          <Button
            kind="quiet"
            disabled={previous === null}
            onClick={() => previous !== null && go(pageOf(previous, filter))}
          >
            Previous <Kbd keys="k" />
          </Button>
          <Button kind="quiet" disabled={next === null} onClick={() => next !== null && go(pageOf(next, filter))}>
            Next <Kbd keys="j" />
          </Button>
        </div>
      </div>
      {rule.error !== null && <ErrorMessage error={rule.error} />}
      {open === 'decide' ? (
        <Decide
          review={review}
          busy={rule.isPending}
          onDecide={(votes) => rule.mutate({ ruling: 'decide', votes })}
          onCancel={() => setOpen(null)}
        />
      ) : (
        <div className="reviewed">
          <div className="stack">
            <div className="card">
              <Prompt
                prompt={review.item.prompt}
                media={review.item.promptMedia ?? []}
                language={review.item.language}
              />
            </div>
            <MarkedResponses review={review} voters={voters} />
          </div>
          <div className="stack review-panel">
            <Votes review={review} voters={voters} />
            <Labels labels={review.labels} />
            {may && (
              <RulingPanel
                review={review}
                busy={rule.isPending}
                note={note}
                onNote={setNote}
                onAccept={() => rule.mutate({ ruling: 'accept' })}
                onDecide={() => setOpen('decide')}
                onReturn={() => setOpen('return')}
              />
            )}
            <Thread notes={review.notes} />
            {may && <Comment batch={batch} item={item} />}
          </div>
        </div>
      )}
      {open === 'return' && (
        <ReturnDialog
          voters={current}
          onClose={() => setOpen(null)}
          onReturn={(annotators) =>
            rule.mutate({ ruling: 'return', ...(annotators === undefined ? {} : { annotators }) })
          }
        />
      )}
    </div>
  );
};
