import { readFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTableStore } from '../../activities/adapters/tables.ts';
import { subjectHash } from '../../models/hash.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { Item } from '../../schemas/item.ts';
import { faults, ingestDrop, jsonl, rerun, SUBJECT_KEY, sortedFaults, tempDir } from '../support/ingest-drop.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/ingest/${name}`, import.meta.url));
const png = (width = 8, height = 6, background = '#f80') =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
const person = (id: string) => subjectHash(SUBJECT_KEY, id);
const pair = (n: number) => ({ prompt: `question ${n}`, chosen: `good ${n}`, rejected: `bad ${n}` });

describe('text', () => {
  it('LLMBar by a columns map', async () => {
    const columns = { prompt: 'input', responseA: 'output_1', responseB: 'output_2', preferred: 'label' };
    const { result, items, annotations } = await ingestDrop(
      { 'llmbar.jsonl': fixture('llmbar.jsonl') },
      { columns, language: 'en' },
    );
    expect(result.counts).toEqual({
      files: 1,
      rowsIn: 6,
      rowsOut: 6,
      quarantined: 0,
      items: 6,
      annotations: 6,
      media: 0,
      languages: { en: 6 },
    });
    const rows = fixture('llmbar.jsonl')
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(items.map(({ prompt, responses }) => [prompt, responses.map(({ text }) => text)])).toEqual(
      rows.map(({ input, output_1, output_2 }) => [[{ role: 'user', content: input }], [output_1, output_2]]),
    );
    expect(annotations.map(({ value }) => value)).toEqual(
      rows.map(({ label }) => ({ preferred: label === 1 ? 'a' : 'b', strength: null })),
    );
    for (const item of items) expect(Item.parse(item)).toEqual(item);
    for (const annotation of annotations) expect(Annotation.parse(annotation)).toEqual(annotation);
  });

  it('TRL pairs, plain, gzip, zstd and CSV alike', async () => {
    const rows = [1, 2, 3].map(pair);
    const plain = jsonl(...rows);
    const csv = `\ufeffprompt,chosen,rejected\r\n${rows.map((r) => `${r.prompt},"${r.chosen}",${r.rejected}`).join('\r\n')}\r\n`;
    const texts = async (file: string, body: string | Buffer) => {
      const { items, quarantine } = await ingestDrop({ [file]: body }, { format: 'trl-preference' });
      expect(quarantine).toEqual([]);
      return items.map(({ prompt, responses, contentHash }) => ({ prompt, responses, contentHash }));
    };
    const expected = await texts('a.jsonl', plain);
    expect(expected[1]?.responses.map(({ text }) => text)).toEqual(['good 2', 'bad 2']);
    expect(await texts('a.jsonl.gz', gzipSync(plain))).toEqual(expected);
    expect(await texts('a.jsonl.zst', zstdCompressSync(plain))).toEqual(expected);
    expect(await texts('a.csv', csv)).toEqual(expected);
    expect(await texts('a.csv.gz', gzipSync(csv))).toEqual(expected);
  });

  it('Parquet, in row order, with lists', async () => {
    const objects = createMemoryObjects();
    const tables = createTableStore({ objects, tempDir });
    const Row = z.object({
      prompt: z.string(),
      chosen: z.array(z.object({ role: z.string(), content: z.string() })),
      rejected: z.array(z.object({ role: z.string(), content: z.string() })),
    });
    const message = (content: string) => [{ role: 'assistant', content }];
    const rows = Array.from({ length: 300 }, (_, n) => ({
      prompt: `q${n}`,
      chosen: message(`a${n}`),
      rejected: message(n === 7 ? 'a7' : 'no'),
    }));
    const shard = await tables.writeParquet((sha256) => `somewhere/${sha256}.parquet`, Row, rows);
    const body = await objects.get(shard.key);
    const done = await ingestDrop(
      { 'data.parquet': body, 'bad.parquet': 'PAR1 not really' },
      { format: 'trl-preference' },
    );
    expect(done.result.counts).toMatchObject({ rowsIn: 301, rowsOut: 299, quarantined: 2 });
    expect(faults(done.quarantine)).toEqual([
      ['bad.parquet', 0, 'ASY-1009'],
      ['data.parquet', 8, 'ASY-2007'],
    ]);
    expect(done.items.map(({ origin }) => origin.row).slice(5, 9)).toEqual([6, 7, 9, 10]);
    expect(done.items[20]?.responses[0]?.text).toBe(`a${(done.items[20]?.origin.row ?? 0) - 1}`);
  });

  it('agreement CSV: one item per name, over several files', async () => {
    const { items, annotations, result, quarantine } = await ingestDrop(
      {
        'a.csv': 'item,annotator,value\nx,ann,1\nx,bob,2\ny,ann,red\nx,ann,3\n',
        'b.csv': 'item,annotator,value\nx,cem,5\ny,bob,blue\ny,ann,green\nz,,1\n',
      },
      { format: 'agreement-csv' },
    );
    expect(items.map(({ externalId, origin }) => [externalId, origin.file])).toEqual([
      ['x', 'a.csv'],
      ['y', 'a.csv'],
    ]);
    expect(
      annotations.map(({ item, source, value }) => [items.find(({ id }) => id === item)?.externalId, source.id, value]),
    ).toEqual([
      ['x', person('ann'), { response: 0, aspects: { value: 1 }, min: null, max: null }],
      ['x', person('bob'), { response: 0, aspects: { value: 2 }, min: null, max: null }],
      ['y', person('ann'), { response: 0, levels: { value: 'red' } }],
      ['x', person('cem'), { response: 0, aspects: { value: 5 }, min: null, max: null }],
      ['y', person('bob'), { response: 0, levels: { value: 'blue' } }],
    ]);
    expect(sortedFaults(quarantine)).toEqual([
      ['a.csv', 5, 'ASY-2008'],
      ['b.csv', 4, 'ASY-2008'],
      ['b.csv', 5, 'ASY-2003'],
    ]);
    expect(Buffer.from(quarantine.find(({ row }) => row === 4)?.raw ?? '', 'base64').toString()).toBe('y,ann,green');
    expect(result.counts).toMatchObject({ rowsIn: 8, rowsOut: 5, quarantined: 3 });
  });

  it('native rows with every kind of source, people hashed', async () => {
    const row = {
      id: 7,
      prompt: [
        { role: 'system', content: 's' },
        { role: 'user', content: 'u' },
      ],
      language: 'de-AT',
      group: 'g',
      responses: [{ text: 'one', model: 'm1' }, { text: 'two' }],
      annotations: [
        { task: 'pairwise', value: { preferred: 'b', strength: 3 }, annotator: 'ann' },
        { task: 'ranking', value: { ranks: [1, 2] }, source: { kind: 'judge', id: 'gpt' }, seconds: 2.5 },
        { task: 'critique', value: { response: 1, text: 'too long' } },
      ],
      worker: 'eve',
    };
    const { items, annotations, objects } = await ingestDrop(
      { 'a.jsonl': jsonl(row) },
      { format: 'assay', subjectColumn: 'worker' },
    );
    expect(items[0]).toMatchObject({
      externalId: '7',
      language: 'de-AT',
      group: 'g',
      origin: { subject: person('eve'), row: 1 },
    });
    expect(annotations.map(({ source, seconds }) => [source, seconds])).toEqual([
      [{ kind: 'human', id: person('ann') }, null],
      [{ kind: 'judge', id: 'gpt' }, 2.5],
      [{ kind: 'human', id: 'sub_unknown' }, null],
    ]);
    const written = [...(objects as ReturnType<typeof createMemoryObjects>).entries].filter(
      ([key]) => !key.startsWith('drops/'),
    );
    for (const [, { body }] of written) expect(body.includes('eve') || body.includes('"ann"')).toBe(false);
  });
});

describe('units', () => {
  const limits = { rowsPerShard: 10 };
  const body = (from: number, to: number) =>
    jsonl(...Array.from({ length: to - from }, (_, n) => ({ id: from + n, ...pair(from + n) })));

  it('are cut at line ends; ids used twice go to quarantine, the first in file order stays', async () => {
    const files = { 'a.jsonl': body(0, 25), 'b.jsonl': body(20, 45) };
    const { plan, result, items, annotations, quarantine } = await ingestDrop(files, { limits });
    expect(plan.units).toBe(6);
    expect(result.counts).toMatchObject({ rowsIn: 50, rowsOut: 45, quarantined: 5, items: 45, annotations: 45 });
    expect(items.map(({ externalId }) => Number(externalId))).toEqual(Array.from({ length: 45 }, (_, n) => n));
    expect(new Set(annotations.map(({ item }) => item))).toEqual(new Set(items.map(({ id }) => id)));
    expect(faults(quarantine)).toEqual([1, 2, 3, 4, 5].map((row) => ['b.jsonl', row, 'ASY-2004']));
    expect(JSON.parse(Buffer.from(quarantine[0]?.raw ?? '', 'base64').toString())).toEqual({ id: 20, ...pair(20) });
  });

  it('give the same refs and bytes when everything runs again, and after a lost receipt', async () => {
    const files = { 'a.jsonl': body(0, 25), 'b.jsonl': body(20, 45) };
    const first = await ingestDrop(files, { limits });
    const objects = first.objects as ReturnType<typeof createMemoryObjects>;
    const before = new Map([...objects.entries].map(([key, { body: bytes }]) => [key, bytes.toString('base64')]));
    for (const key of before.keys()) if (/unit-.*-00000[13]/.test(key)) await objects.delete(key);
    const again = await rerun(objects, 'drop', limits);
    expect(again.result).toEqual(first.result);
    expect(new Map([...objects.entries].map(([key, { body: bytes }]) => [key, bytes.toString('base64')]))).toEqual(
      before,
    );
  });

  it('are parsed again when the drop is written again', async () => {
    const { objects } = await ingestDrop({ 'a.jsonl': body(0, 3) }, {});
    const { items } = await ingestDrop({ 'a.jsonl': body(5, 7) }, { objects });
    expect(items.map(({ externalId }) => externalId)).toEqual(['5', '6']);
  });
});

describe('media folders', () => {
  it('several rows of one file are one item; unrated files are items too', async () => {
    const ratings = jsonl(
      { file: 'img/a.png', prompt: 'a cat', model: 'sd', annotator: 'ann', realism: 3, beauty: 0.5, note: 'x' },
      {
        file: './img/a.png',
        annotator: 'bob',
        realism: 4,
        regions: [
          { kind: 'misalignment', x: 0.1, y: 0.2 },
          {
            kind: 'implausibility',
            points: [
              [0, 0],
              [1, 0],
              [1, 1],
            ],
          },
          { kind: 'implausibility', x: 0, y: 0, width: 0.5, height: 1 },
        ],
        keywords: [{ word: 'cat', misaligned: true }],
      },
      { file: 'img/a.png', annotator: 'ann', realism: 1 },
      { file: 'img/a.png', realism: 2 },
      { file: 'img/a.png', realism: 5 },
    );
    const files = {
      'ratings.jsonl': ratings,
      'img/a.png': await png(),
      'img/b.png': await png(4, 4, '#000'),
      'README.md': '# hello',
    };
    const { items, annotations, quarantine, result, objects } = await ingestDrop(files, {
      format: 'images',
      modality: 'image',
    });
    expect(faults(quarantine)).toEqual([['ratings.jsonl', 3, 'ASY-2008']]);
    expect(result.counts).toMatchObject({ rowsIn: 6, rowsOut: 5, items: 2, media: 2, annotations: 6 });
    expect(items.map(({ externalId, prompt, origin }) => [externalId, prompt.length, origin.row])).toEqual([
      ['img/a.png', 1, 1],
      ['img/b.png', 0, 0],
    ]);
    const media = items[0]?.responses[0]?.media;
    expect(media).toMatchObject({ type: 'image/png', width: 8, height: 6, seconds: null });
    expect((await objects.get(`media/${media?.sha256}`)).equals(await png())).toBe(true);
    expect(annotations.map(({ source, task }) => [source.id, task])).toEqual([
      [person('ann'), 'rating'],
      [person('bob'), 'rating'],
      [person('bob'), 'regions'],
      [person('bob'), 'keywords'],
      ['sub_unknown', 'rating'],
      ['sub_unknown_2', 'rating'],
    ]);
    expect(annotations[0]?.value).toEqual({ response: 0, aspects: { realism: 3, beauty: 0.5 }, min: null, max: null });
    expect(annotations[2]?.value).toMatchObject({
      marks: [{ shape: { type: 'point' } }, { shape: { type: 'polygon' } }, { shape: { type: 'box' } }],
    });
  });

  it('videos are probed', async () => {
    const files = {
      'set/ratings.jsonl': jsonl({ file: 'clip.mp4', model: 'zeroscope', SQ: 2.5 }),
      'set/clip.mp4': fixture('clip.mp4'),
    };
    const { items } = await ingestDrop(files, { format: 'videos', modality: 'video' });
    const media = items[0]?.responses[0]?.media;
    expect(items).toHaveLength(1);
    expect(media).toMatchObject({ type: 'video/mp4', bytes: fixture('clip.mp4').length });
    expect([media?.seconds, media?.fps, media?.frames].every((value) => (value ?? 0) > 0)).toBe(true);
  });

  it('a bad medium has one entry of its own, further rows theirs, and counts balance', async () => {
    const ratings = jsonl(
      { file: 'bad.png', q: 1 },
      { file: 'bad.png', q: 2 },
      { file: 'none.png', q: 1 },
      { file: '../up.png', q: 1 },
      { q: 1 },
      { file: 'ok.png', q: 'high', regions: 3 },
    );
    const files = {
      'ratings.jsonl': `${ratings}{broken\n`,
      'bad.png': '<svg xmlns="x"/>',
      'alone.png': '%PDF-1.7',
      'ok.png': await png(),
    };
    const { quarantine, result, items } = await ingestDrop(files, { format: 'images', modality: 'image' });
    expect(sortedFaults(quarantine)).toEqual([
      ['alone.png', 0, 'ASY-2102'],
      ['bad.png', 0, 'ASY-2102'],
      ['ratings.jsonl', 2, 'ASY-2102'],
      ['ratings.jsonl', 3, 'ASY-2101'],
      ['ratings.jsonl', 4, 'ASY-1004'],
      ['ratings.jsonl', 5, 'ASY-2003'],
      ['ratings.jsonl', 6, 'ASY-2002'],
      ['ratings.jsonl', 7, 'ASY-2001'],
    ]);
    expect(result.counts).toMatchObject({ rowsIn: 8, rowsOut: 0, quarantined: 8 });
    expect(items).toEqual([]);
  });

  it('native rows name media too; a bad one has one entry in the whole drop', async () => {
    const row = (file: string) => ({ prompt: 'p', responses: [{ file }, { file: 'ok.png' }] });
    const files = {
      'a.jsonl': jsonl(...Array.from({ length: 5 }, () => row('bad.png')), row('ok.png')),
      'bad.png': 'no',
      'ok.png': await png(),
    };
    const options = { format: 'assay', modality: 'image', files: ['a.jsonl'], limits: { rowsPerShard: 2 } } as const;
    const { quarantine, items } = await ingestDrop(files, options);
    expect(faults(quarantine)).toEqual([
      ['bad.png', 0, 'ASY-2102'],
      ...[2, 3, 4, 5].map((n) => ['a.jsonl', n, 'ASY-2102']),
    ]);
    expect(items.map(({ responses }) => responses.length)).toEqual([2]);
  });
});
