/** A drop curated by filters, near-duplicates, a benchmark and quotas, on the real stack. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startTestStack, type TestStack } from '../support/stack.ts';

let stack: TestStack;
const scratch = mkdtempSync(join(tmpdir(), 'assay-e2e-'));
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const QUESTION = 'A train leaves the station at nine and arrives at noon; how many hours does the journey take?';

/** Rows that differ in every sentence. */
const pair = (i: number, over: object = {}) => ({
  id: `p${i}`,
  prompt: `What is special about number ${i}, and how did station ${i} come to bear it on its sign since ${1700 + i}?`,
  chosen: `Number ${i} is ${i % 7} more than a multiple of seven, because ${i * 3} paths cross at station ${i} near mill ${i * 5}.`,
  rejected: `No idea about ${i}; ask at the ${i * 11} desk or read sign ${i * 13} behind hall ${i * 17}, whatever it says.`,
  language: i % 4 === 0 ? 'de' : 'en',
  ...over,
});

const folderOf = (name: string, pipeline: object, files: Record<string, readonly object[]>): string => {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, rows] of Object.entries(files))
    writeFileSync(join(folder, file), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  writeFileSync(join(folder, 'pipeline.yaml'), stringify(pipeline));
  const columns = { id: 'id', prompt: 'prompt', chosen: 'chosen', rejected: 'rejected', language: 'language' };
  const manifest = {
    name,
    modality: 'text',
    format: 'jsonl',
    columns,
    license: 'CC0-1.0',
    purpose: ['research'],
    files: ['pairs.jsonl'],
  };
  writeFileSync(join(folder, 'drop.json'), JSON.stringify(manifest));
  return folder;
};

type Shown = {
  rows: number;
  funnel: { step: string; in: number; out: number; reasons: Record<string, number> }[];
  languages: Record<string, number>;
};
type Explained = { selected: boolean; decisions: { step: string; reason: string; values: Record<string, unknown> }[] };

const explained = async (name: string, item: string): Promise<Explained['decisions'][number]> => {
  const { decisions } = (await stack.assay('dataset', 'explain', name, item)).json as Explained;
  return decisions.at(-1) as Explained['decisions'][number];
};

const curate = (quota: number) => ({
  train: { enabled: false },
  curate: {
    filters: [
      { kind: 'length', on: 'chosen', min: 20 },
      { kind: 'pii', action: 'redact' },
      { kind: 'permission', purposes: ['research'] },
    ],
    dedup: 'near',
    decontaminate: [{ name: 'quiz', file: 'quiz.jsonl' }],
    select: [{ method: 'quotas', size: 12, quotas: [{ attribute: 'language', value: 'de', floor: quota }] }],
  },
});
const quiz = [{ id: 'q1', question: QUESTION }];

it('takes out what it should, says why of each, and publishes the rest', async () => {
  const base = pair(1);
  const rows = [
    ...Array.from({ length: 24 }, (_, i) => pair(i + 1)),
    pair(25, { chosen: 'Too short.' }),
    { ...base, id: 'copy', chosen: `${base.chosen} Yes` },
    { ...pair(2), id: 'swapped', chosen: pair(2).rejected, rejected: pair(2).chosen },
    pair(26, { prompt: `Please solve: ${QUESTION}` }),
    pair(27, {
      prompt: 'Please write to ann@example.org about number 27 and its station, the one near the old mill.',
      language: 'de',
    }),
  ];
  const folder = folderOf('curated', curate(6), { 'pairs.jsonl': rows, 'quiz.jsonl': quiz });
  const { code, stderr, json } = await stack.assay('drop', 'push', folder, '--name', 'curated', '--wait');
  expect(stderr).not.toContain('ASY-');
  expect(code).toBe(0);
  expect(json).toMatchObject({ status: 'completed', items: 29, quarantined: 0 });

  const shown = (await stack.assay('dataset', 'show', 'curated')).json as Shown;
  expect(shown.rows).toBe(12);
  expect(shown.funnel.map(({ step }) => step)).toEqual(
    'items label ties agreement filters score dedup decontaminate select split rows'.split(' '),
  );
  for (const step of shown.funnel)
    expect(step.in - step.out).toBe(Object.values(step.reasons).reduce((a, b) => a + b, 0));
  const reasons = Object.fromEntries(shown.funnel.map(({ step, reasons: own }) => [step, own]));
  expect(reasons).toMatchObject({
    filters: { 'too-short': 1 },
    dedup: { conflict: 2, duplicate: 1 },
    decontaminate: { contaminated: 1 },
    select: { 'beyond-quotas': 12 },
  });
  expect(shown.languages['de']).toBeGreaterThanOrEqual(6);

  expect(await explained('curated', 'copy')).toMatchObject({ step: 'dedup', reason: 'duplicate' });
  expect(await explained('curated', 'p2')).toMatchObject({ step: 'dedup', reason: 'conflict' });
  const contaminated = await explained('curated', 'p26');
  expect(contaminated).toMatchObject({ reason: 'contaminated', values: { benchmark: 'quiz', row: 'q1' } });
  expect(contaminated.values['span']).toBe(QUESTION.slice(0, -1));
  expect((await stack.assay('dataset', 'verify', 'curated')).json).toMatchObject({ ok: true, mismatched: [] });
});

it('refuses quotas that nothing meets, names the floor, and publishes nothing', async () => {
  const rows = Array.from({ length: 24 }, (_, i) => pair(i + 1));
  const folder = folderOf('refused', curate(9), { 'pairs.jsonl': rows, 'quiz.jsonl': quiz });
  const { code, stderr } = await stack.assay('drop', 'push', folder, '--name', 'refused', '--wait');
  expect(code).toBe(1);
  expect(stderr).toContain('3 of the floor 9 of language de');
  expect((await stack.assay('dataset', 'show', 'refused')).stderr).toContain('ASY-6001');
});
