/** `assay verify` as a program sees it, in this process: one document, or a code with a line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { run } from '../../../cli/assay.ts';
import { readJsonLines } from '../../../cli/json-lines.ts';
import { LIMITS } from '../../../schemas/drop.ts';
import { scratch } from '../../support/scratch.ts';

const file = (name: string, ...rows: unknown[]): string => {
  const path = join(scratch(), name);
  writeFileSync(path, rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));
  return path;
};

afterEach(() => vi.restoreAllMocks());

const assay = async (...args: string[]): Promise<{ code: number; stdout: string }> => {
  let stdout = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return { code: await run(['verify', ...args], {}), stdout };
};
const document = async (...args: string[]): Promise<unknown> => {
  const { code, stdout } = await assay(...args, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

const STORY = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
const TEXTS = [
  { id: 'first', text: STORY },
  { id: 2, text: 'Something else entirely, which nobody else says here.' },
  { id: 'near', text: `${STORY.toUpperCase()}   and` },
  { id: 'short', text: 'Yes.' },
  { id: 'same', text: 'yes.' },
];

it('finds near-duplicates and keeps the first of each', async () => {
  const path = file('t.jsonl', ...TEXTS);
  expect(await document('dedup', path, '--threshold', '0.8')).toEqual({
    rows: 5,
    kept: 3,
    clusters: [
      ['first', 'near'],
      ['short', 'same'],
    ],
    removed: [
      { id: 'near', canonical: 'first', similarity: 36 / 37 },
      { id: 'same', canonical: 'short', similarity: 1 },
    ],
    threshold: 0.8,
    settings: { ngram: 5, bands: 14, rows: 8, seed: 0, similarity: 'exact' },
    catchProbability: expect.closeTo(0.9235, 4) as number,
  });
  expect(await document('dedup', path, '--threshold', '0.99')).toMatchObject({
    kept: 4,
    clusters: [['short', 'same']],
  });
  expect(await document('dedup', path, '--estimate', '--ngram', '3', '--bands', '20', '--rows', '4')).toMatchObject({
    kept: 3,
    settings: { ngram: 3, bands: 20, rows: 4, similarity: 'estimate' },
  });
});

it('says the same to people', async () => {
  const { stdout } = await assay('dedup', file('t.jsonl', ...TEXTS));
  expect(stdout).toContain('5 rows, 3 kept, 2 clusters');
  expect(stdout).toMatch(/near\s+first\s+0\.973/);
  expect(stdout).toContain('compared with probability 0.924');
  const { stdout: none } = await assay('dedup', file('t.jsonl', TEXTS[0]));
  expect(none).toContain('1 row, 1 kept, 0 clusters');
});

const QUESTION = 'How many of the twelve red apples that Ann bought on Monday are left on Friday evening?';

it('shows what a file shares with a benchmark', async () => {
  const against = file('b.jsonl', { question: 'Why?' }, { question: QUESTION });
  const path = file('t.jsonl', ...TEXTS, { id: 'copy', text: `Q: ${QUESTION.toLowerCase()} A: 3` });
  expect(await document('contamination', path, '--against', against)).toEqual({
    rows: 6,
    contaminated: [
      { id: 'copy', benchmark: '2', words: 17, start: 3, end: 89, span: QUESTION.toLowerCase().slice(0, -1) },
    ],
    ngram: 13,
    benchmark: { field: 'question', rows: 2, found: 1, tooShort: 1 },
  });
  const { stdout } = await assay('contamination', path, '--against', against);
  expect(stdout).toContain('1 of 6 rows share 13 words in a row or more');
  expect(stdout).toContain('copy\t2\t17 words at 3–89\t"how many of');
});

it('prints what the guide says', async () => {
  const guide = readFileSync(new URL('../../../docs/guides/dedup.md', import.meta.url), 'utf8');
  const [texts = '', quiz = ''] = [...guide.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, rows]) => rows);
  const [dedup, contamination] = [...guide.matchAll(/```\n\$ .*\n([\s\S]*?)```/g)].map(([, printed]) => printed);
  const [path, against] = [file('texts.jsonl', texts), file('quiz.jsonl', quiz)];
  expect((await assay('dedup', path, '--threshold', '0.8')).stdout).toBe(dedup);
  const { stdout } = await assay('contamination', path, '--against', against);
  expect(stdout.replace(against, 'quiz.jsonl')).toBe(contamination);
});

const ROW = { id: 'a', text: 'b' };

it.each([
  ['no JSON', ['dedup', file('f.jsonl', ROW, '', '{')], 'ASY-7001', ':3: not JSON'],
  ['no text', ['dedup', file('f.jsonl', ROW, { id: 'b' })], 'ASY-7001', ':2: text: '],
  ['no object', ['dedup', file('f.jsonl', '3')], 'ASY-7001', ':1: row: '],
  [
    'an id twice',
    ['dedup', file('f.jsonl', { id: 1, text: '' }, { id: '1', text: '' })],
    'ASY-7001',
    ':2: id 1 is on line 1 too',
  ],
  [
    'a row that is too long',
    ['dedup', file('f.jsonl', ROW, { id: 'b', text: 'x'.repeat(LIMITS.rowBytes) })],
    'ASY-7001',
    ':2: row longer',
  ],
  ['an empty file', ['dedup', file('f.jsonl')], 'ASY-7002', 'it has no row'],
  ['no file', ['dedup', join(scratch(), 'none')], 'ASY-7002', 'ENOENT'],
  ['a threshold of 0', ['dedup', file('f.jsonl', ROW), '--threshold', '0'], 'ASY-9005', 'above 0'],
  ['a threshold above 1', ['dedup', file('f.jsonl', ROW), '--threshold', '80'], 'ASY-9005', 'at most 1'],
  ['half a band', ['dedup', file('f.jsonl', ROW), '--bands', '1.5'], 'ASY-9005', 'a whole number'],
  ['no benchmark named', ['contamination', file('f.jsonl', ROW)], 'ASY-9005', '--against'],
  [
    'a benchmark of another shape',
    ['contamination', file('f.jsonl', ROW), '--against', file('b.jsonl', { answer: 3 })],
    'ASY-7050',
    ':1: no text in any of',
  ],
  [
    'a field that is not there',
    ['contamination', file('f.jsonl', ROW), '--against', file('b.jsonl', ROW), '--field', 'q'],
    'ASY-7050',
    ':1: q is no text',
  ],
])('refuses %s', async (_, args, error, message) => {
  const { code, stdout } = await assay(...args, '--json');
  expect(code).toBe(error === 'ASY-9005' ? 2 : 1);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: error, message: expect.stringContaining(message) as string },
  });
});

it('holds no more rows than it may', async () => {
  const rows = readJsonLines(file('f.jsonl', ROW, ROW, ROW), 2);
  await expect(Array.fromAsync(rows)).rejects.toMatchObject({ code: 'ASY-7051', details: { limit: 2 } });
});
