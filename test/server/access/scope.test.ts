/** A sign-in that is restricted to some runs, at every route whose answer spans runs: what is of another run is as if it were not there (S069). */
import { describe, expect, it } from 'vitest';
import { AnnotatorProfile } from '../../../schemas/annotator.ts';
import { ROLES } from '../../../schemas/session.ts';
import { PERMISSIONS } from '../../../server/access/permissions.ts';
import type { Library, Profiles, Runs } from '../../../server/ports.ts';
import { Batch } from '../../../workflows/batch/batch.ts';
import { createTestApp, nothing } from '../../support/app.ts';
import { batchDesk } from '../../support/batch-desk.ts';
import { settingsOf } from '../../workflows/batch/support.ts';
import { itemOf, vote } from '../console/desk-app.ts';

const RUN = 'hidden';
const item = itemOf(1);
const on = { batch: `batch/${RUN}/0`, item: item.id };
const query = `batch=${on.batch}&item=${on.item}`;

/** A request about the hidden run for every route with a scope of its own. */
const REQUESTS: Readonly<Record<string, { query?: string; body?: object }>> = {
  'GET /api/work': {},
  'POST /api/work/claim': { body: { run: RUN } },
  'POST /api/work/submit': { body: { ...on, votes: [vote()] } },
  'POST /api/work/skip': { body: { ...on, reason: 'later' } },
  'POST /api/work/release': { body: on },
  'POST /api/work/undo': { body: on },
  'POST /api/work/reclaim': { body: on },
  'POST /api/work/dispute': { body: { ...on, text: 'no' } },
  'POST /api/work/comment': { body: { ...on, text: 'hm' } },
  'GET /api/work/own': {},
  'GET /api/work/item': { query },
  'GET /api/review': {},
  'GET /api/review/item': { query },
  'POST /api/review/ruling': { body: { ...on, ruling: 'accept' } },
  'POST /api/review/comment': { body: { ...on, text: 'hm' } },
  'GET /api/evalgen': {},
  'POST /api/evalgen': { body: { name: 'mine', drop: RUN } },
  'GET /api/evalgen/:study': {},
  'POST /api/evalgen/:study/grades': { body: { item: item.id, response: 0, good: true } },
  'POST /api/evalgen/:study/criteria': { body: { criterion: 'brief', text: 'Few words.' } },
  'POST /api/evalgen/:study/assertions': { body: { kind: 'code', criterion: 'brief', code: '() => true' } },
  'POST /api/evalgen/:study/withdraw': { body: { assertion: 'a' } },
  'GET /api/evalgen/:study/report': {},
  'GET /api/evalgen/:study/annotations': {},
  'GET /api/runs': {},
  'GET /api/batches': {},
};
/** One's own session and settings; bytes and maps that are named by a hash, which who asks was given. */
const OF_NO_RUN = [
  'GET /',
  'GET /api/session',
  'POST /api/session/end',
  'GET /media/:sha256',
  'GET /heatmaps/:item/:file',
  'GET /api/preferences',
  'PUT /api/preferences',
];

/** The hidden run: a batch in which `sub_a` voted, and a study. `seen` has what was asked of the study. */
const setup = () => {
  const settings = settingsOf({ review: 'disagreements' }, { run: RUN, leaseMs: 1e15 });
  const batch = Batch.of(settings, [item.id, itemOf(2).id]);
  const desk = batchDesk({ [on.batch]: batch }, [item, itemOf(2)], Date.now);
  const seen: string[] = [];
  const evalgen = new Proxy(
    {},
    {
      get: (_none, name) => async () => {
        seen.push(String(name));
        if (name === 'list') return [{ name: 'study', drop: RUN }];
        return name === 'drop' ? RUN : { found: RUN };
      },
    },
  );
  const profiles = {
    get: async (subject: string) => AnnotatorProfile.parse({ subject }),
    preferences: async () => ({ optOut: [], breakMinutes: null }),
  };
  const app = createTestApp({
    deps: {
      annotators: desk.annotators,
      catalog: desk.catalog,
      profiles: nothing<Profiles>(profiles),
      evalgen: evalgen as never,
      runs: nothing<Runs>({ list: async () => [{ drop: RUN, status: 'running', stage: null, startedAt: '' }] }),
      library: nothing<Library>({
        item: async () => ({ item, annotations: [], labels: [], scores: [], heatmaps: [] }),
      }),
    },
  });
  return { ...app, batch, seen };
};

const answerOf = async (app: ReturnType<typeof setup>, route: string, runs: string[] | null) => {
  const [method = '', pattern = ''] = route.split(' ');
  const request = REQUESTS[route];
  const path = `${pattern.replace(':study', 'study')}${request?.query === undefined ? '' : `?${request.query}`}`;
  const headers = await app.as(ROLES, { runs, person: 'sub_a' });
  const body = request?.body === undefined ? {} : { body: JSON.stringify(request.body) };
  const answer = await app.ask(path, { method, headers, ...body });
  return { status: answer.status, text: await answer.text() };
};

it('every route that has a scope of its own is asked here', () => {
  const own = Object.entries(PERMISSIONS).filter(([, rule]) => typeof rule === 'object' && rule.scope === 'own');
  expect(own.map(([route]) => route).sort()).toEqual([...Object.keys(REQUESTS), ...OF_NO_RUN].sort());
});

describe.each(Object.keys(REQUESTS))('%s', (route) => {
  it('tells and changes nothing of another run', async () => {
    const app = setup();
    // Somebody who holds one item and has answered the other, and whose sign-in is for another run now.
    app.batch.claim({ annotator: 'sub_a', n: 2 }, 0);
    const before = JSON.stringify(app.batch);
    const { status, text } = await answerOf(app, route, ['other']);
    if (status === 200) {
      expect(text).not.toContain(RUN);
      expect(text).not.toContain(item.id);
    } else expect(status).toBeOneOf([400, 404]);
    expect(text).not.toContain('found');
    expect(JSON.stringify(app.batch)).toBe(before);
    expect(app.seen.filter((name) => name !== 'drop' && name !== 'list')).toEqual([]);
  });
});

it.each([
  ['GET /api/work', RUN],
  ['POST /api/work/claim', item.id],
  ['GET /api/work/item', item.id],
  ['GET /api/review/item', item.id],
  ['GET /api/evalgen', RUN],
  ['GET /api/evalgen/:study', RUN],
  ['GET /api/runs', RUN],
  ['GET /api/batches', RUN],
])('%s tells it to who may see it', async (route, told) => {
  for (const runs of [null, [RUN]]) {
    const app = setup();
    app.batch.claim({ annotator: 'sub_a', n: 1 }, 0);
    expect(await answerOf(app, route, runs)).toMatchObject({ status: 200, text: expect.stringContaining(told) });
  }
});
