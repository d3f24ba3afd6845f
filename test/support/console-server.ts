/** The console's built files with work in memory behind them: for browser tests of what the page does by itself. */
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { z } from 'zod';
import { createConsoleFiles } from '../../cli/console-files.ts';
import { Preferences } from '../../schemas/annotator.ts';
import type { VoteBody } from '../../schemas/batch.ts';
import { WorkClaim, type WorkItem, WorkNote, WorkOn, WorkSheet, WorkSkip, WorkSubmit } from '../../schemas/console.ts';
import { Questions } from '../../schemas/questions.ts';
import type { Session } from '../../schemas/session.ts';
import { createHeaders } from '../../server/headers.ts';
import { mediumResponse } from '../../server/ranges.ts';
import { createConsoleRoutes } from '../../server/routes/console.ts';

/** One run: what it asks, and its items. */
export interface FakeRun {
  readonly tasks: WorkItem['tasks'];
  readonly items: readonly Omit<
    WorkItem,
    'batch' | 'run' | 'tasks' | 'leaseEnds' | 'guideline' | 'shown' | 'promptMedia'
  >[];
  readonly questions?: { readonly [T in keyof Questions]?: Partial<Questions[T]> };
  readonly guideline?: string;
  readonly shown?: number[];
}

type Vote = z.infer<typeof VoteBody>;
interface Entry {
  readonly work: WorkItem;
  state: 'open' | 'held' | 'lapsed' | 'voted' | 'skipped';
  body: string | null;
  votes: Vote[];
}

const LEASE = 30 * 60_000;

export const createConsoleServer = ({
  files,
  runs,
  media = new Map(),
}: {
  /** The folder Vite built into. */
  readonly files: string;
  readonly runs: Readonly<Record<string, FakeRun>>;
  readonly media?: ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array }>;
}) => {
  const session: Session = {
    subject: 'annotator-1',
    name: 'annotator',
    roles: ['annotator'],
    runs: null,
    expires: Date.now() + 3_600_000,
  };
  const state = {
    signedIn: true,
    preferences: Preferences.parse({}),
    /** Codes to refuse submissions with, the next first. */
    refusals: [] as string[],
    notes: [] as z.infer<typeof WorkNote>[],
    /** Bodies of submissions, as they came. */
    submitted: [] as string[],
  };
  const entries = new Map<string, Entry>();
  for (const [run, { tasks, items, shown }] of Object.entries(runs))
    for (const item of items) {
      const batch = `batch/${run}/1`;
      const work: WorkItem = {
        ...item,
        batch,
        run,
        tasks,
        promptMedia: [],
        shown: shown ?? item.responses.map((_, i) => i),
        leaseEnds: Date.now() + LEASE,
        guideline: '1',
      };
      entries.set(`${batch} ${item.item}`, { work, state: 'open', body: null, votes: [] });
    }
  const entryOf = ({ batch, item }: { batch: string; item: string }): Entry => {
    const entry = entries.get(`${batch} ${item}`);
    if (entry === undefined) throw new Error(`no ${batch} ${item}`);
    return entry;
  };
  const held = (entry: Entry): WorkItem => {
    entry.state = 'held';
    return { ...entry.work, leaseEnds: Date.now() + LEASE };
  };
  const refused = (code: string) => ({ code, message: 'refused', fix: 'see the code' });
  const needsSession = createMiddleware(async (c, next) =>
    state.signedIn ? next() : c.json(refused('ASY-8001'), 401),
  );

  const app = new Hono()
    .use(createHeaders())
    .route('/', createConsoleRoutes(createConsoleFiles(files)))
    .get('/api/sign-in', (c) => c.json({ oidc: false, link: true }))
    .post('/api/session/link', (c) => {
      state.signedIn = true;
      return c.json(session);
    })
    .use(needsSession)
    .get('/api/session', (c) => c.json(session))
    .post('/api/session/end', (c) => {
      state.signedIn = false;
      return c.json({ ok: true });
    })
    .get('/media/:sha256', (c) => {
      const found = media.get(c.req.param('sha256'));
      if (found === undefined) return c.notFound();
      const { type, bytes } = found;
      const read = async (start: number, end: number) =>
        new Blob([new Uint8Array(bytes.subarray(start, end))]).stream() as ReadableStream<Uint8Array>;
      return mediumResponse({ type, size: bytes.length, read }, c.req.header('range'), false);
    })
    .get('/api/work', (c) => c.json({ runs: Object.keys(runs).map((run) => ({ run, batches: 1 })) }))
    .post('/api/work/claim', async (c) => {
      const { run, n } = WorkClaim.parse(await c.req.json());
      const mine = [...entries.values()].filter(({ work }) => run === undefined || work.run === run);
      const work = [...mine.filter(({ state: is }) => is === 'held'), ...mine.filter(({ state: is }) => is === 'open')]
        .slice(0, n)
        .map(held);
      return c.json({ work, refusal: work.length === 0 ? 'empty' : null });
    })
    .post('/api/work/submit', async (c) => {
      const body = await c.req.text();
      state.submitted.push(body);
      const code = state.refusals.shift();
      if (code !== undefined) return c.json(refused(code), 409);
      const { votes, ...on } = WorkSubmit.parse(JSON.parse(body));
      const entry = entryOf(on);
      if (entry.body === body) return c.json({ ok: true });
      if (entry.state !== 'held') return c.json(refused('ASY-4003'), 409);
      Object.assign(entry, { state: 'voted', body, votes });
      return c.json({ ok: true });
    })
    .post('/api/work/skip', async (c) => {
      entryOf(WorkSkip.parse(await c.req.json())).state = 'skipped';
      return c.json({ ok: true });
    })
    .post('/api/work/release', async (c) => {
      entryOf(WorkOn.parse(await c.req.json())).state = 'open';
      return c.json({ ok: true });
    })
    .on('POST', ['/api/work/undo', '/api/work/reclaim'], async (c) => {
      const entry = entryOf(WorkOn.parse(await c.req.json()));
      Object.assign(entry, { votes: [], body: null });
      return c.json(held(entry));
    })
    .on('POST', ['/api/work/comment', '/api/work/dispute'], async (c) => {
      state.notes.push(WorkNote.parse(await c.req.json()));
      return c.json({ ok: true });
    })
    .get('/api/work/sheet/:run', (c) => {
      const run = runs[c.req.param('run')];
      if (run === undefined) return c.json(refused('ASY-4001'), 404);
      const asked = run.questions ?? {};
      // Every question has its defaults; a run says what it wants otherwise.
      const questions = Questions.parse(
        Object.fromEntries(Object.keys(Questions.shape).map((task) => [task, asked[task as keyof Questions] ?? {}])),
      );
      const guideline = { version: '1', text: run.guideline ?? '' };
      return c.json(
        WorkSheet.parse({ run: c.req.param('run'), tasks: run.tasks, guideline, questions, session: null }),
      );
    })
    .get('/api/work/own', (c) => {
      const done = [...entries.values()].filter(({ state: is }) => is === 'voted');
      return c.json({
        votes: done.map(({ work: { batch, run, item } }) => ({
          batch,
          run,
          item,
          at: Date.now(),
          status: 'open',
          right: null,
          ruling: null,
          notes: state.notes.length,
        })),
        progress: {
          votes: done.length,
          seconds: done.flatMap(({ votes }) => votes).reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
        },
      });
    })
    .get('/api/work/item', (c) => {
      const { work, votes } = entryOf(WorkOn.parse(c.req.query()));
      const notes = state.notes.map(({ text }) => ({ by: session.subject, kind: 'comment', at: Date.now(), text }));
      return c.json({ work, votes, notes, ruling: null });
    })
    .get('/api/preferences', (c) => c.json(state.preferences))
    .put('/api/preferences', async (c) => {
      state.preferences = Preferences.parse(await c.req.json());
      return c.json(state.preferences);
    });

  return {
    app,
    state,
    /** What was answered for an item: its votes, or nothing. */
    votes: (item: string): Vote[] => [...entries.values()].find(({ work }) => work.item === item)?.votes ?? [],
    stateOf: (item: string) => [...entries.values()].find(({ work }) => work.item === item)?.state,
    /** Ends all leases: what was held can be claimed again only by name. */
    expireLeases: (): void => {
      for (const entry of entries.values()) if (entry.state === 'held') entry.state = 'lapsed';
    },
  };
};
export type ConsoleServer = ReturnType<typeof createConsoleServer>;
