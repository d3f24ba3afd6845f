import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TableStore } from '../../activities/ports.ts';
import { batchesOf, readRecordedVotes, replayVotes } from '../../cli/replay.ts';
import type { Task } from '../../schemas/annotation.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { TableRef } from '../../schemas/table.ts';
import type { Annotators, Runs } from '../../server/ports.ts';
import { Batch } from '../../workflows/batch/batch.ts';
import { scratch } from '../support/scratch.ts';

const file = (...lines: string[]): string => {
  const path = join(scratch(), 'votes.jsonl');
  writeFileSync(path, lines.join('\n'));
  return path;
};
const row = (item: string, annotator: string, preferred = 'a') =>
  JSON.stringify({ item, annotator, task: 'pairwise', value: { preferred } });

/** The catalogue of one drop: items x, y, z of producer's ids p-x, p-y, p-z. */
const tables: Pick<TableStore, 'find' | 'query'> = {
  find: async () =>
    ({ table: 'items', version: 1, partition: 'd', digest: 'a'.repeat(64), rows: 3, shards: 1 }) satisfies TableRef,
  async *query<T>() {
    for (const id of ['x', 'y', 'z']) yield { id, externalId: `p-${id}` } as T;
  },
};

/** Batches as the workflow keeps them, without Temporal; one that is done is gone, as in `createAnnotators`. */
const offices = (batches: Record<string, Batch>) => {
  const votes: string[] = [];
  const open = (id: string): Batch => {
    const batch = batches[id];
    if (batch === undefined || batch.done) throw new AssayError('ASY-4005', { batch: id });
    return batch;
  };
  const annotators: Pick<Annotators, 'claim' | 'submit' | 'skip' | 'state' | 'list'> = {
    claim: async (id, annotator, n, items) =>
      open(id).claim({ annotator, n, ...(items === undefined ? {} : { items }) }, 0),
    submit: async (id, annotator, given) => {
      const refs = given.map(({ item, body }) => ({ item, task: body.task, sha256: 'f'.repeat(64), category: null }));
      const batch = open(id);
      batch.checkSubmit({ annotator, votes: refs }, 1);
      batch.submit({ annotator, votes: refs }, 1);
      votes.push(...refs.map((ref) => `${annotator} ${ref.item} ${ref.task}`));
      return batch.state();
    },
    skip: async (id, annotator, item, reason) => {
      const batch = open(id);
      batch.checkSkip({ annotator, item, reason }, 1);
      batch.skip({ annotator, item, reason });
      return batch.state();
    },
    state: async (id) => {
      const batch = batches[id];
      if (batch === undefined) throw new AssayError('ASY-4005', { batch: id });
      return batch.state();
    },
    list: async () => Object.entries(batches).flatMap(([id, batch]) => (batch.done ? [] : [{ id, ...batch.state() }])),
  };
  return { annotators, votes };
};
const batchOf = (items: string[], tasks: Task[] = ['pairwise'], redundancy = 1) =>
  Batch.of({ run: 'd', batch: 0, tasks, redundancy, leaseMs: 1000 }, items);

const replay = async (
  batches: Record<string, Batch>,
  path: string,
  ids: Iterable<string> | AsyncIterable<string> = Object.keys(batches),
) => {
  const { annotators, votes } = offices(batches);
  const result = await replayVotes({
    annotators,
    tables: tables as TableStore,
    subject: (person) => `sub_${person}`,
    batches: ids,
    votes: await readRecordedVotes(path),
  });
  return { result, votes };
};

describe('readRecordedVotes', () => {
  it.each([
    ['no JSON', ['{'], 1],
    ['no annotator', ['{"item":"x","task":"pairwise","value":{"preferred":"a"}}'], 1],
    [
      'a value of another task',
      [row('x', 'p'), '{"item":"x","annotator":"p","task":"binary","value":{"preferred":"a"}}'],
      2,
    ],
    ['an unknown task', ['', '{"item":"x","annotator":"p","task":"taste","value":1}'], 2],
    ['the same answer twice', [row('x', 'p'), row('y', 'p'), row('x', 'p', 'b')], 3],
  ])('names file and line of %s', async (_what, lines, line) => {
    const path = file(...lines);
    await expect(readRecordedVotes(path)).rejects.toMatchObject({
      code: 'ASY-7001',
      message: expect.stringContaining(`${path}:${line}: `) as string,
    });
  });

  it('a file that is empty or not there has a code', async () => {
    await expect(readRecordedVotes(file('', ' '))).rejects.toMatchObject({ code: 'ASY-7002' });
    await expect(readRecordedVotes(join(scratch(), 'none'))).rejects.toMatchObject({ code: 'ASY-7002' });
  });
});

describe('replayVotes', () => {
  it('votes as each person, by id or by the producer’s id, under keyed hashes', async () => {
    const { result, votes } = await replay(
      { 'batch/d/0': batchOf(['x', 'y']), 'batch/d/1': batchOf(['z']) },
      file(
        row('x', 'ann'),
        row('p-y', 'bob'),
        JSON.stringify({ item: 'p-z', annotator: 'ann', skip: true }),
        row('z', 'bob'),
      ),
    );
    expect(result).toEqual({ submitted: 3, skipped: 1, unused: 0, annotators: 2 });
    expect(votes).toEqual(['sub_ann x pairwise', 'sub_bob y pairwise', 'sub_bob z pairwise']);
  });

  it('counts what nobody asked for, and replaying again does nothing', async () => {
    const batches = { 'batch/d/0': batchOf(['x', 'y']) };
    const path = file(row('x', 'ann'), row('x', 'bob'), row('nowhere', 'ann'));
    expect((await replay(batches, path)).result).toEqual({ submitted: 1, skipped: 0, unused: 2, annotators: 1 });
    expect((await replay(batches, path)).result).toEqual({ submitted: 0, skipped: 0, unused: 3, annotators: 0 });
  });

  it('leaves alone an item that the recording does not answer in full: claimed, it would wait for its lease to end', async () => {
    const batch = batchOf(['x', 'y'], ['pairwise', 'binary']);
    const both = JSON.stringify({ item: 'y', annotator: 'ann', task: 'binary', value: { good: true } });
    const { result } = await replay({ 'batch/d/0': batch }, file(row('x', 'ann'), row('y', 'ann'), both));
    expect(result).toEqual({ submitted: 2, skipped: 0, unused: 1, annotators: 1 });
    expect(batch.state()).toMatchObject({ votes: 1, leased: 0, open: 1 });
  });

  it('answers more items than one claim hands out', async () => {
    const items = Array.from({ length: 47 }, (_, i) => `i${i}`);
    const { result } = await replay({ 'batch/d/0': batchOf(items) }, file(...items.map((item) => row(item, 'ann'))));
    expect(result).toMatchObject({ submitted: 47, unused: 0 });
  });

  it('a batch that is not there is a fault', async () => {
    await expect(replay({}, file(row('x', 'ann')), ['batch/d/9'])).rejects.toMatchObject({ code: 'ASY-4005' });
  });
});

describe('batchesOf', () => {
  const runs = (stage: string) => ({ state: async () => ({ stage }) }) as unknown as Runs;
  const quick = { pauseMs: 1, pauses: 20 };

  it('follows a run’s window: the next batch opens when one ends', async () => {
    const all = { 'batch/d/0': batchOf(['x']), 'batch/d/1': batchOf(['y']), 'batch/d/2': batchOf(['z']) };
    const visible: Record<string, Batch> = { 'batch/d/0': all['batch/d/0'] };
    const { annotators } = offices(visible);
    const list = annotators.list.bind(annotators);
    let asked = 0;
    // Opens one more whenever nothing is left, a little later than it could be expected.
    annotators.list = async (run) => {
      const open = await list(run);
      const next = Object.entries(all).find(([id]) => !(id in visible));
      if (open.length === 0 && next !== undefined && asked++ % 3 === 2) visible[next[0]] = next[1];
      return list(run);
    };
    const result = await replayVotes({
      annotators,
      tables: tables as TableStore,
      subject: (person) => person,
      batches: batchesOf(annotators, runs('annotate'), 'd', quick),
      votes: await readRecordedVotes(file(row('x', 'ann'), row('y', 'ann'), row('z', 'ann'))),
    });
    expect(result).toMatchObject({ submitted: 3, unused: 0 });
  });

  it('ends when its batches stay open, when the run has moved on, and when there is none', async () => {
    const take = async (batches: Record<string, Batch>, stage: string) => {
      const found: string[] = [];
      for await (const id of batchesOf(offices(batches).annotators, runs(stage), 'd', quick)) found.push(id);
      return found;
    };
    expect(await take({ 'batch/d/0': batchOf(['x']) }, 'annotate')).toEqual(['batch/d/0']);
    expect(await take({}, 'annotate')).toEqual([]);
    expect(await take({ 'batch/d/0': batchOf([]) }, 'curate')).toEqual([]);
  });
});
