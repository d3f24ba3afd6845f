/** The outbox and the drafts of whoever is signed in, for as long as the page is open. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { useSession } from '../session.tsx';
import { Drafts } from './drafts.ts';
import { sendLetter } from './fate.ts';
import { openStore } from './indexed-store.ts';
import { Outbox, type OutboxState } from './outbox.ts';
import { ownQuery } from './own-work.ts';

export interface Kept {
  readonly outbox: Outbox;
  readonly drafts: Drafts;
}

/** One tab sends at a time; browsers without locks have but this tab's word. */
const alone = (work: () => Promise<void>): Promise<void> =>
  'locks' in navigator ? navigator.locks.request('assay-outbox', work) : work();

/** Where a page may store nothing, even to ask for this is refused. */
const openPocket = (): Storage | null => {
  try {
    return localStorage;
  } catch {
    return null;
  }
};

/** How often what waits is tried again, in milliseconds. */
const RETRY = 5_000;

/** Undefined until the store is open. */
export const useKept = (): Kept | undefined => {
  const { subject } = useSession();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ['kept', subject],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<Kept> => {
      const store = await openStore();
      const drafts = new Drafts({ store, pocket: openPocket(), subject, now: Date.now });
      await drafts.unpocket();
      await drafts.sweep();
      const outbox = new Outbox({
        store,
        subject,
        send: sendLetter,
        alone,
        now: Date.now,
        taken: ({ batch, item }) => {
          void drafts.drop(batch, item);
          void queries.invalidateQueries({ queryKey: ownQuery.queryKey });
        },
      });
      void outbox.flush();
      return { outbox, drafts };
    },
    networkMode: 'always',
  });
  const { outbox, drafts } = data ?? {};
  useEffect(() => {
    if (drafts === undefined) return;
    const leave = () => drafts.pocket();
    addEventListener('pagehide', leave);
    return () => removeEventListener('pagehide', leave);
  }, [drafts]);
  useEffect(() => {
    if (outbox === undefined) return;
    const retry = () => void (outbox.state.waiting > 0 && outbox.flush());
    const timer = setInterval(retry, RETRY);
    addEventListener('online', retry);
    return () => {
      clearInterval(timer);
      removeEventListener('online', retry);
    };
  }, [outbox]);
  return data;
};

export const useOutboxState = (outbox: Outbox): OutboxState =>
  useSyncExternalStore(
    (listener) => outbox.subscribe(listener),
    () => outbox.state,
  );
