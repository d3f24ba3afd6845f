import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { columnsOf } from '../../../activities/adapters/columns.ts';
import { createTableStore } from '../../../activities/adapters/tables.ts';
import { Annotation, TASKS } from '../../../schemas/annotation.ts';
import { DatasetRow, Decision } from '../../../schemas/dataset.ts';
import { Item } from '../../../schemas/item.ts';
import { Label } from '../../../schemas/label.ts';
import { Bytes } from '../../../schemas/primitives.ts';
import { QuarantineRow } from '../../../schemas/quarantine.ts';
import { FeatureRow, Score } from '../../../schemas/score.ts';
import type { Shard } from '../../../schemas/table.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { rowsFor } from '../../support/rows.ts';

const tempDir = mkdtempSync(join(tmpdir(), 'assay-tables-'));
afterAll(() => rmSync(tempDir, { recursive: true, force: true }));
const open = () => {
  const objects = createMemoryObjects();
  return { objects, tables: createTableStore({ objects, tempDir }) };
};

describe('round trip', () => {
  const schemas: [string, z.ZodType][] = Object.entries({
    Item,
    Annotation,
    Label,
    Score,
    FeatureRow,
    DatasetRow,
    Decision,
    QuarantineRow,
  });
  it('of a shard older than a column has null in it', async () => {
    const { tables } = open();
    const old = z.object({ id: z.string() });
    const shard = await tables.writeShard('items', old, [{ id: 'a' }]);
    const now = z.object({
      id: z.string(),
      translatedFrom: z.string().nullable(),
      parts: z.array(z.string()).nullable(),
    });
    expect(await Array.fromAsync(tables.readShard(shard, now))).toEqual([
      { id: 'a', translatedFrom: null, parts: null },
    ]);
  });

  it.each(schemas)('%s comes back as zod would output it', async (_name, schema) => {
    const { tables } = open();
    await fc.assert(
      fc.asyncProperty(fc.array(rowsFor(schema), { maxLength: 12 }), async (rows) => {
        const parsed = rows.map((row) => schema.parse(row));
        const shard = await tables.writeShard('items', schema, parsed);
        expect(shard.rows).toBe(rows.length);
        expect(await Array.fromAsync(tables.readShard(shard, schema))).toEqual(parsed);
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('keeps odd numbers, text and keys', async () => {
    const Odd = z.object({
      text: z.string(),
      int: z.int(),
      real: z.number(),
      map: z.record(z.string(), z.number()),
      maybe: z.string().optional(),
      bytes: z.base64(),
    });
    const { tables } = open();
    const rows: z.infer<typeof Odd>[] = [
      { text: 'nul \u0000 😀 \u2028', int: Number.MAX_SAFE_INTEGER, real: 5e-324, map: { 'a"\\\n': 1 }, bytes: '' },
      { text: '', int: Number.MIN_SAFE_INTEGER, real: 1.7976931348623157e308, map: {}, maybe: '', bytes: 'AP8K' },
      { text: '{"a":1}', int: 0, real: 1e21, map: JSON.parse('{"__proto__": 1}'), maybe: 'null', bytes: '////' },
    ];
    const shard = await tables.writeShard('items', Odd, rows);
    const read = await Array.fromAsync(tables.readShard(shard, Odd));
    expect(read).toEqual(rows);
    expect(read.map((row) => 'maybe' in row)).toEqual([false, true, true]);
    expect(Object.keys(read[2]?.map ?? {})).toEqual(['__proto__']);
  });

  it('replaces a broken surrogate, and only that', async () => {
    const Text = z.object({ text: z.string(), list: z.array(z.string()), open: z.unknown() });
    const { tables } = open();
    const rows = [{ text: 'a\ud800b😀', list: ['\udc00', 'literal \\ud800'], open: { '\ud83d': '\\ud800' } }];
    const shard = await tables.writeShard('items', Text, rows);
    expect(await Array.fromAsync(tables.readShard(shard, Text))).toEqual([
      { text: 'a\ufffdb😀', list: ['\ufffd', 'literal \\ud800'], open: { '\ufffd': '\\ud800' } },
    ]);
  });

  it('reads only the columns of the schema given', async () => {
    const Wide = z.object({ id: z.string(), heavy: z.string() });
    const { tables } = open();
    const shard = await tables.writeShard('items', Wide, [{ id: 'a', heavy: 'x' }]);
    expect(await Array.fromAsync(tables.readShard(shard, Wide.pick({ id: true })))).toEqual([{ id: 'a' }]);
  });

  it('keeps bytes as they are, in a shard and in a query: none, few, many, more than a chunk of rows', async () => {
    const Blob = z.object({ n: z.int(), bytes: Bytes.nullable(), text: z.base64(), maybe: Bytes.optional() });
    const { tables } = open();
    const of = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7) % 256);
    const rows = Array.from({ length: 5000 }, (_, n) => ({
      n,
      bytes: n % 3 === 0 ? null : of(n === 7 ? 200_000 : n % 40),
      text: 'AP8K',
      ...(n % 2 === 0 ? {} : { maybe: of(13) }),
    }));
    const shard = await tables.writeShard('items', Blob, rows);
    const read = await Array.fromAsync(tables.readShard(shard, Blob));
    expect(read).toEqual(rows);
    expect(read.map((row) => 'maybe' in row)).toEqual(rows.map((row) => 'maybe' in row));
    const sql = 'SELECT n, bytes, {x: n} AS x FROM {blob} WHERE n IN (6, 7) ORDER BY n';
    expect(await Array.fromAsync(tables.query(sql, { blob: [shard] }))).toEqual([
      { n: 6, bytes: null, x: { x: 6 } },
      { n: 7, bytes: of(200_000), x: { x: 7 } },
    ]);
  });

  it('refuses a value that its column cannot hold', async () => {
    const Int = z.object({ n: z.int() });
    const { tables } = open();
    const rows = [{ n: 1 }, { n: 'many' as unknown as number }];
    await expect(tables.writeShard('items', Int, rows)).rejects.toThrow('many');
  });

  it('holds rows longer than the reader’s usual buffer, in order, from an async source', async () => {
    const Long = z.object({ n: z.int(), text: z.string() });
    const { tables } = open();
    async function* rows() {
      for (let n = 0; n < 5000; n++) yield { n, text: n % 1000 === 7 ? 'é'.repeat(1_200_000) : '' };
    }
    const shard = await tables.writeShard('items', Long, rows());
    const read = await Array.fromAsync(tables.readShard(shard, Long));
    expect(read.map(({ n }) => n)).toEqual(Array.from({ length: 5000 }, (_, n) => n));
    expect(read[1007]?.text).toHaveLength(1_200_000);
  });
});

describe('columns', () => {
  it('come from the schema once', () => {
    const of = (schema: z.ZodType) => Object.fromEntries(columnsOf(schema).map(({ name, type }) => [name, type]));
    expect(of(Annotation)).toMatchObject({ task: 'VARCHAR', value: 'JSON', seconds: 'DOUBLE' });
    expect(of(FeatureRow)).toMatchObject({ vector: 'BLOB', dims: 'BIGINT', at: 'DOUBLE' });
    expect(of(Score)['segments']).toBe('STRUCT("at" DOUBLE, "value" DOUBLE)[]');
    expect(of(z.object({ a: z.boolean().default(true), b: z.tuple([z.string()]), c: z.object({}) }))).toEqual({
      a: 'BOOLEAN',
      b: 'JSON',
      c: 'JSON',
    });
    expect(() => columnsOf(z.string())).toThrow(TypeError);
    expect(() => columnsOf(z.object({ list: z.array(Bytes) }))).toThrow('a column of their own');
  });
});

describe('shards', () => {
  const Row = z.object({ n: z.int(), text: z.string() });
  const rows = Array.from({ length: 3000 }, (_, n) => ({ n, text: `row ${n % 70}` }));

  it('of equal rows have equal bytes, also in another process', async () => {
    const first = await open().tables.writeShard('items', Row, rows);
    expect(await open().tables.writeShard('items', Row, rows)).toEqual(first);
    const root = pathToFileURL(fileURLToPath(new URL('../../../', import.meta.url))).href;
    const script = `
      import { createTableStore } from '${root}activities/adapters/tables.ts';
      import { createMemoryObjects } from '${root}test/support/memory-objects.ts';
      import { z } from 'zod';
      const tables = createTableStore({ objects: createMemoryObjects(), tempDir: ${JSON.stringify(tempDir)} });
      const rows = Array.from({ length: 3000 }, (_, n) => ({ n, text: 'row ' + (n % 70) }));
      const shard = await tables.writeShard('items', z.object({ n: z.int(), text: z.string() }), rows);
      process.stdout.write(JSON.stringify(shard));`;
    const cwd = fileURLToPath(new URL('../../../', import.meta.url));
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual(first);
  });

  it('leave no temporary file, also when a row source throws', async () => {
    const { tables } = open();
    function* broken() {
      yield { n: 1, text: '' };
      throw new Error('source broke');
    }
    await expect(tables.writeShard('items', Row, broken())).rejects.toThrow('source broke');
    await tables.writeShard('items', Row, rows);
    expect(readdirSync(tempDir).filter((name) => /ndjson|parquet/.test(name))).toEqual([]);
  });

  it('whose bytes changed are refused with ASY-3003', async () => {
    const { objects, tables } = open();
    const shard = await tables.writeShard('items', Row, rows);
    const body = Buffer.from(await objects.get(shard.key));
    body.writeUInt8(body.readUInt8(40) ^ 1, 40);
    await objects.put(shard.key, body);
    await expect(Array.fromAsync(tables.readShard(shard, Row))).rejects.toMatchObject({ code: 'ASY-3003' });
  });
});

describe('commits', () => {
  const Row = z.object({ n: z.int() });
  const shardOf = (tables: ReturnType<typeof open>['tables'], n: number): Promise<Shard> =>
    tables.writeShard('items', Row, [{ n }]);

  it('race without loss: 20 writers, 20 dense versions', async () => {
    const { objects, tables } = open();
    const other = createTableStore({ objects, tempDir });
    const refs = await Promise.all(
      Array.from({ length: 20 }, async (_, n) =>
        (n % 2 === 0 ? tables : other).commit('items', `p${String(n).padStart(2, '0')}`, [await shardOf(tables, n)]),
      ),
    );
    expect(refs.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    for (const [n, ref] of refs.entries()) {
      expect(await other.find('items', ref.partition)).toMatchObject({ digest: ref.digest, rows: 1 });
      expect(await Array.fromAsync(other.read(ref, Row))).toEqual([{ n }]);
    }
  });

  it('of equal shards change nothing; of others replace the partition and leave old refs readable', async () => {
    const { objects, tables } = open();
    const first = await tables.commit('items', 'a', [await shardOf(tables, 1)]);
    const keys = [...objects.entries.keys()];
    expect(await tables.commit('items', 'a', [await shardOf(tables, 1)])).toEqual(first);
    expect([...objects.entries.keys()]).toEqual(keys);
    const second = await tables.commit('items', 'a', [await shardOf(tables, 2), await shardOf(tables, 3)]);
    expect(second).toMatchObject({ version: 2, rows: 2, shards: 2 });
    expect(await Array.fromAsync(tables.read(first, Row))).toEqual([{ n: 1 }]);
    expect(await Array.fromAsync(tables.read(second, Row))).toEqual([{ n: 2 }, { n: 3 }]);
    expect(await tables.find('items', 'b')).toBeNull();
    expect(await tables.find('labels', 'a')).toBeNull();
  });

  it('refuse a ref that names another content', async () => {
    const { tables } = open();
    const ref = await tables.commit('items', 'a', [await shardOf(tables, 1)]);
    await expect(tables.shards({ ...ref, digest: '0'.repeat(64) })).rejects.toMatchObject({ code: 'ASY-3003' });
    await expect(tables.shards({ ...ref, partition: 'z' })).rejects.toMatchObject({ code: 'ASY-3002' });
  });
});

describe('query', () => {
  it('reads shards of before and after a column came together: the old ones have null in it', async () => {
    const { tables } = open();
    const before = await tables.writeShard('items', z.object({ id: z.string() }), [{ id: 'a' }]);
    const after = await tables.writeShard('items', z.object({ ruling: z.boolean(), id: z.string() }), [
      { id: 'b', ruling: true },
    ]);
    for (const shards of [
      [before, after],
      [after, before],
    ])
      expect(
        await Array.fromAsync(tables.query('SELECT id, ruling FROM {items} ORDER BY id', { items: shards })),
      ).toEqual([
        { id: 'a', ruling: null },
        { id: 'b', ruling: true },
      ]);
  });

  const Row = z.object({ n: z.int(), task: z.enum(TASKS), tags: z.record(z.string(), z.number()) });

  it('joins and counts over refs and shards as plain values', async () => {
    const { tables } = open();
    const many = Array.from({ length: 10 }, (_, n) => ({ n, task: 'rating' as const, tags: { x: n } }));
    const left = await tables.commit('labels', 'a', [
      await tables.writeShard('labels', Row, many.slice(0, 5)),
      await tables.writeShard('labels', Row, many.slice(5)),
    ]);
    const right = [await tables.writeShard('scores', z.object({ n: z.int() }), [{ n: 3 }, { n: 7 }])];
    const sql = 'SELECT l.n, l.tags, l.task FROM {left} l JOIN {right} r ON l.n = r.n ORDER BY l.n DESC';
    expect(await Array.fromAsync(tables.query(sql, { left, right }))).toEqual([
      { n: 7, tags: { x: 7 }, task: 'rating' },
      { n: 3, tags: { x: 3 }, task: 'rating' },
    ]);
    const totals = "WITH t AS (SELECT * FROM {left}) SELECT count(*) AS c, sum(n) AS s, 'nan'::DOUBLE AS bad FROM t";
    expect(await Array.fromAsync(tables.query(totals, { left }))).toEqual([{ c: 10, s: 45, bad: null }]);
    await expect(Array.fromAsync(tables.query('SELECT 1 FROM {left}', { left: [] }))).rejects.toThrow('no shard');
  });
});
