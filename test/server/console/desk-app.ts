/** The routes of work and review in a bare app, with whoever a test says signed in. */
import { Hono } from 'hono';
import { AnnotatorProfile, type Preferences, type Stretches } from '../../../schemas/annotator.ts';
import type { Item } from '../../../schemas/item.ts';
import type { Role, Session } from '../../../schemas/session.ts';
import type { SessionLimit } from '../../../schemas/session-limit.ts';
import { createOpenBatches } from '../../../server/console/open-batches.ts';
import { createReviewRoutes } from '../../../server/console/review.ts';
import { createWorkRoutes } from '../../../server/console/work.ts';
import type { SignedIn } from '../../../server/env.ts';
import { createFaultHandler } from '../../../server/faults.ts';
import { Batch, type BatchSettings } from '../../../workflows/batch/batch.ts';
import type { Line } from '../../../workflows/batch/state.ts';
import { batchDesk } from '../../support/batch-desk.ts';
import { settingsOf } from '../../workflows/batch/support.ts';

export const itemOf = (n: number, over: Partial<Item> = {}): Item => ({
  id: `it_${String(n).padStart(32, '0')}`,
  externalId: `secret-${n}`,
  modality: 'text',
  language: 'en',
  translatedFrom: null,
  domain: null,
  group: 'g',
  prompt: [{ role: 'user', content: `Question ${n}?` }],
  promptMedia: null,
  responses: [
    { model: 'gpt-secret', text: 'One answer.', media: null },
    { model: 'other-secret', text: 'Another answer.', media: null },
  ],
  contentHash: 'a'.repeat(64),
  origin: { drop: 'r', file: 'rows.jsonl', row: n, license: 'CC0-1.0', subject: null },
  ...over,
});

export const session = (subject: string, roles: Role[] = ['annotator'], runs: string[] | null = null): Session => ({
  subject,
  roles,
  runs,
  name: subject,
  expires: 9e15,
});

interface Given {
  readonly items: readonly Item[];
  readonly batches?: Record<string, { items: readonly string[]; checks?: readonly Line[]; settings?: BatchSettings }>;
  readonly profiles?: Record<string, Partial<AnnotatorProfile>>;
  readonly limit?: SessionLimit;
}

/** A clock that stands still unless told otherwise, and an app whose every request is somebody's. */
export const deskApp = ({ items, batches, profiles = {}, limit }: Given) => {
  const clock = { now: 1_900_000_000_000 };
  const given = batches ?? { 'batch/r/0': { items: items.map(({ id }) => id) } };
  const open = Object.fromEntries(
    Object.entries(given).map(([id, { items: ids, checks = [], settings = settingsOf() }]) => {
      const run = id.split('/')[1] ?? 'r';
      return [id, Batch.of({ ...settings, run, leaseMs: 60_000 }, ids, { checks, seed: 's', since: clock.now })];
    }),
  );
  const { annotators, catalog, written } = batchDesk(open, items, () => clock.now, limit);
  const preferences = new Map<string, Preferences>();
  const worked = new Map<string, Stretches>();
  const audited: { by: string; action: string; target: object }[] = [];
  const audit = { record: async (entry: (typeof audited)[number]) => void audited.push(entry) };
  const registry = {
    get: async (subject: string): Promise<AnnotatorProfile> => ({
      ...AnnotatorProfile.parse({ subject }),
      ...profiles[subject],
    }),
    preferences: async (subject: string) => preferences.get(subject) ?? { optOut: [], breakMinutes: 50 },
    setPreferences: async (subject: string, chosen: Preferences) => void preferences.set(subject, chosen),
    stretches: async (subject: string) => worked.get(subject) ?? [],
    setStretches: async (subject: string, stretches: Stretches) => void worked.set(subject, stretches),
  };
  const library = {
    item: async (_drop: string, id: string) => {
      const item = await catalog.item('', id);
      return { item, annotations: [], labels: [], scores: [], heatmaps: [] };
    },
  };
  let who = session('nobody');
  const now = () => clock.now;
  const listed = createOpenBatches(annotators, now);
  const app = new Hono<SignedIn>()
    .onError(createFaultHandler(() => undefined))
    .use(async (c, next) => {
      c.set('session', who);
      await next();
    })
    .route('/', createWorkRoutes({ annotators, profiles: registry, catalog, batches: listed, audit, now }))
    .route('/', createReviewRoutes({ annotators, library, catalog, batches: listed, audit }));
  /** What somebody is answered: the status and the JSON. */
  const as = (someone: Session) => async (method: string, path: string, body?: unknown) => {
    who = someone;
    const init =
      body === undefined
        ? { method }
        : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await app.request(path, init);
    return { status: answer.status, json: (await answer.json()) as never };
  };
  return { as, clock, open, audited, written };
};

export const vote = (preferred: 'a' | 'b' | 'tie' = 'a', over: object = {}) => ({
  task: 'pairwise',
  seconds: 3,
  guideline: '1',
  shown: [0, 1],
  value: { preferred, strength: 2 },
  ...over,
});
