/** What happens at a desk: claiming ahead, sending, taking back. The page only shows it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ClaimRefusal } from '../../schemas/batch.ts';
import { Claimed, WorkItem } from '../../schemas/console.ts';
import { Done, post } from '../client.ts';
import type { Answers } from '../tasks/drafts.ts';
import { fetchMedia } from './media-ahead.ts';
import type { Letter } from './outbox.ts';
import { arrive, front, leave, same } from './queue.ts';
import type { Kept } from './use-kept.ts';

/** Items in hand at a time: the one on the page and those ready behind it. */
const AHEAD = 3;
/** How long before asking again where there was nothing, in milliseconds. */
const ASK_AGAIN = 10_000;

export interface Desk {
  /** The item on the page; undefined while there is none. */
  readonly work: WorkItem | undefined;
  /** Why there is none: what the last claim said. */
  readonly refusal: ClaimRefusal | null;
  /** Of a break: when work goes on, in milliseconds since epoch by the server's clock. */
  readonly resumes: number | null;
  readonly error: unknown;
  readonly asked: boolean;
  readonly claim: () => void;
  /** Keeps and sends a request about the item on the page, and goes on to the next. */
  readonly finish: (letter: Letter, answers: Answers | null) => Promise<void>;
  /** Brings back the item answered last. */
  readonly undo: (() => Promise<void>) | null;
  /** Brings back an item whose lease has ended, if it is still free. */
  readonly reclaim: (batch: string, item: string) => Promise<void>;
  /** Gives back everything in hand. */
  readonly release: () => Promise<void>;
}

interface Answered {
  readonly work: WorkItem;
  readonly answers: Answers;
}

export const useDesk = (run: string, { outbox, drafts }: Kept): Desk => {
  const [queue, setQueue] = useState<readonly WorkItem[]>([]);
  const [answered, setAnswered] = useState<readonly Answered[]>([]);
  const [refusal, setRefusal] = useState<ClaimRefusal | null>(null);
  const [resumes, setResumes] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [asked, setAsked] = useState(false);
  const claiming = useRef(false);
  const sent = useRef<WorkItem[]>([]);

  const claim = useCallback(async () => {
    if (claiming.current) return;
    claiming.current = true;
    try {
      // Items that are on their way are still held, and would be handed out again.
      const unsent = outbox.state.waiting;
      const {
        work,
        refusal: why,
        resumes: rested,
      } = await post('/api/work/claim', { run, n: Math.min(10, AHEAD + unsent) }, Claimed);
      fetchMedia(work);
      const gone: WorkItem[] = [];
      for (const one of work)
        if (sent.current.some((other) => same(other, one)) || (await outbox.holds(one.batch, one.item))) gone.push(one);
      setQueue((now) => arrive(now, work, gone));
      setRefusal(work.length > gone.length ? null : (why ?? 'empty'));
      setResumes(rested ?? null);
      setError(null);
    } catch (reason) {
      setError(reason);
    } finally {
      claiming.current = false;
      setAsked(true);
    }
  }, [run, outbox]);

  const few = queue.length < AHEAD;
  useEffect(() => {
    if (few) void claim();
    // Asked again after every item that left.
  }, [few, queue.length, claim]);
  useEffect(() => {
    if (!few) return;
    const timer = setInterval(() => void claim(), ASK_AGAIN);
    const online = () => void claim();
    addEventListener('online', online);
    return () => {
      clearInterval(timer);
      removeEventListener('online', online);
    };
  }, [few, claim]);

  const bringBack = (work: WorkItem): void => {
    sent.current = sent.current.filter((other) => !same(other, work));
    setQueue((now) => front(now, work));
  };
  const last = answered.at(-1);
  const [work] = queue;
  return {
    work,
    refusal,
    resumes,
    error,
    asked,
    claim: () => void claim(),
    finish: async (letter, answers) => {
      if (work === undefined) return;
      await outbox.post(letter);
      sent.current = [...sent.current.slice(-50), work];
      if (answers !== null) setAnswered((all) => [...all.slice(-50), { work, answers }]);
      setQueue((now) => leave(now, work));
    },
    undo:
      last === undefined
        ? null
        : async () => {
            const { batch, item } = last.work;
            const unsent = await outbox.withdraw(batch, item);
            const held = unsent ? last.work : await post('/api/work/undo', { batch, item }, WorkItem);
            await drafts.save(batch, item, { answers: last.answers, seconds: 0 });
            setAnswered((all) => all.slice(0, -1));
            bringBack(held);
          },
    reclaim: async (batch, item) => bringBack(await post('/api/work/reclaim', { batch, item }, WorkItem)),
    release: async () => {
      for (const { batch, item } of queue) await post('/api/work/release', { batch, item }, Done);
      setQueue([]);
    },
  };
};
