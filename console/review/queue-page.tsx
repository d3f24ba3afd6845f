import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { REVIEW_REASONS } from '../../schemas/batch-words.ts';
import type { QueuedReview } from '../../schemas/console.ts';
import { percent } from '../charts/words.ts';
import { Empty } from '../parts/empty.tsx';
import { Kbd } from '../parts/kbd.tsx';
import { Pending } from '../parts/pending.tsx';
import { isChord, isPressed, isWriting, usePageKeys } from '../tasks/keys.ts';
import { itemQuery, queueQuery } from './client.ts';
import { entryKey, ordered, pageOf, placeAfter, type QueueFilter } from './queue.ts';

const Filters = ({ filter, queue }: { filter: QueueFilter; queue: readonly QueuedReview[] }) => {
  const [, go] = useLocation();
  const runs = [...new Set([...queue.map(({ run }) => run), ...(filter.run === null ? [] : [filter.run])])].sort();
  const change = (next: QueueFilter) => {
    const set = Object.entries(next).filter((entry): entry is [string, string] => entry[1] !== null);
    go(`/review${set.length === 0 ? '' : `?${new URLSearchParams(set)}`}`, { replace: true });
  };
  return (
    <div className="row">
      <label className="row">
        <span className="quiet">Run</span>
        <select
          value={filter.run ?? ''}
          onChange={({ target }) => change({ ...filter, run: target.value === '' ? null : target.value })}
        >
          <option value="">all</option>
          {runs.map((run) => (
            <option key={run}>{run}</option>
          ))}
        </select>
      </label>
      <label className="row">
        <span className="quiet">Reason</span>
        <select
          value={filter.reason ?? ''}
          onChange={({ target }) =>
            change({ ...filter, reason: REVIEW_REASONS.find((reason) => reason === target.value) ?? null })
          }
        >
          <option value="">all</option>
          {REVIEW_REASONS.map((reason) => (
            <option key={reason}>{reason}</option>
          ))}
        </select>
      </label>
    </div>
  );
};

const TONE: Readonly<Record<string, string>> = { dispute: 'warn', 'failed-check': 'bad' };

export const Reasons = ({ reasons }: { reasons: QueuedReview['reasons'] }) => (
  <span className="row">
    {reasons.map((reason) => (
      <span key={reason} className={`chip ${TONE[reason] ?? ''}`}>
        {reason}
      </span>
    ))}
  </span>
);

/** What waits for a reviewer: j and k go through it, Enter opens. */
export const Queue = ({ filter }: { filter: QueueFilter }) => {
  const queue = useQuery(queueQuery(filter.run));
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLOListElement>(null);
  const shown = ordered(queue.data ?? [], filter);
  const place = placeAfter(shown.length, at, 0) ?? 0;
  const inHand = shown[place];

  useEffect(() => {
    if (inHand !== undefined) void queries.prefetchQuery(itemQuery(inHand.batch, inHand.item));
  }, [queries, inHand]);

  const step = (steps: number): void => {
    const next = placeAfter(shown.length, place, steps) ?? 0;
    setAt(next);
    list.current?.querySelectorAll('a')[next]?.focus();
  };
  usePageKeys((event) => {
    if (isChord(event) || isWriting(event.target)) return false;
    if (event.key === 'j' || event.key === 'ArrowDown') step(1);
    else if (event.key === 'k' || event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Enter' && inHand !== undefined && !isPressed(event)) go(pageOf(inHand, filter));
    else return false;
    return true;
  });

  if (queue.data === undefined) return <Pending query={queue} />;
  return (
    <div className="stack">
      <div className="row apart">
        <h1>Review</h1>
        <Filters filter={filter} queue={queue.data} />
      </div>
      {shown.length === 0 ? (
        <Empty title="Nothing waits for you">
          {queue.data.length === 0
            ? 'Items come here when people disagree, fail a check, or dispute a ruling.'
            : 'Nothing of this kind. Other items wait: change the filter.'}
        </Empty>
      ) : (
        <>
          <p className="quiet">
            {shown.length} {shown.length === 1 ? 'item' : 'items'}. <Kbd keys="j k" /> move, <Kbd keys="Enter" /> opens.
          </p>
          <ol className="queue" ref={list}>
            {shown.map((entry, i) => (
              <li key={entryKey(entry)}>
                <Link
                  to={pageOf(entry, filter)}
                  className={`queue-entry${i === place ? ' in-hand' : ''}`}
                  onFocus={() => setAt(i)}
                >
                  <code>{entry.item.slice(-6)}</code>
                  <Reasons reasons={entry.reasons} />
                  <span className="quiet">{entry.run}</span>
                  <span className="queue-figures">
                    {entry.agreement !== null && (
                      <span>
                        <meter min={0} max={1} value={entry.agreement} aria-label="Agreeing pairs of votes" />{' '}
                        {percent(entry.agreement)} agree
                      </span>
                    )}
                    <span className="quiet">
                      {entry.votes} votes{entry.notes > 0 && `, ${entry.notes} notes`}
                    </span>
                  </span>
                </Link>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
};
