/** A simulated annotator over HTTP: signs in by a one-time link, claims, answers, sends again what was not acknowledged. */
import { z } from 'zod';
import { Claimed, type WorkItem } from '../../schemas/console.ts';

/** Seconds of every call by kind, and what went wrong on the way. */
export interface Timings {
  readonly claim: number[];
  readonly submit: number[];
  /** Calls that were made again: the server or a worker was away, or a line was full. */
  retries: number;
  /** Submissions refused because their lease had ended: claimed again by somebody. */
  lapsed: number;
}

export interface Person {
  readonly name: string;
  /** Items whose vote the server acknowledged. */
  readonly acknowledged: Set<string>;
  /** Answers until `over` says so. */
  work(over: () => boolean): Promise<void>;
}

const Fault = z.object({ code: z.string(), message: z.string() });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const signIn = async (api: string, token: string): Promise<string> => {
  const answer = await fetch(`${api}/api/session/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: api },
    body: JSON.stringify({ token }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
};

export const createPerson = (api: string, name: string, cookie: string, timings: Timings): Person => {
  const acknowledged = new Set<string>();
  let session = cookie;
  /** A call that is made again until somebody answers; a fault of the catalogue is an answer. */
  const call = async (path: string, body: unknown, kind: 'claim' | 'submit'): Promise<unknown> => {
    const text = JSON.stringify(body);
    for (let wait = 100; ; wait = Math.min(2 * wait, 2000)) {
      const began = performance.now();
      try {
        const answer = await fetch(`${api}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: api, cookie: session },
          body: text,
        });
        const document: unknown = await answer.json();
        if (answer.ok) {
          timings[kind].push((performance.now() - began) / 1000);
          const renewed = answer.headers.getSetCookie();
          if (renewed.length > 0) session = renewed.map((each) => each.split(';')[0]).join('; ');
          return document;
        }
        if (answer.status < 500 && answer.status !== 429) return Fault.parse(document);
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      }
      timings.retries++;
      await pause(wait);
    }
  };
  const submit = async ({ batch, item, guideline, shown }: WorkItem): Promise<void> => {
    const side = acknowledged.size % 2 === 0 ? 'a' : 'b';
    const value = { preferred: side, strength: 2 };
    const votes = [{ task: 'pairwise', value, seconds: 1, guideline, shown }];
    const answer = await call('/api/work/submit', { batch, item, votes }, 'submit');
    const fault = Fault.safeParse(answer);
    if (!fault.success) acknowledged.add(item);
    else if (fault.data.code === 'ASY-4003' || fault.data.code === 'ASY-4005') timings.lapsed++;
    else throw new Error(`${name}: ${item}: ${fault.data.code} ${fault.data.message}`);
  };
  return {
    name,
    acknowledged,
    work: async (over) => {
      while (!over()) {
        const claimed = Claimed.parse(await call('/api/work/claim', { n: 5 }, 'claim'));
        for (const work of claimed.work) await submit(work);
        if (claimed.work.length === 0) await pause(500);
      }
    },
  };
};
