import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createPredicateRunner } from '../../../activities/adapters/predicate/runner.ts';
import { createTableStore } from '../../../activities/adapters/tables.ts';
import { createStudies } from '../../../activities/evalgen/studies.ts';
import { isAssayError } from '../../../schemas/errors.ts';
import { Study, StudyReport } from '../../../schemas/evalgen.ts';
import { Item } from '../../../schemas/item.ts';
import type { Session } from '../../../schemas/session.ts';
import { createEvalgenRoutes } from '../../../server/console/evalgen.ts';
import type { SignedIn } from '../../../server/env.ts';
import type { Audit } from '../../../server/ports.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';

const id = (n: number) => `it_${String(n).padStart(32, '0')}`;
const SCRIPT = '<script>alert(1)</script>';

/** The routes over studies in memory, for whoever the session says. */
const setup = async () => {
  const objects = createMemoryObjects();
  const tables = createTableStore({ objects, tempDir: scratch() });
  const items = ['short', 'also', SCRIPT, 'a much longer answer'].map((text, n) =>
    Item.parse({
      id: id(n),
      externalId: null,
      modality: 'text',
      language: null,
      translatedFrom: null,
      group: 'g',
      prompt: [{ role: 'user', content: 'p' }],
      responses: [{ model: null, text, media: null }],
      contentHash: 'b'.repeat(64),
      origin: { drop: 'd', file: 'a.jsonl', row: n + 1, license: 'MIT', subject: null },
    }),
  );
  await tables.commit('items', 'd', [await tables.writeShard('items', Item, items)]);
  const audit: { action: string; by: string }[] = [];
  const routes = createEvalgenRoutes({
    evalgen: createStudies({ objects, tables, runner: createPredicateRunner() }),
    audit: { record: async (entry) => void audit.push(entry) } as Audit,
  });
  const as = (given: Partial<Session>) => {
    const app = new Hono<SignedIn>()
      .use(async (c, next) => {
        c.set('session', { subject: 'sub_me', name: 'Me', roles: ['reviewer'], runs: null, expires: 0, ...given });
        await next();
      })
      .onError((error, c) => c.json(isAssayError(error) ? { code: error.code } : { code: String(error) }, 400))
      .route('/', routes);
    return async (path: string, body?: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await app.request(
        path,
        body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers },
      );
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    };
  };
  return { as, ask: as({}), audit };
};
const json = (answer: { text: string }): unknown => JSON.parse(answer.text);

test('a study from its sample to its annotations', async () => {
  const { ask, audit } = await setup();
  expect(json(await ask('/api/evalgen', { name: 'length', drop: 'd', outputs: 10 }))).toEqual({ ok: true });
  await ask('/api/evalgen/length/criteria', { criterion: 'brief', text: 'Few words.' });
  for (let n = 0; n < 4; n++)
    await ask('/api/evalgen/length/grades', { item: id(n), response: 0, good: n < 2, by: 'sub_other' });
  const code = '({ response }) => response.length < 10';
  const { assertion } = json(
    await ask('/api/evalgen/length/assertions', { kind: 'code', criterion: 'brief', code }),
  ) as {
    assertion: string;
  };
  const study = Study.parse(json(await ask('/api/evalgen/length')));
  // Text is text: what shows it must see to it that it stays so.
  expect(study.sample.map(({ text }) => text)).toContain(SCRIPT);
  expect(study.own).toHaveLength(4);
  const report = StudyReport.parse(json(await ask('/api/evalgen/length/report?most=2')));
  expect(report.criteria[0]).toMatchObject({ chosen: [assertion], figures: { alignment: 1 } });
  const lines = await ask('/api/evalgen/length/annotations');
  expect(lines.headers.get('content-disposition')).toBe('attachment; filename="length-assertions.jsonl"');
  expect(lines.text.trimEnd().split('\n')).toHaveLength(4);
  expect(json(await ask('/api/evalgen'))).toMatchObject({ studies: [{ name: 'length', graded: 4, assertions: 1 }] });
  await ask('/api/evalgen/length/withdraw', { assertion });
  expect(Study.parse(json(await ask('/api/evalgen/length'))).candidates).toEqual([]);
  // Whoever the body names, the session's subject did it.
  expect(new Set(audit.map(({ by }) => by))).toEqual(new Set(['sub_me']));
  expect(audit.map(({ action }) => action)).toEqual([
    'study-create',
    'study-criterion',
    ...Array(4).fill('study-grade'),
    'study-assert',
    'study-withdraw',
  ]);
});

test('a study of a run that one may not see is not there', async () => {
  const { as, ask } = await setup();
  await ask('/api/evalgen', { name: 'length', drop: 'd' });
  const outside = as({ runs: ['other'] });
  expect(json(await outside('/api/evalgen'))).toEqual({ studies: [] });
  for (const path of ['', '/report', '/annotations'])
    expect(json(await outside(`/api/evalgen/length${path}`))).toEqual({ code: 'ASY-4101' });
  expect(json(await outside('/api/evalgen', { name: 'mine', drop: 'd' }))).toEqual({ code: 'ASY-4101' });
  expect(json(await outside('/api/evalgen/length/grades', { item: id(0), response: 0, good: true }))).toEqual({
    code: 'ASY-4101',
  });
});

test('what is malformed is refused with a code and leaves no trace', async () => {
  const { ask, audit } = await setup();
  await ask('/api/evalgen', { name: 'length', drop: 'd' });
  const before = Study.parse(json(await ask('/api/evalgen/length'))).version;
  for (const [path, body] of [
    ['grades', { item: id(0), response: -1, good: true }],
    ['grades', { item: id(0), response: 0, good: 'yes' }],
    ['criteria', { criterion: 'No Name', text: 'x' }],
    ['criteria', { criterion: 'fine', text: ' ' }],
    ['assertions', { kind: 'code', criterion: 'fine', code: 'x'.repeat(20_001) }],
    ['assertions', { kind: 'shell', criterion: 'fine', code: 'rm' }],
    ['withdraw', { assertion: '../x' }],
  ] as const)
    expect(json(await ask(`/api/evalgen/length/${path}`, body))).toEqual({ code: 'ASY-4004' });
  expect(Study.parse(json(await ask('/api/evalgen/length'))).version).toBe(before);
  expect(audit).toHaveLength(1);
});
