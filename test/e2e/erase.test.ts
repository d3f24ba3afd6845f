/** Erasure on the real servers: what is left of a person in every file of a stack's home. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../schemas/keys.ts';
import { readable } from '../support/erasing.ts';
import { scratch } from '../support/scratch.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

const PERSON = 'maria.k@example.org';
const SECRET = 'a blue heron on my balcony';
const folder = scratch();
let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.stop());

/** A hundred pairs of twenty people; five are Maria's, and one that cannot be read names her. */
const rows = (extra: readonly string[] = []): string => {
  const pairs = Array.from({ length: 100 }, (_, i) => {
    const own = i % 20 === 7;
    return JSON.stringify({
      id: `row-${i}`,
      prompt: `${own ? `I saw ${SECRET}, ` : ''}why is number ${i} of interest?`,
      chosen: `Number ${i} is of interest because it is ${i % 7} more than ${i - (i % 7)}, as one can see.`,
      rejected: `No idea about ${i}, whatever you say.`,
      person: own ? PERSON : `person-${i % 20}`,
    });
  });
  return `${[...pairs, ...extra].join('\n')}\n`;
};
const push = async (name: string, text: string) => {
  const file = join(folder, `${name}.jsonl`);
  writeFileSync(file, text);
  const args = ['--name', name, '--format', 'trl-preference', '--subject-column', 'person', '--wait'];
  const { code, json, stderr } = await stack.assay('drop', 'push', file, ...args);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('ASY-')]);
  return json as { datasets: { version: string; rows: number }[]; models: { version: string }[]; quarantined: number };
};
const show = async (...args: string[]) => stack.assay('dataset', 'show', 'diary', ...args);

/** Files of the stack that hold a word: every object version, caches, Temporal's database, logs. */
const filesWith = async (word: string): Promise<string[]> => {
  const found: string[] = [];
  for (const entry of readdirSync(stack.home, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readable(readFileSync(file))).includes(word))
      found.push(file.slice(stack.home.length + 1));
  }
  return found;
};

describe('assay erase', () => {
  let before: Awaited<ReturnType<typeof push>>;
  let report: {
    id: string;
    proof: string;
    reached: Record<string, number>;
    datasets: { name: string; withdrawn: string; version: string }[];
    models: { withdrawn: string; version: string | null }[];
  };

  it('takes a person out of the bucket, the cache and Temporal', async () => {
    before = await push('diary', rows([`{"id": "broken", "person": "${PERSON}", "prompt": "${SECRET}`]));
    expect(before.quarantined).toBe(1);
    expect(await filesWith(SECRET)).not.toEqual([]);
    const { code, json, stderr } = await stack.assay('erase', '--subject', PERSON);
    expect([code, stderr]).toEqual([0, '']);
    report = json as typeof report;
    expect(report.reached).toMatchObject({ rows: 6, items: 5, annotations: 5, quarantine: 1, datasets: 1, models: 1 });
    expect(await filesWith(PERSON)).toEqual([]);
    expect(await filesWith(SECRET)).toEqual([]);
  });

  it('issues the dataset and the head without them, and withdraws the old ones', async () => {
    const shown = (await show()).json as { version: string; rows: number };
    expect(report.datasets).toEqual([
      { name: 'diary', withdrawn: before.datasets[0]?.version, version: shown.version },
    ]);
    expect(shown.rows).toBe((before.datasets[0]?.rows ?? 0) - 5);
    const old = await show('--version', before.datasets[0]?.version ?? '');
    expect(old.code).toBe(1);
    expect(old.stderr).toContain('ASY-6404');
    expect(old.stderr).toContain(shown.version);
    expect((await stack.assay('dataset', 'verify', 'diary')).json).toMatchObject({ ok: true });
    expect(report.models).toEqual([
      expect.objectContaining({ withdrawn: before.models[0]?.version, version: expect.any(String) }),
    ]);
    const serving = (await stack.assay('model', 'show', 'diary')).json as { version: string; promoted: boolean };
    expect(serving).toMatchObject({ version: report.models[0]?.version, promoted: true });
  });

  it('names every place in a proof that can be checked, and in the log of decisions', async () => {
    const { objects } = stack.services;
    const proof = JSON.parse((await objects.get(report.proof)).toString('utf8')) as {
      places: { key: string; after: string | null }[];
    };
    const removed = proof.places.filter(({ after }) => after === null).map(({ key }) => key);
    expect(proof.places).toContainEqual(
      expect.objectContaining({ key: keys.dropFile('diary', 'diary.jsonl'), after: expect.any(String) }),
    );
    for (const part of ['datasets/diary/', 'models/diary/', 'tables/items/', 'tables/features/', 'encoded/'])
      expect(removed.some((key) => key.startsWith(part))).toBe(true);
    expect((await stack.assay('erase', '--check', report.id)).json).toMatchObject({ ok: true, mismatched: [] });
    const { entries } = (await stack.assay('audit', 'ls')).json as { entries: { action: string; target: object }[] };
    expect(entries.at(-1)).toMatchObject({ action: 'erase', target: { erasure: report.id } });
  });

  it('refuses the rows under another name, and the person a second time', async () => {
    const again = await push('again', rows());
    expect(again.quarantined).toBe(5);
    const { rows: quarantined } = (await stack.assay('drop', 'quarantine', 'again')).json as {
      rows: { row: number; code: string }[];
    };
    expect(quarantined.map(({ row, code }) => [row, code])).toEqual(
      [8, 28, 48, 68, 88].map((row) => [row, 'ASY-6403']),
    );
    // Their rows are in the file that was pushed, and in nothing else: erasing takes them out of that too.
    const second = await stack.assay('erase', '--subject', PERSON);
    expect(second.code).toBe(0);
    expect(await filesWith(PERSON)).toEqual([]);
    const third = await stack.assay('erase', '--subject', PERSON);
    expect([third.code, third.stderr]).toEqual([1, expect.stringContaining('ASY-6401')]);
  });
});
