import { describe, expect, it } from 'vitest';
import { modelReport, reliabilityOf } from '../../activities/model-report.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Item } from '../../schemas/item.ts';
import type { Library, Medium, Runs, ShownItem } from '../../server/ports.ts';
import { dropsOf } from '../../server/routes/webhook.ts';
import { sweep } from '../../server/sweep.ts';
import { createTestApp, program } from '../support/app.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { storeHead } from '../support/stored-head.ts';

const item: Item = {
  id: `it_${'a'.repeat(32)}`,
  externalId: '<script>alert(1)</script>',
  modality: 'text',
  language: 'en',
  translatedFrom: null,
  domain: null,
  group: 'g',
  prompt: [{ role: 'user', content: '<img src=x onerror=alert(1)>' }],
  promptMedia: null,
  responses: [{ model: null, text: '"><svg onload=alert(2)>', media: null }],
  contentHash: 'b'.repeat(64),
  origin: { drop: 'd', file: 'a.jsonl', row: 3, license: 'MIT', subject: null },
};

const shown: ShownItem = { item, annotations: [], labels: [], scores: [], heatmaps: [] };

const mediumOf = (text: string): Medium => ({
  type: 'video/mp4',
  size: text.length,
  read: async (start, end) => new Blob([text.slice(start, end)]).stream(),
});

const setup = (hosts: readonly string[] = []) => {
  const started: string[] = [];
  const decided: string[] = [];
  const runs = {
    start: async (drop: string) => {
      const fresh = !started.includes(drop);
      started.push(drop);
      return { workflowId: `run/${drop}`, started: fresh };
    },
    exists: async (drop: string) => drop === 'old' || started.includes(drop),
    list: async () => [],
    state: async (drop: string) => {
      throw new AssayError('ASY-4001', { run: drop });
    },
    approve: async (drop: string, { by }: { by: string }) => void decided.push(`${drop} ${by}`),
    reject: async (drop: string, { by }: { by: string }) => void decided.push(`${drop} ${by}`),
    rework: async (drop: string, { by }: { by: string }) => void decided.push(`${drop} ${by}`),
  } as unknown as Runs;
  const objects = createMemoryObjects();
  const library: Library = {
    subject: (person) => `sub_of_${person.length}`,
    drops: async () => ({ drops: [] }),
    quarantine: async () => ({ rows: [] }),
    item: async () => shown,
    media: async () => mediumOf('0123456789'),
    heatmap: async (item, file) => {
      if (file !== 'implausibility.png') throw new AssayError('ASY-3002', { key: `${item}/${file}` });
      return { bytes: Buffer.from('x'), type: 'image/png' };
    },
    datasets: async () => ({ datasets: [] }),
    dataset: async (name) => {
      throw new AssayError('ASY-6001', { dataset: name });
    },
    models: async () => ({ models: [] }),
    model: (name, version) => modelReport(objects, name, version),
    reliability: (name, version) => reliabilityOf(objects, name, version),
  };
  let misses = 0;
  const { ask, as, lines, audited } = createTestApp({
    objects,
    deps: { runs, library, hosts, missed: () => misses++ },
  });
  /** Reads as a program, which may read everything. */
  const read = (path: string, headers: Record<string, string> = {}) =>
    ask(path, { headers: { ...program, ...headers } });
  return { ask, read, as, audited, started, decided, runs, lines, objects, missed: () => misses };
};

const event = (key: string, eventName = 's3:ObjectCreated:Put') => ({
  Records: [{ eventName, s3: { bucket: { name: 'assay' }, object: { key } } }],
});
const post = (body: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

describe('dropsOf', () => {
  it.each([
    ['drops/a/drop.json', ['a']],
    ['drops%2Fa%2Fdrop.json', ['a']],
    ['assay/drops/a/drop.json', ['a']],
    ['drops/a/rows.jsonl', []],
    ['drops/a/b/drop.json', []],
    ['media/drop.json', []],
    ['%zz', []],
  ])('%s → %j', (key, drops) => expect(dropsOf(event(key))).toEqual(drops));

  it('reads creations only, and survives anything that is no event', () => {
    expect(dropsOf(event('drops/a/drop.json', 's3:ObjectRemoved:Delete'))).toEqual([]);
    for (const junk of [null, 1, 'x', {}, { Records: [{}] }]) expect(dropsOf(junk)).toEqual([]);
  });
});

describe('webhook', () => {
  it('starts the run of a complete drop, behind its token', async () => {
    const { ask, started } = setup();
    expect((await ask('/events/s3/wrong', post(event('drops/a/drop.json')))).status).toBe(404);
    expect(started).toEqual([]);
    const answer = await ask('/events/s3/hook', post(event('drops/a/drop.json')));
    expect(await answer.json()).toEqual({ drops: ['a'] });
    expect(started).toEqual(['a']);
  });

  it('answers the test event that S3 servers send first', async () => {
    const { ask } = setup();
    expect((await ask('/events/s3/hook', post({ Event: 's3:TestEvent' }))).status).toBe(200);
  });
});

describe('API', () => {
  it('changes nothing without a session or the token', async () => {
    const { ask, decided } = setup();
    expect((await ask('/api/runs/a/approve', post({ by: 'me' }))).status).toBe(401);
    const ok = await ask('/api/runs/a/approve', post({ note: 'fine' }, program));
    expect(ok.status).toBe(200);
    expect(decided).toEqual(['a service']);
  });

  it.each(['approve', 'reject', 'rework'])('%s is done by who is signed in, and recorded', async (action) => {
    const { ask, as, decided, audited } = setup();
    const answer = await ask(`/api/runs/a/${action}`, post({ by: 'somebody else' }, await as('curator')));
    expect(answer.status).toBe(200);
    expect(decided).toEqual(['a sub_person']);
    expect(await audited()).toMatchObject([{ by: 'sub_person', action, target: { run: 'a' } }]);
  });

  it('lists the runs that somebody may see', async () => {
    const { ask, as, runs } = setup();
    runs.list = async () => ['a', 'b'].map((drop) => ({ drop, status: 'running', stage: null, startedAt: '' }));
    const seen = async (only: string[] | null) => {
      const answer = await ask('/api/runs', { headers: await as('reviewer', { runs: only }) });
      return ((await answer.json()) as { drop: string }[]).map(({ drop }) => drop);
    };
    expect(await seen(null)).toEqual(['a', 'b']);
    expect(await seen(['b', 'c'])).toEqual(['b']);
  });

  it('answers under the names it was given, and no others', async () => {
    const { ask } = setup(['assay.internal']);
    const token = { headers: program };
    expect((await ask('/api/runs', token, 'assay.internal:7400')).status).toBe(200);
    expect((await ask('/api/runs', token, 'Assay.Internal')).status).toBe(200);
    expect((await ask('/api/runs', token, 'evil.example')).status).toBe(403);
    // A host is only a header: who says localhost need not be there.
    for (const host of ['assay.internal', 'localhost'])
      for (const path of ['/api/runs', '/', '/metrics']) expect((await ask(path, {}, host)).status).toBe(401);
    for (const path of ['/health', '/v2/health/live']) expect((await ask(path, {}, 'assay.internal')).status).toBe(200);
  });

  it('gives rewards to trainers, whose token opens nothing else', async () => {
    const { ask, objects } = setup();
    await storeHead(objects, 'm', 'v1');
    const query = post({ query: ['a'.repeat(1_500_000)] }, { authorization: 'Bearer trainer' });
    expect(await (await ask('/reward/m', query)).json()).toMatchObject({ model: 'm', version: 'v1' });
    expect((await ask('/reward/trainer/m', post({ query: ['a'] }))).status).toBe(200);
    expect((await ask('/reward/m', query, 'evil.example')).status).toBe(403);
    expect((await ask('/api/runs/d/approve', post({ by: 'x' }, { authorization: 'Bearer trainer' }))).status).toBe(401);
  });

  it('refuses other host names (DNS rebinding)', async () => {
    const { ask } = setup();
    expect((await ask('/health', {}, 'evil.example')).status).toBe(403);
    expect((await ask('/health', {}, 'localhost:7400')).status).toBe(200);
  });

  it('maps catalogue faults to statuses with code and way out', async () => {
    const { ask, read } = setup();
    const answer = await read('/api/runs/none');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'ASY-4001', message: 'no run named none' });
    const wrong = await ask('/api/runs/a/approve', post({ note: 7 }, program));
    expect(await wrong.json()).toMatchObject({ code: 'ASY-4004' });
  });
});

describe('hostile requests', () => {
  it.each([
    ['/api/runs/a/approve', '{'],
    ['/api/runs/a/reject', ''],
    ['/api/runs/a/rework', '{"itemIds":"it_1"}'],
    ['/api/runs/a/approve', 'null'],
    ['/api/links', '[]'],
    ['/api/links', '{"roles":[],"name":"x"}'],
    ['/api/links', '{"roles":["owner"],"name":"x"}'],
    ['/api/links', '{"roles":["admin"],"name":"issuer|person"}'],
    ['/api/links', '{"roles":["admin"],"name":"x","runs":["../a"]}'],
  ])('%s with %j is a 400 with a code', async (path, body) => {
    const { ask, decided } = setup();
    const answer = await ask(path, { method: 'POST', body, headers: program });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'ASY-4004', fix: expect.any(String) as string });
    expect(decided).toEqual([]);
  });

  it('a body over a megabyte is refused before it is read', async () => {
    const { ask } = setup();
    const body = JSON.stringify({ by: 'x'.repeat(1024 * 1024) });
    expect((await ask('/api/runs/a/approve', { method: 'POST', body, headers: program })).status).toBe(413);
  });

  it.each(['', 'Bearer', 'Bearer ', 'Bearer secre', 'Bearer secrets', 'bearer secret', 'secret'])(
    'the token %j is not the token',
    async (authorization) => {
      const { ask, decided } = setup();
      const answer = await ask('/api/runs/a/approve', post({ by: 'me' }, authorization ? { authorization } : {}));
      expect(answer.status).toBe(401);
      expect(decided).toEqual([]);
    },
  );

  it('a fault outside the catalogue is a 500 that tells nothing, and goes to the log', async () => {
    const { read, runs, lines } = setup();
    runs.list = async () => {
      throw new Error('the password is hunter2');
    };
    const answer = await read('/api/runs');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('hunter2');
    expect(lines.join()).toContain('hunter2');
  });
});

describe('webhook with a run that cannot be started', () => {
  it('starts the other drops of the event, answers 503 and asks for a sweep', async () => {
    const { ask, runs, started, missed } = setup();
    const start = runs.start.bind(runs);
    runs.start = async (drop) => {
      if (drop === 'a') throw new AssayError('ASY-3005', { address: 'x', reason: 'down' });
      return start(drop);
    };
    const both = { Records: [...event('drops/a/drop.json').Records, ...event('drops/b/drop.json').Records] };
    const answer = await ask('/events/s3/hook', post(both));
    expect(answer.status).toBe(503);
    expect(started).toEqual(['b']);
    expect(missed()).toBe(1);
  });

  it('starts nothing for a name no drop can have, and says so', async () => {
    const { ask, started, lines, missed } = setup();
    for (const name of ['a b', `x${'y'.repeat(400)}`, '..', 'é'])
      expect((await ask('/events/s3/hook', post(event(`drops/${encodeURIComponent(name)}/drop.json`)))).status).toBe(
        200,
      );
    expect(started).toEqual([]);
    expect(missed()).toBe(0);
    expect(lines).toHaveLength(4);
    expect(lines.every((line) => line.includes('ASY-1004'))).toBe(true);
  });
});

describe('pages', () => {
  it('show item text as text, under a policy that runs nothing', async () => {
    const { read } = setup();
    const answer = await read(`/drops/d/items/${item.id}`);
    const body = await answer.text();
    expect(body).not.toMatch(/<script|<img src=x|<svg/);
    expect(body).toContain('&lt;img src=x');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('sweep', () => {
  it('starts complete drops that have no run, and only those', async () => {
    const { runs, started } = setup();
    const keys = [
      'drops/a b/drop.json',
      'drops/half/rows.jsonl',
      'drops/forgotten/drop.json',
      'drops/new/drop.json',
      'drops/new/rows.jsonl',
      'drops/old/drop.json',
      `drops/${'x'.repeat(400)}/drop.json`,
    ];
    const objects = {
      // Temporal forgets a finished run after its retention; its report stays.
      head: async (key: string) => (key === 'runs/forgotten/report.json' ? { key, bytes: 1, modified: 0 } : null),
      async *list() {
        for (const key of keys) yield { key, bytes: 1, modified: 0 };
      },
    };
    expect(await sweep(objects as never, runs)).toEqual(['new']);
    expect(started).toEqual(['new']);
  });
});

describe('media', () => {
  const path = `/media/${'a'.repeat(64)}`;

  it.each([
    [undefined, 200, '0123456789', null],
    ['bytes=0-', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    // What may be ignored is: another unit, several ranges, what is no range.
    ['items=0-1', 200, '0123456789', null],
    ['bytes=0-1,4-5', 200, '0123456789', null],
    ['bytes=5-2', 200, '0123456789', null],
    ['bytes=-', 200, '0123456789', null],
  ])('Range %s is answered with %i', async (range, status, body, contentRange) => {
    const { read } = setup();
    const answer = await read(path, range === undefined ? {} : { range });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toBe(body);
    expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('gives heatmaps by name, and 404 for what is none', async () => {
    const { read } = setup();
    const answer = await read(`/heatmaps/${item.id}/implausibility.png`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await read(`/heatmaps/${item.id}/other.png`)).status).toBe(404);
  });
});
