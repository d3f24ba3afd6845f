import { describe, expect, it } from 'vitest';
import { exportAnnotations } from '../../../activities/interchange/export.ts';
import { agreementDocument } from '../../../models/statistics.ts';
import { Annotation } from '../../../schemas/annotation.ts';
import { ingestDrop, jsonl } from '../../support/ingest-drop.ts';
import { memoryFolder } from '../../support/memory-folder.ts';

const rating = (annotator: string, quality: number, response = 0) => ({
  task: 'rating',
  annotator,
  value: { response, aspects: { quality, '=cmd|x': -1 } },
});
const rows = [
  {
    id: '1',
    prompt: '=HYPERLINK("http://x")',
    responses: [{ text: 'a' }, { text: 'b' }],
    annotations: [
      rating('anna', 4),
      rating('ben', 5),
      rating('ben', 2, 1),
      { task: 'pairwise', annotator: 'anna', value: { preferred: 'a' } },
    ],
  },
  {
    id: '2',
    prompt: '<script>alert(1)</script>',
    responses: [{ text: 'c' }, { text: 'd' }],
    annotations: [
      rating('anna', 1),
      rating('ben', 1),
      { task: 'critique', annotator: 'ben', value: { text: '@SUM(A1)\n"quoted"' } },
      { task: 'safety', source: { kind: 'judge', id: 'strict' }, value: { tags: ['hate'], severity: 2 } },
    ],
  },
  { id: '3', prompt: 'p', responses: [{ text: 'e' }] },
];
const ingested = () => ingestDrop({ 'rows.jsonl': jsonl(...rows) }, { format: 'assay', name: 'said' });

/** The text of every file, and the summary. */
const written = async (format: string, more: object = {}) => {
  const stores = await ingested();
  const out = memoryFolder();
  const summary = await exportAnnotations(stores, { drop: 'said', format, ...more }, out);
  return { ...stores, out, summary };
};

describe('CSV', () => {
  it('has a file of votes for each task and aspect that agreement is computed from', async () => {
    const { out, summary } = await written('csv');
    expect(summary).toEqual({ drop: 'said', format: 'csv', items: 3, annotations: 8, leftOut: {} });
    expect(out.paths()).toEqual([
      'annotations.csv',
      'votes/pairwise.csv',
      'votes/rating-cmd-x.csv',
      'votes/rating-quality.csv',
      'votes/safety-severity-machines.csv',
    ]);
    const report = agreementDocument(out.text('votes/rating-quality.csv'), 'rating-quality.csv', 'interval');
    expect(report).toMatchObject({ annotators: 2, ratings: 5 });
    // Response 1 was rated by one person: it is no item of agreement.
    expect(report.alpha).toBeCloseTo(0.9, 1);
  });

  it('writes formulas as text and numbers as numbers', async () => {
    const { out } = await written('csv');
    const csv = out.text('annotations.csv');
    expect(csv).not.toMatch(/(^|,)"?[=+@\t\r]/m);
    expect(csv).not.toMatch(/(^|,)"?-(?!\d)/m);
    expect(out.text('votes/rating-cmd-x.csv')).toMatch(/,-1\n/);
  });
});

describe('Label Studio', () => {
  it('shows texts as text, in the tasks and in the interface', async () => {
    const { out } = await written('label-studio');
    expect(out.paths()).toEqual(['config.xml', 'tasks.json']);
    const tasks = JSON.parse(out.text('tasks.json')) as { id: number; data: Record<string, string> }[];
    expect(new Map(tasks.map(({ id, data }) => [id, data['prompt']]))).toEqual(
      new Map(rows.map(({ id, prompt }) => [Number(id), prompt])),
    );
    const xml = out.text('config.xml');
    expect(xml).not.toContain('script');
    expect(xml).toContain('<Pairwise name="pairwise" toName="response1,response2"/>');
    expect(xml).toContain('maxRating="5"');
    // An item of one response has every field that the form shows.
    for (const { data } of tasks) expect(Object.keys(data)).toEqual(expect.arrayContaining(['response1', 'response2']));
  });

  it('says nothing of other tasks where one is asked for', async () => {
    const { out, summary } = await written('label-studio', { task: 'pairwise' });
    expect(summary).toMatchObject({ items: 3, annotations: 1 });
    expect(out.text('config.xml')).not.toContain('Rating');
  });
});

it('a person’s later round replaces what they said before; other people’s votes stay', async () => {
  const { objects, tables, annotations } = await ingested();
  const before = annotations.find(({ task, value }) => task === 'rating' && value.aspects['quality'] === 4);
  if (before?.task !== 'rating') throw new Error('not ingested');
  const vote = (round: number, quality: number): Annotation => ({
    ...before,
    id: `an_${String(round).padStart(32, '0')}`,
    value: { ...before.value, aspects: { quality } },
  });
  for (const [round, quality] of [
    [1, 2],
    [2, 3],
  ] as const)
    await tables.commit('annotations', `said-r${round}`, [
      await tables.writeShard('annotations', Annotation, [vote(round, quality)]),
    ]);
  const out = memoryFolder();
  const { annotations: n } = await exportAnnotations({ objects, tables }, { drop: 'said', format: 'csv' }, out);
  expect(n).toBe(8);
  const own = out
    .text('votes/rating-quality.csv')
    .split('\n')
    .filter((row) => row.startsWith(`${before.item},${before.source.id}`));
  expect(own).toEqual([`${before.item},${before.source.id},3`]);
});

it('S071: as of a time, what somebody said later is not there, and what it took back is', async () => {
  const { objects, tables, annotations } = await ingested();
  const before = annotations.find(({ task, value }) => task === 'rating' && value.aspects['quality'] === 4);
  if (before?.task !== 'rating') throw new Error('not ingested');
  const [first, second] = [Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 1)];
  for (const [round, at, quality] of [
    [1, first, 2],
    [2, second, 3],
  ] as const) {
    const id = `an_${String(round).padStart(32, '0')}`;
    const later = { ...before, id, at, value: { ...before.value, aspects: { quality } } };
    const shard = await tables.writeShard('annotations', Annotation, [later]);
    await tables.commit('annotations', `said-r${round}`, [shard]);
  }
  const saidAt = async (asOf: number) => {
    const out = memoryFolder();
    await exportAnnotations({ objects, tables }, { drop: 'said', format: 'csv', asOf }, out);
    const rows = out.text('votes/rating-quality.csv').split('\n');
    return rows.filter((row) => row.startsWith(`${before.item},${before.source.id}`)).map((row) => row.split(',')[2]);
  };
  expect(await saidAt(first - 1)).toEqual(['4']);
  expect(await saidAt(first)).toEqual(['2']);
  expect(await saidAt(second - 1)).toEqual(['2']);
  expect(await saidAt(second)).toEqual(['3']);
});

it('an unknown drop and an unknown form are refused before anything is written', async () => {
  const stores = await ingested();
  const out = memoryFolder();
  await expect(exportAnnotations(stores, { drop: 'none', format: 'csv' }, out)).rejects.toMatchObject({
    code: 'ASY-1001',
  });
  await expect(exportAnnotations(stores, { drop: 'said', format: '__proto__' }, out)).rejects.toMatchObject({
    code: 'ASY-6005',
  });
  expect(out.paths()).toEqual([]);
});
