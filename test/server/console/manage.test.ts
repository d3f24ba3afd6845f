import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { AnnotatorProfile } from '../../../schemas/annotator.ts';
import { AssayError, isAssayError } from '../../../schemas/errors.ts';
import { ManagedRun } from '../../../schemas/scorecard.ts';
import type { Session } from '../../../schemas/session.ts';
import { createManageRoutes, type Figures, type ManageDeps } from '../../../server/console/manage.ts';
import type { SignedIn } from '../../../server/env.ts';

const coverage = { votes: 0, of: 0 };
const figures: Figures = {
  annotators: async () => ({
    annotators: [],
    vendors: [],
    concentration: { vendors: null, annotators: null },
    coverage,
  }),
  agreement: async (run) => {
    if (run !== 'seen') throw new AssayError('ASY-1001', { drop: run });
    return { byTask: [], byLanguage: [], byGuideline: [], overTime: [], coverage };
  },
  cost: async () => ({
    votes: 0,
    items: 0,
    seconds: 0,
    timed: 0,
    cost: null,
    costed: 0,
    perItem: { seconds: null, cost: null },
    turnaround: { p50: null, p95: null, items: 0 },
    byDay: [],
    coverage,
  }),
};

/** The routes behind a session that somebody has. */
const setup = (session: Partial<Session> = {}) => {
  const profiles = new Map<string, AnnotatorProfile>();
  const audit: unknown[] = [];
  const deps: ManageDeps = {
    figures,
    audit: { record: async (entry) => void audit.push(entry) } as ManageDeps['audit'],
    temporalUi: 'http://ui',
    runs: { state: async () => ({ status: 'running', stage: 'annotate', round: 2, details: '**hi**', report: {} }) },
    annotators: {
      list: async (run) => [
        {
          id: `batch/${run}/r2-0`,
          run: run ?? '',
          batch: 0,
          tasks: ['binary'],
          guideline: '1',
          items: 1,
          redundancy: 1,
          votes: 0,
          open: 1,
          free: 0,
          leased: 0,
          skipped: 0,
          inReview: 0,
          ruled: 0,
          checks: { asked: 0, right: 0 },
          paused: 0,
          done: false,
        },
      ],
    },
    profiles: {
      get: async (subject) => profiles.get(subject) ?? AnnotatorProfile.parse({ subject }),
      put: async (profile) => void profiles.set(profile.subject, profile),
      list: async () => [...profiles.values()],
    },
  };
  const app = new Hono<SignedIn>()
    .use(async (c, next) => {
      c.set('session', { subject: 'sub_me', name: 'Me', roles: ['admin'], runs: null, expires: 0, ...session });
      await next();
    })
    .onError((error, c) => c.json(isAssayError(error) ? { code: error.code } : { code: String(error) }, 400))
    .route('/', createManageRoutes(deps));
  const ask = async (path: string, method = 'GET', body?: unknown) => {
    const answer = await app.request(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: answer.status, json: (await answer.json()) as unknown };
  };
  return { ask, audit };
};

test('a run is shown with links to its workflows', async () => {
  const run = ManagedRun.parse((await setup().ask('/api/manage/runs/seen')).json);
  expect(run.state).toEqual({ status: 'running', stage: 'annotate', round: 2, details: '**hi**' });
  expect(run.temporalUrl).toBe('http://ui/namespaces/default/workflows/run%2Fseen');
  expect(run.annotateUrl).toBe('http://ui/namespaces/default/workflows/annotate%2Fseen%2Fr2');
  expect(run.batches.map(({ temporalUrl }) => temporalUrl)).toEqual([
    'http://ui/namespaces/default/workflows/batch%2Fseen%2Fr2-0',
  ]);
});

test('who is restricted to runs sees no others, and hears the same of one that is not there', async () => {
  const { ask } = setup({ runs: ['seen'] });
  for (const page of [
    'runs/other',
    'annotators?run=other',
    'agreement?run=other',
    'cost?run=other',
    'cost',
    'cost?run=..',
  ])
    expect([page, (await ask(`/api/manage/${page}`)).json]).toEqual([page, { code: 'ASY-4001' }]);
  for (const page of ['runs/seen', 'annotators?run=seen', 'agreement?run=seen', 'cost?run=seen'])
    expect([page, (await ask(`/api/manage/${page}`)).status]).toEqual([page, 200]);
});

test('a fault of the figures keeps its code', async () => {
  expect((await setup().ask('/api/manage/agreement?run=empty')).json).toEqual({ code: 'ASY-1001' });
});

test('profiles are read, changed under their own address only, and every change is in the log', async () => {
  const { ask, audit } = setup();
  expect((await ask('/api/manage/profiles/sub_a')).json).toMatchObject({ subject: 'sub_a', active: true });
  const profile = AnnotatorProfile.parse({ subject: 'sub_a', vendor: 'good', languages: ['de'], hourlyCost: 20 });
  expect((await ask('/api/manage/profiles/sub_a', 'PUT', profile)).json).toEqual({ ok: true });
  expect((await ask('/api/manage/profiles')).json).toEqual({ profiles: [profile] });
  expect(audit).toEqual([{ by: 'sub_me', action: 'profile', target: { subject: 'sub_a' } }]);
  expect((await ask('/api/manage/profiles/sub_b', 'PUT', profile)).json).toEqual({ code: 'ASY-4004' });
  for (const bad of [
    { ...profile, hourlyCost: -1 },
    { ...profile, languages: ['?'] },
    { ...profile, more: 1 },
    'x',
    null,
  ])
    expect((await ask('/api/manage/profiles/sub_a', 'PUT', bad)).json).toEqual({ code: 'ASY-4004' });
  expect(audit).toHaveLength(1);
});
