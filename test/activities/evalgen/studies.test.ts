import { expect, test } from 'vitest';
import { createPredicateRunner } from '../../../activities/adapters/predicate/runner.ts';
import { createTableStore } from '../../../activities/adapters/tables.ts';
import type { PredicateRunner } from '../../../activities/evalgen/predicate.ts';
import { createStudies } from '../../../activities/evalgen/studies.ts';
import { ENGINE } from '../../../activities/evalgen/verdicts.ts';
import { importAssay } from '../../../activities/importers/assay.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { Item } from '../../../schemas/item.ts';
import { keys } from '../../../schemas/keys.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';

const sandbox = createPredicateRunner();

/** Answers of which some are too long, as the prompt did not want it. */
const TEXTS = [
  'Leeds',
  'York',
  'Bath',
  'Ely',
  'Hull',
  'Wells',
  'a town that is near York',
  'I cannot say which',
  'many',
];
const id = (n: number) => `it_${String(n).padStart(32, '0')}`;

const items = TEXTS.map((text, n) =>
  Item.parse({
    id: id(n),
    externalId: null,
    modality: 'text',
    language: 'en',
    translatedFrom: null,
    group: 'g',
    prompt: [{ role: 'user', content: 'Name a town in one word.' }],
    responses: [
      { model: null, text, media: null },
      { model: null, text: null, media: null },
    ],
    contentHash: 'b'.repeat(64),
    origin: { drop: 'towns', file: 'a.jsonl', row: n + 1, license: 'MIT', subject: null },
  }),
);

const setup = async () => {
  const objects = createMemoryObjects();
  const tables = createTableStore({ objects, tempDir: scratch() });
  await tables.commit('items', 'towns', [await tables.writeShard('items', Item, items)]);
  let runs = 0;
  const runner: PredicateRunner = {
    run: (code, inputs) => {
      runs++;
      return sandbox.run(code, inputs);
    },
  };
  let now = 0;
  const open = () => createStudies({ objects, tables, runner, now: () => ++now });
  const studies = open();
  await studies.create('ann', { name: 'short', drop: 'towns', outputs: 100, seed: 1 });
  return { objects, studies, open, runs: () => runs };
};

const oneWord = "({ response }) => !response.includes(' ')";
const grade = (n: number, good: boolean | null, criterion: string | null = null) => ({
  item: id(n),
  response: 0,
  criterion,
  good,
});
/** What a careful person says: of the last three, one is a single word and still no town. */
const gradeAll = async (studies: Awaited<ReturnType<typeof setup>>['studies'], by: string) => {
  for (const n of TEXTS.keys()) await studies.grade('short', by, grade(n, n < 6));
};

test('a sample is drawn by its seed alone, from responses that have text', async () => {
  const { studies, open } = await setup();
  const { sample, version } = await studies.show('short', 'ann');
  expect(sample).toHaveLength(TEXTS.length);
  expect(sample.every(({ response, text }) => response === 0 && TEXTS.includes(text))).toBe(true);
  await open().create('ann', { name: 'again', drop: 'towns', outputs: 4, seed: 1 });
  const again = (await studies.show('again', 'ann')).sample;
  expect(again).toEqual(sample.slice(0, 4));
  await studies.create('ann', { name: 'other', drop: 'towns', outputs: 4, seed: 2 });
  expect((await studies.show('other', 'ann')).sample).not.toEqual(again);
  expect((await open().show('short', 'ann')).version).toBe(version);
});

test('the assertion that agrees with the grades is chosen, and its figures are those of the definition', async () => {
  const { studies, runs } = await setup();
  await studies.state('short', 'ann', { criterion: 'one-word', text: 'The answer is one word.' });
  await gradeAll(studies, 'ann');
  const good = await studies.assert('short', 'ann', { kind: 'code', criterion: 'one-word', code: oneWord });
  const bad = await studies.assert('short', 'ann', {
    kind: 'code',
    criterion: 'one-word',
    code: '({ response }) => response.length > 4',
  });
  const broken = await studies.assert('short', 'ann', { kind: 'code', criterion: 'one-word', code: '() => oops' });
  const report = await studies.report('short', 1);
  const [criterion] = report.criteria;
  expect(criterion?.chosen).toEqual([good]);
  // Two of three bad outputs are caught, no good one fails: 2·(2/3)·1 / (2/3 + 1).
  expect(criterion?.figures).toMatchObject({ n: 9, bad: 3, coverage: 2 / 3, falseFailureRate: 0, alignment: 0.8 });
  expect(criterion?.candidates.find(({ assertion }) => assertion === broken)?.fault).toMatch(
    /ReferenceError.*response 0 of it_/,
  );
  expect(criterion?.candidates.find(({ assertion }) => assertion === bad)?.alignment).toBeLessThan(0.8);
  expect(report.overall).toMatchObject({ n: 9, alignment: 0.8 });
  expect(report.drift.windows.map(({ from, to }) => [from, to])).toEqual([[0, 9]]);

  const before = runs();
  expect(await studies.report('short', 1)).toEqual(report);
  expect(runs()).toBe(before);
});

test('grades are people’s: the majority counts, a split output does not, a criterion’s own grade comes first', async () => {
  const { studies } = await setup();
  await studies.state('short', 'ann', { criterion: 'one-word', text: 'The answer is one word.' });
  await studies.assert('short', 'ann', { kind: 'code', criterion: 'one-word', code: oneWord });
  await gradeAll(studies, 'ann');
  await gradeAll(studies, 'bob');
  await studies.grade('short', 'bob', grade(0, false));
  await studies.grade('short', 'ann', grade(8, true, 'one-word'));
  const report = await studies.report('short', 3);
  expect(report.criteria[0]?.figures).toMatchObject({ n: 8, bad: 2, coverage: 1, falseFailureRate: 0, alignment: 1 });
  expect(report.overall).toMatchObject({ n: 8, bad: 3 });
  // Taken back, the grade is bob's no more.
  await studies.grade('short', 'bob', grade(0, null));
  expect((await studies.report('short', 3)).overall).toMatchObject({ n: 9, bad: 3 });
  expect((await studies.show('short', 'bob')).own).toHaveLength(8);
});

test('the report shows how criteria and grades drifted', async () => {
  const { studies } = await setup();
  await studies.state('short', 'ann', { criterion: 'one-word', text: 'One word.' });
  await gradeAll(studies, 'ann');
  await studies.state('short', 'ann', { criterion: 'one-word', text: 'One word, and a town.' });
  await studies.state('short', 'ann', { criterion: 'one-word', text: 'One word, and a town.' });
  await studies.grade('short', 'ann', grade(0, false));
  await studies.grade('short', 'ann', grade(0, false));
  const { drift } = await studies.report('short', 3);
  expect(drift.changes).toEqual([{ criterion: null, grades: 10, changed: 1 }]);
  expect(drift.criteria.map(({ what, grades }) => [what, grades])).toEqual([
    ['added', 0],
    ['edited', 9],
  ]);
});

test('a judge’s verdicts are checked line by line and used as they are', async () => {
  const { studies } = await setup();
  await studies.state('short', 'ann', { criterion: 'town', text: 'It is a town.' });
  await gradeAll(studies, 'ann');
  const rows = (of: (n: number) => unknown) => [...TEXTS.keys()].map((n) => JSON.stringify(of(n))).join('\n');
  const judged = (text: string) =>
    studies.assert('short', 'ann', { kind: 'judge', criterion: 'town', judge: 'careful', rows: text });
  await expect(judged('{"item": 1}')).rejects.toThrow(/verdicts line 1: needs/);
  await expect(judged(`${rows((n) => ({ item: id(n), response: 0, pass: true }))}\nnot json`)).rejects.toThrow(
    /line 10: not JSON/,
  );
  await expect(judged('{"item":"it_0","response":0,"pass":true}')).rejects.toThrow(/not in the sample/);
  const whole = await judged(rows((n) => ({ item: id(n), response: 0, pass: n < 6 })));
  const part = await judged(JSON.stringify({ item: id(0), response: 0, pass: true }));
  const [criterion] = (await studies.report('short', 1)).criteria;
  expect(criterion?.chosen).toEqual([whole]);
  expect(criterion?.figures).toMatchObject({ alignment: 1 });
  expect(criterion?.candidates.find(({ assertion }) => assertion === part)?.fault).toBe(
    'no verdict on 8 of 9 graded outputs',
  );
});

test('chosen assertions leave as annotations that a drop brings in again', async () => {
  const { studies } = await setup();
  await studies.state('short', 'ann', { criterion: 'one-word', text: 'The answer is one word.' });
  await gradeAll(studies, 'ann');
  const chosen = await studies.assert('short', 'ann', { kind: 'code', criterion: 'one-word', code: oneWord });
  const lines = (await studies.annotations('short', 3)).trimEnd().split('\n');
  expect(lines).toHaveLength(TEXTS.length);
  for (const line of lines) {
    const draft = importAssay(JSON.parse(line), { regionLabels: {} } as never);
    const [said] = draft.annotations;
    expect(said?.source).toEqual({ kind: 'verifier', id: `one-word/${chosen}` });
    expect(said?.statement).toMatchObject({
      task: 'assertion',
      value: { name: 'one-word', pass: !draft.responses[0]?.text?.includes(' ') },
    });
  }
});

test('what a study cannot take is refused and leaves it as it was', async () => {
  const { studies } = await setup();
  const { version } = await studies.show('short', 'ann');
  const refused = { code: 'ASY-4103' };
  await expect(studies.grade('short', 'ann', grade(99, true))).rejects.toMatchObject(refused);
  await expect(studies.grade('short', 'ann', grade(0, true, 'nothing'))).rejects.toMatchObject(refused);
  await expect(
    studies.assert('short', 'ann', { kind: 'code', criterion: 'nothing', code: oneWord }),
  ).rejects.toMatchObject(refused);
  await expect(studies.create('ann', { name: 'short', drop: 'towns', outputs: 1, seed: 0 })).rejects.toMatchObject({
    code: 'ASY-4102',
  });
  await expect(studies.show('nothing', 'ann')).rejects.toMatchObject({ code: 'ASY-4101' });
  await expect(studies.show('../drops', 'ann')).rejects.toMatchObject({ code: 'ASY-4101' });
  await expect(studies.create('ann', { name: 'x', drop: 'nothing', outputs: 1, seed: 0 })).rejects.toMatchObject({
    code: 'ASY-1001',
  });
  expect((await studies.show('short', 'ann')).version).toBe(version);
});

test('two servers append to one chain, and a link that was exchanged is found', async () => {
  const { studies, open, objects } = await setup();
  const other = open();
  await Promise.all(TEXTS.map((_, n) => (n % 2 === 0 ? studies : other).grade('short', `p${n}`, grade(n, true))));
  expect((await studies.show('short', 'ann')).version).toBe((await other.show('short', 'ann')).version);
  expect((await open().list())[0]).toMatchObject({ name: 'short', graded: TEXTS.length });
  const key = keys.evalgenEntry('short', 3);
  const entry = JSON.parse((await objects.get(key)).toString('utf8'));
  await objects.put(key, JSON.stringify({ ...entry, by: 'mallory' }));
  await expect(open().show('short', 'ann')).rejects.toMatchObject({ code: 'ASY-3003' });
});

test('kept results are of the engine that is installed', () => {
  expect(ENGINE).toBe(`quickjs-emscripten@${manifest.dependencies['quickjs-emscripten']}`);
});
