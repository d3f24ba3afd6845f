import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parsePipeline } from '../../activities/pipeline-file.ts';
import { LIMITS } from '../../schemas/drop.ts';
import { garbled, jpegSaying, picture } from '../support/bad-media.ts';
import { faults, ingestDrop, jsonl, sortedFaults } from '../support/ingest-drop.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';

const good = (n: number) => ({ prompt: `q${n}`, chosen: 'yes', rejected: 'no' });
const line = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);

describe('bad rows cost only themselves', () => {
  it('broken JSON, wrong types, missing columns, bad bytes, equal answers', async () => {
    const body = Buffer.concat([
      Buffer.from('\ufeff'),
      line(good(1)),
      Buffer.from('{"prompt": "secret person",\n'),
      line([1]),
      line({ ...good(4), chosen: 5 }),
      line({ prompt: 'x', chosen: 'y' }),
      Buffer.from('\n  \r\n'),
      Buffer.from([0x7b, 0xff, 0xfe, 0x0a]),
      line({ ...good(9), rejected: 'yes' }),
      line({ ...good(10), language: 'not a language' }),
      Buffer.from('{"__proto__": {"chosen": "z"}, "prompt": "p", "rejected": "r"}\n'),
      line({ ...good(12), id: { a: 1 } }),
      line({ ...good(13), constructor: 1, prompt: 'lone \ud800' }),
      Buffer.from('"no newline at the end"'),
    ]);
    const { quarantine, result, items } = await ingestDrop({ 'a.jsonl': body }, { format: 'trl-preference' });
    expect(faults(quarantine)).toEqual([
      ['a.jsonl', 2, 'ASY-2001'],
      ['a.jsonl', 3, 'ASY-2002'],
      ['a.jsonl', 4, 'ASY-2002'],
      ['a.jsonl', 5, 'ASY-2003'],
      ['a.jsonl', 8, 'ASY-2005'],
      ['a.jsonl', 9, 'ASY-2007'],
      ['a.jsonl', 10, 'ASY-2002'],
      ['a.jsonl', 11, 'ASY-2003'],
      ['a.jsonl', 12, 'ASY-2002'],
      ['a.jsonl', 14, 'ASY-2002'],
    ]);
    expect(result.counts).toMatchObject({ rowsIn: 12, rowsOut: 2, quarantined: 10 });
    expect(Buffer.from(quarantine[4]?.raw ?? '', 'base64')).toEqual(Buffer.from([0x7b, 0xff, 0xfe]));
    expect(quarantine.some(({ message }) => message.includes('secret'))).toBe(false);
    expect(items[1]?.prompt[0]?.content).toBe('lone \ufffd');
  });

  it('CSV: field counts, bad bytes, quotes, columns', async () => {
    const body = Buffer.concat([
      Buffer.from('prompt,chosen,rejected\n"multi\nline",a,b\nfew,a\nq,a,b,c\n'),
      Buffer.from([0xff, 0x2c, 0x61, 0x2c, 0x62, 0x0a]),
      Buffer.from('\nlast,c,d\nopen,"never closed\nx,y,z\n'),
    ]);
    const { quarantine, result, items } = await ingestDrop({ 'a.csv': body }, { format: 'csv' });
    expect(items.map(({ prompt, origin }) => [prompt[0]?.content, origin.row])).toEqual([
      ['multi\nline', 2],
      ['last', 8],
    ]);
    expect(quarantine.map(({ code }) => code)).toEqual(['ASY-2009', 'ASY-2009', 'ASY-2005', 'ASY-2009']);
    expect(result.counts).toMatchObject({ rowsIn: 6, rowsOut: 2, quarantined: 4 });
  });

  it('a row of more values than a row can need', async () => {
    const body = Buffer.concat([line({ ...good(1), chosen: Array(100_001).fill(0) }), line(good(2))]);
    const { quarantine, result } = await ingestDrop({ 'a.jsonl': body }, { format: 'trl-preference' });
    expect(faults(quarantine)).toEqual([['a.jsonl', 1, 'ASY-2002']]);
    expect(quarantine[0]?.message).toBe('row: holds more than 100000 values');
    expect(result.counts).toMatchObject({ rowsIn: 2, rowsOut: 1 });
  });

  it('a huge line is counted, not held', async () => {
    const objects = createMemoryObjects();
    const piece = Buffer.alloc(65_536, 'x');
    const huge = async function* () {
      yield line(good(1));
      for (let i = 0; i < 800; i++) yield piece;
      yield Buffer.from('\n');
      yield line(good(3));
    };
    const slice = async function* ({ start, end = Infinity }: { start: number; end?: number } = { start: 0 }) {
      let at = 0;
      for await (const chunk of huge()) {
        const part = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at));
        at += chunk.length;
        if (part.length > 0) yield part;
      }
    };
    const stream = async (key: string, range?: { start: number; end?: number }) =>
      key.endsWith('.jsonl') ? Readable.from(slice(range), { objectMode: false }) : objects.stream(key, range);
    const streamed = { ...objects, stream };
    const options = { format: 'trl-preference', limits: { rowBytes: 1_000_000 }, objects: streamed } as const;
    const { quarantine, items } = await ingestDrop({ 'a.jsonl': 'x' }, options);
    expect(faults(quarantine)).toEqual([['a.jsonl', 2, 'ASY-2006']]);
    expect(quarantine[0]?.rawBytes).toBe(800 * 65_536);
    expect(Buffer.from(quarantine[0]?.raw ?? '', 'base64')).toHaveLength(65_536);
    expect(items.map(({ origin }) => origin.row)).toEqual([1, 3]);
  });
});

describe('bad files cost only themselves', () => {
  it('empty, named but absent, escaping, of other kinds, bombs, cut archives', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024));
    const files = {
      'good.jsonl': jsonl(good(1)),
      'empty.jsonl': '',
      'blank.jsonl': '\n \n',
      'empty.csv': 'prompt,chosen,rejected\n',
      'bomb.jsonl.gz': bomb,
      'cut.jsonl.gz': gzipSync(jsonl(good(1), good(2))).subarray(0, -9),
      'nogzip.jsonl.gz': 'plain',
      'photo.jpeg': 'x',
      LICENSE: 'MIT',
    };
    const named = await ingestDrop(files, {
      format: 'trl-preference',
      files: ['good.jsonl', 'gone.jsonl', '../x/drop.json', '/etc/hosts', 'a\\b'],
    });
    expect(faults(named.quarantine)).toEqual([
      ['gone.jsonl', 0, 'ASY-1003'],
      ['../x/drop.json', 0, 'ASY-1004'],
      ['/etc/hosts', 0, 'ASY-1004'],
      ['a\\b', 0, 'ASY-1004'],
    ]);
    const all = await ingestDrop(files, { format: 'trl-preference' });
    expect(sortedFaults(all.quarantine)).toEqual([
      ['blank.jsonl', 0, 'ASY-1006'],
      ['bomb.jsonl.gz', 0, 'ASY-1007'],
      ['cut.jsonl.gz', 0, 'ASY-1008'],
      ['empty.csv', 0, 'ASY-1006'],
      ['empty.jsonl', 0, 'ASY-1006'],
      ['nogzip.jsonl.gz', 0, 'ASY-1008'],
      ['photo.jpeg', 0, 'ASY-1009'],
    ]);
    expect(all.items.map(({ origin }) => origin.file).filter((file) => !file.startsWith('cut'))).toEqual([
      'good.jsonl',
    ]);
    expect(all.result.counts.rowsIn).toBe(all.result.counts.rowsOut + 7);
  });

  it('media that lie', async () => {
    const png = await picture();
    const jpeg = await sharp(png).resize(160, 120).jpeg().toBuffer();
    const clip = readFileSync(new URL('../fixtures/ingest/clip.mp4', import.meta.url));
    const images = {
      'cut.jpg': jpeg.subarray(0, jpeg.length / 2),
      'lie.jpg': jpegSaying(jpeg, 480),
      'one.png': await picture(1, 1),
      'svg.png': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'video.png': clip,
    };
    const { quarantine, items } = await ingestDrop(images, { format: 'images', modality: 'image' });
    expect(faults(quarantine)).toEqual([
      ['cut.jpg', 0, 'ASY-2103'],
      ['lie.jpg', 0, 'ASY-2106'],
      ['svg.png', 0, 'ASY-2102'],
      ['video.png', 0, 'ASY-2102'],
    ]);
    expect(items.map(({ externalId }) => externalId)).toEqual(['one.png']);
    const videos = { 'bad.mp4': garbled(clip), 'hls.mp4': '#EXTM3U\n#EXTINF:1,\nfile:///etc/hosts\n', 'ok.mp4': clip };
    const second = await ingestDrop(videos, { format: 'videos', modality: 'video' });
    expect(faults(second.quarantine)).toEqual([
      ['bad.mp4', 0, 'ASY-2104'],
      ['hls.mp4', 0, 'ASY-2102'],
    ]);
    expect(second.items).toHaveLength(1);
  });
});

describe('a drop that cannot be read', () => {
  const code = (files: Record<string, string>, manifest: unknown) => {
    const objects = createMemoryObjects();
    return ingestDrop(files, { ...(manifest as object), objects }).then(
      () => null,
      (error: { code?: string; message: string }) => [error.code, error.message],
    );
  };
  it('says so', async () => {
    expect(await code({ 'a.jsonl': '{}' }, { format: 'tfrecord' })).toEqual([
      'ASY-1005',
      'no importer for format tfrecord',
    ]);
    expect(await code({ 'a.jsonl': '{}' }, { license: '' })).toEqual(['ASY-1002', expect.stringContaining('license')]);
    expect(await code({ 'a.jsonl': '{}' }, { colour: 'red' })).toEqual(['ASY-1002', expect.stringContaining('colour')]);
    expect(await code({}, {})).toEqual(['ASY-1012', expect.anything()]);
    expect(await code({ 'a.jsonl': '{}', 'pipeline.yaml': 'train:\n  l2: much\n' }, {})).toEqual([
      'ASY-1011',
      expect.stringContaining('pipeline.yaml:2:7'),
    ]);
  });

  it('pipeline faults name line and column', () => {
    expect(() => parsePipeline('approval: auto\ntrian: {}\n', 'p.yaml')).toThrow(/^p\.yaml:2:\d+: .*trian/);
    expect(() => parsePipeline('a: [1,\nb: 2', 'p.yaml')).toThrow(/^p\.yaml:2:/);
    expect(parsePipeline('', 'p.yaml').approval).toBe('auto');
    const bomb = `a: &a [x,x]\n${'bcdefghi'
      .split('')
      .map((k, i) => `${k}: &${k} [${`*${'abcdefgh'[i]},`.repeat(9)}]`)
      .join('\n')}`;
    expect(() => parsePipeline(bomb, 'p.yaml')).toThrow();
  });
});

describe('counts', () => {
  it('balance for any mixture of good and bad rows, however units are cut', async () => {
    const id = fc.integer({ min: 0, max: 6 });
    const row = fc.oneof(
      id.map((n) => line({ id: n, ...good(n) })),
      fc.nat(99).map((n) => line(good(n))),
      fc
        .constantFrom('{"a":', '[]', '{}', '"x"', 'null', '', ' ', '{"prompt":1,"chosen":"a","rejected":"b"}')
        .map((text) => Buffer.from(`${text}\n`)),
      fc
        .uint8Array({ maxLength: 12 })
        .map((bytes) => Buffer.concat([bytes.map((byte) => (byte === 10 ? 11 : byte)), Buffer.from('\n')])),
      fc.constant(Buffer.from(`${'y'.repeat(300)}\r\n`)),
    );
    const file = fc.array(row, { maxLength: 25 }).map((rows) => Buffer.concat(rows));
    await fc.assert(
      fc.asyncProperty(file, file, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (a, b, rowsPerShard, gzip) => {
        const files = { 'a.jsonl': a, [gzip ? 'b.jsonl.gz' : 'b.jsonl']: gzip ? gzipSync(b) : b };
        const { result, items, annotations, quarantine } = await ingestDrop(files, {
          format: 'trl-preference',
          limits: { ...LIMITS, rowsPerShard, rowBytes: 256 },
        });
        const { rowsIn, rowsOut, quarantined } = result.counts;
        expect(rowsIn).toBe(rowsOut + quarantined);
        expect([items.length, annotations.length, quarantine.length]).toEqual([rowsOut, rowsOut, quarantined]);
        expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
      }),
      { numRuns: 25, seed: 11 },
    );
  });
});
