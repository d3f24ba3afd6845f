import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTableStore } from '../../../activities/adapters/tables.ts';
import { rewriteFile, scanFile } from '../../../activities/erasure/file.ts';
import { createPerson } from '../../../activities/erasure/person.ts';
import { spliced } from '../../../activities/erasure/splice.ts';
import { subjectHash } from '../../../models/hash.ts';
import { DropManifest, LIMITS } from '../../../schemas/drop.ts';
import { ingestDrop, tempDir } from '../../support/ingest-drop.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';

const KEY = 'a key for tests only';
const ann = createPerson(KEY, subjectHash(KEY, 'ann'));

/** A file scanned for Ann and written again; the rows that went, and the file. */
const without = async (path: string, body: string | Uint8Array, format: DropManifest['format']) => {
  const objects = createMemoryObjects();
  const manifest = DropManifest.parse({
    name: 'd',
    modality: 'text',
    format,
    license: 'MIT',
    purpose: ['t'],
    subjectColumn: 'who',
  });
  const source = { objects, tables: createTableStore({ objects, tempDir }), limits: LIMITS };
  await objects.put(`drops/d/${path}`, body);
  const file = { path, bytes: Buffer.from(body as string).length };
  const scan = await scanFile(source, manifest, file, ann, null, () => undefined);
  if (scan.emptied.length > 0) await rewriteFile(source, manifest, file, scan);
  return { ...scan, objects, source, bytes: await objects.get(`drops/d/${path}`) };
};

describe('a raw file without a person', () => {
  it('JSON lines: their line is empty, every other byte and line number stays', async () => {
    const line = (who: string, n: number) => JSON.stringify({ prompt: `p${n}`, chosen: 'a', rejected: 'b', who });
    const lines = [line('bob', 1), line('ann', 2), '', line('cat', 4), line('ann', 5)];
    const { emptied, bytes } = await without('a.jsonl', lines.join('\r\n'), 'trl-preference');
    expect(emptied).toEqual([2, 5]);
    expect(bytes.toString().split('\n')).toEqual([`${lines[0]}\r`, '', '\r', `${lines[3]}\r`, '']);
  });

  it('CSV: a record over several lines leaves as many empty ones', async () => {
    const csv = 'prompt,chosen,rejected,who\n"a\nb",x,y,ann\nq,x,y,bob\n"c\n\nd",x,y,ann\nr,x,y,cat\n';
    const { emptied, bytes } = await without('a.csv', csv, 'trl-preference');
    expect(emptied).toEqual([2, 5]);
    expect(bytes.toString()).toBe('prompt,chosen,rejected,who\n\n\nq,x,y,bob\n\n\n\nr,x,y,cat\n');
  });

  it('a JSON list: their element is null, laid out in any way', async () => {
    const task = (who: string) => JSON.stringify({ who, data: { text: 'x' }, annotations: [] }, null, 1);
    const list = `\ufeff[ ${task('bob')} ,\n ${task('ann')}, ${task('cat')}]\n`;
    const { emptied, bytes } = await without('a.json', list, 'label-studio');
    expect(emptied).toEqual([2]);
    const left = JSON.parse(bytes.toString().replace('\ufeff', '')) as ({ who: string } | null)[];
    expect(left.map((each) => each?.who ?? null)).toEqual(['bob', null, 'cat']);
  });

  it('gzip: what is inside is rewritten; what lies behind a cut nobody could read', async () => {
    const text = ['bob', 'ann', 'cat'].map(
      (who) => `${JSON.stringify({ prompt: who, chosen: 'a', rejected: 'b', who })}\n`,
    );
    const { bytes } = await without('a.jsonl.gz', gzipSync(text.join('')), 'trl-preference');
    expect(gunzipSync(bytes).toString()).toBe(`${text[0]}\n${text[2]}`);
    const cut = await without('b.jsonl.gz', gzipSync(text.join('')).subarray(0, -9), 'trl-preference');
    expect(cut.whole).toBe(false);
  });

  it('Parquet: their row is empty and keeps its place', async () => {
    const objects = createMemoryObjects();
    const tables = createTableStore({ objects, tempDir });
    const sql = `SELECT * FROM (VALUES ('p1', 'a', 'b', 'bob'), ('p2', 'c', 'd', 'ann'), ('p3', 'e', 'f', 'cat')) t(prompt, chosen, rejected, who)`;
    await tables.copy('made', sql, {});
    const { emptied, bytes } = await without('a.parquet', await objects.get('made'), 'trl-preference');
    expect(emptied).toEqual([2]);
    const { items, quarantine } = await ingestDrop(
      { 'a.parquet': bytes },
      { format: 'trl-preference', subjectColumn: 'who' },
    );
    expect(items.map(({ origin }) => origin.row)).toEqual([1, 3]);
    expect(quarantine.map(({ row }) => row)).toEqual([2]);
  });

  it('a splice puts bytes in place of others however the stream is cut', async () => {
    const parts = fc.array(fc.tuple(fc.string(), fc.string({ minLength: 1 }), fc.string()), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(parts, fc.string(), fc.integer({ min: 1, max: 7 }), async (given, tail, size) => {
        let text = Buffer.alloc(0);
        const splices = given.map(([kept, gone, by]) => {
          const start = text.length + Buffer.byteLength(kept);
          text = Buffer.concat([text, Buffer.from(kept + gone)]);
          return { start, end: text.length, by: Buffer.from(by) };
        });
        const whole = Buffer.concat([text, Buffer.from(tail)]);
        async function* chunks() {
          for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
        }
        const out = Buffer.concat(await Array.fromAsync(spliced(chunks(), splices, { lines: false })));
        expect(out.toString()).toBe(given.map(([kept, , by]) => kept + by).join('') + tail);
      }),
    );
  });
});
