/** The product as its users drive it: real Temporal, real S3, real worker, through the command line and the bucket. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../cli/paths.ts';
import { keys } from '../../schemas/keys.ts';
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

type Document = Record<string, unknown> & {
  labels: { task: string; n: number; alpha: number | null }[];
  models: { metrics: Record<string, number> }[];
  datasets: { name: string; version: string; rows: number }[];
};
const push = async (...args: string[]) => {
  const { code, json, stderr } = await stack.assay('drop', 'push', ...args, '--wait');
  return { code, document: json as Document, stderr };
};
const jsonl = (name: string, rows: readonly unknown[]): string => {
  const file = join(scratch, name);
  writeFileSync(file, `${rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n')}\n`);
  return file;
};
/** Pairs with a preference that text features can learn: good answers say "because". */
const pairs = (n: number, tag = '') =>
  Array.from({ length: n }, (_, i) => ({
    prompt: `Why is number ${i} ${tag} of interest?`,
    chosen: `Number ${i} is of interest because it is ${i % 7} more than ${i - (i % 7)}, as one can see.`,
    rejected: `No idea about ${i}, whatever you say.`,
  }));

describe('text', () => {
  it('goes from a pushed drop to a dataset with exports, card and lineage', async () => {
    const { code, document, stderr } = await push(join(root, 'examples/pairs'), '--name', 'pairs');
    expect(stderr).not.toContain('ASY-');
    expect(code).toBe(0);
    expect(document).toMatchObject({
      status: 'completed',
      drop: 'pairs',
      items: 399,
      annotations: 659,
      rowsIn: 399,
      quarantined: 0,
    });
    expect(document.labels).toEqual([expect.objectContaining({ task: 'pairwise', n: 399 })]);
    expect(document.labels[0]?.alpha).toBeGreaterThan(0.3);
    const [model] = document.models;
    expect(model?.metrics).toMatchObject({
      accuracy: expect.any(Number),
      accuracyCi: [expect.any(Number), expect.any(Number)],
      lengthOnlyAccuracy: expect.any(Number),
      n: expect.any(Number),
      ece: expect.any(Number),
      nll: expect.any(Number),
    });

    const shown = (await stack.assay('dataset', 'show', 'pairs')).json as {
      rows: number;
      funnel: { step: string; in: number; out: number; reasons: Record<string, number> }[];
    };
    expect(shown.rows).toBe(document.datasets[0]?.rows);
    expect(shown.funnel.at(0)?.step).toBe('items');
    expect(shown.funnel.at(-1)?.step).toBe('rows');
    for (const step of shown.funnel) {
      expect(step.in - step.out).toBe(Object.values(step.reasons).reduce((a, b) => a + b, 0));
    }

    for (const [format, columns] of [
      ['trl-preference', ['chosen', 'prompt', 'rejected']],
      ['trl-sft', ['completion', 'prompt']],
      ['trl-kto', ['completion', 'label', 'prompt']],
      ['trl-reward', ['chosen', 'rejected']],
      ['trl-grpo', ['aspects', 'prompt', 'reward', 'solution']],
      ['openrlhf-rm', ['chosen', 'margin', 'rejected']],
    ] as const) {
      const out = join(scratch, format);
      const exported = (await stack.assay('dataset', 'export', 'pairs', '--format', format, '--out', out)).json as {
        files: string[];
        rows: number;
      };
      expect(exported.rows).toBeGreaterThan(0);
      const lines = exported.files
        .filter((file) => file.endsWith('.jsonl'))
        .flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'));
      expect(lines).toHaveLength(exported.rows);
      for (const line of lines) expect(Object.keys(JSON.parse(line) as object).sort()).toEqual(columns);
    }
    expect((await stack.assay('dataset', 'verify', 'pairs')).json).toMatchObject({ ok: true, mismatched: [] });
    const explained = (await stack.assay('dataset', 'explain', 'pairs', 'llmbar-1')).json as Record<string, unknown>;
    expect(explained).toMatchObject({
      source: { drop: 'pairs', file: 'pairs.jsonl', row: 1 },
      decisions: expect.any(Array),
    });
  });

  it('takes the same drop twice as one, and refuses other content under its name', async () => {
    const file = jsonl('twice.jsonl', pairs(20));
    const first = await push(file, '--name', 'twice');
    const second = await push(file, '--name', 'twice');
    expect(second.document).toEqual(first.document);
    const other = await push(jsonl('twice.jsonl', pairs(21)), '--name', 'twice');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('ASY-1010');
  });

  it('quarantines bad rows with code, file and line, and loses none', async () => {
    const file = jsonl('bad.jsonl', [
      ...pairs(12),
      '{"prompt": "broken',
      { prompt: 'no answers' },
      { prompt: 1, chosen: 'a', rejected: 'b' },
      { prompt: 'same', chosen: 'a', rejected: 'a' },
    ]);
    const { document } = await push(file, '--name', 'bad', '--format', 'trl-preference');
    expect(document).toMatchObject({ rowsIn: 16, items: 12, quarantined: 4 });
    const { rows } = (await stack.assay('drop', 'quarantine', 'bad')).json as {
      rows: { file: string; row: number; code: string }[];
    };
    expect(rows.map(({ file: name, row, code }) => [name, row, code])).toEqual([
      ['bad.jsonl', 13, 'ASY-2001'],
      ['bad.jsonl', 14, 'ASY-2003'],
      ['bad.jsonl', 15, 'ASY-2002'],
      ['bad.jsonl', 16, 'ASY-2007'],
    ]);
  });
});

describe('image and video', () => {
  it('reads ratings and regions of images, trains a head on natural-scene statistics', async () => {
    const { document } = await push(join(root, 'examples/images'), '--name', 'images');
    expect(document).toMatchObject({ status: 'completed', items: 32, quarantined: 0 });
    expect(document.labels.map((l) => l.task)).toEqual(expect.arrayContaining(['rating', 'regions']));
    expect(document.models).toHaveLength(1);
  });

  it('scores a video by segments with an image head', async () => {
    const { document } = await push(join(root, 'examples/clips'), '--name', 'clips');
    expect(document).toMatchObject({ status: 'completed', items: 36, quarantined: 0 });
    const scores = await stack.services.tables.find('scores', 'clips');
    expect(scores?.rows).toBe(36);
    for await (const row of stack.services.tables.query<{ n: number }>(
      'SELECT DISTINCT len(segments) AS n FROM {scores}',
      { scores: scores as NonNullable<typeof scores> },
    )) {
      expect(Number(row.n)).toBe(4);
    }
  });
});

describe('triggers', () => {
  it('a drop.json written to the bucket starts the run; files without it start none', async () => {
    const { objects, runs } = stack.services;
    const rows = pairs(15).map((row) => JSON.stringify(row));
    await objects.put(keys.dropFile('half', 'rows.jsonl'), rows.join('\n'));
    await objects.put(keys.dropFile('whole', 'rows.jsonl'), rows.join('\n'));
    await objects.put(
      keys.dropManifest('whole'),
      JSON.stringify({
        name: 'whole',
        modality: 'text',
        format: 'trl-preference',
        license: 'CC0-1.0',
        purpose: ['test'],
      }),
    );
    const known = await runs();
    while (!(await known.exists('whole'))) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await known.result('whole')).status).toBe('completed');
    expect(await known.exists('half')).toBe(false);
  });

  it('a drop that cannot be read fails with its code', async () => {
    const folder = join(scratch, 'unknown');
    mkdirSync(folder);
    writeFileSync(join(folder, 'rows.jsonl'), '{}\n');
    const { code, stderr } = await push(folder, '--name', 'unknown', '--format', 'nonsense');
    expect(code).toBe(1);
    expect(stderr).toContain('ASY-1005');
  });
});

describe('people', () => {
  it('recorded annotators vote through claim and submit, a reviewer approves', async () => {
    const file = jsonl(
      'asked.jsonl',
      pairs(30, 'asked').map((row, i) => ({
        id: `q${i}`,
        prompt: row.prompt,
        responses: [{ text: row.chosen }, { text: row.rejected }],
      })),
    );
    const pipeline = join(scratch, 'asked.yaml');
    writeFileSync(pipeline, 'approval: required\nannotate:\n  tasks: [pairwise]\n  redundancy: 2\n  batchSize: 12\n');
    const started = await stack.assay(
      'drop',
      'push',
      file,
      '--name',
      'asked',
      '--format',
      'assay',
      '--pipeline',
      pipeline,
    );
    expect(started.code).toBe(0);
    const votes = jsonl(
      'votes.jsonl',
      ['ann', 'ben', 'cho'].flatMap((annotator, person) =>
        Array.from({ length: 30 }, (_, i) => ({
          item: `q${i}`,
          annotator,
          task: 'pairwise',
          value: { preferred: (i + person) % 9 === 0 ? 'b' : 'a' },
        })),
      ),
    );
    const stage = async () => ((await stack.assay('run', 'show', 'asked')).json as { stage: string }).stage;
    while ((await stage()) !== 'annotate') await new Promise((resolve) => setImmediate(resolve));
    const batches = async () =>
      ((await stack.assay('batch', 'ls', '--run', 'asked')).json as { batches: unknown[] }).batches;
    while ((await batches()).length < 3) await new Promise((resolve) => setImmediate(resolve));
    const replayed = (await stack.assay('batch', 'replay', 'asked', '--from', votes)).json;
    expect(replayed).toMatchObject({ submitted: 60, unused: 30 });
    while ((await stage()) !== 'approval') await new Promise((resolve) => setImmediate(resolve));
    expect((await stack.assay('dataset', 'show', 'asked')).code).toBe(1);
    expect((await stack.assay('run', 'approve', 'asked', '--by', 'reviewer')).code).toBe(0);
    const done = (await stack.assay('run', 'show', 'asked', '--watch')).json as Document;
    expect(done).toMatchObject({ status: 'completed', annotations: 60 });
    expect(done.labels[0]?.alpha).not.toBeNull();
  });
});
