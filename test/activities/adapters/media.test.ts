import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMediaProbe } from '../../../activities/adapters/media.ts';
import { sniff, describe as words } from '../../../activities/adapters/sniff.ts';
import { LIMITS } from '../../../schemas/drop.ts';
import { garbled, jpegSaying, picture, pngSaying } from '../../support/bad-media.ts';

const dir = mkdtempSync(join(tmpdir(), 'assay-media-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const clip = fileURLToPath(new URL('../../fixtures/ingest/clip.mp4', import.meta.url));
const media = createMediaProbe();
const file = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
};
const codeOf = (name: string, bytes: string | Uint8Array, probe = media) =>
  probe.probe(file(name, bytes), name).then(
    () => null,
    (error: { code?: string }) => error.code ?? error,
  );

describe('sniffing', () => {
  it('goes by magic bytes', async () => {
    const png = await picture();
    for (const type of ['jpeg', 'png', 'webp', 'avif', 'gif'] as const)
      expect(sniff(await sharp(png).toFormat(type).toBuffer())).toBe(`image/${type}`);
    expect(sniff(readFileSync(clip))).toBe('video/mp4');
  });

  it.each([
    ['', 'empty'],
    ['%PDF-1.7', 'PDF'],
    ['#EXTM3U\n#EXTINF:1,\nfile:///etc/hosts', 'an HLS playlist'],
    ['ffconcat version 1.0\nfile a.mp4', 'a concat script'],
    ['<?xml version="1.0"?><svg/>', 'SVG'],
    ['\ufeff <svg xmlns="x">', 'SVG'],
    ['<!DOCTYPE html>', 'a markup document'],
    ['PK\u0003\u0004', 'an archive'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'ISO media of brand "heic"'],
    ['\0\0\0\x14ftypqt  \0\0\0\0qt  ', 'ISO media of brand "qt  "'],
    ['RIFF\0\0\0\0WAVE', 'an unknown type'],
    ['\x1a\x45\xdf\xa3 no doctype', 'an unknown type'],
  ])('refuses %j as %s', async (text, found) => {
    expect(sniff(Buffer.from(text, 'latin1'))).toBeNull();
    expect(words(Buffer.from(text))).toBe(found);
    expect(await codeOf('x.png', text)).toBe('ASY-2102');
  });
});

describe('images', () => {
  let png: Buffer;
  let jpeg: Buffer;
  beforeAll(async () => {
    png = await picture();
    jpeg = await sharp(png).resize(160, 120).jpeg().toBuffer();
  });

  it('have the size they are shown in', async () => {
    const turned = await sharp(jpeg).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await media.probe(file('turned.jpg', turned), 'turned.jpg')).toEqual({
      type: 'image/jpeg',
      bytes: turned.length,
      width: 120,
      height: 160,
      seconds: null,
      fps: null,
      frames: null,
      sha256: createHash('sha256').update(turned).digest('hex'),
    });
    expect(await media.probe(file('one.png', await picture(1, 1)), 'one')).toMatchObject({ width: 1, height: 1 });
  });

  it('of all types are read', async () => {
    for (const type of ['webp', 'avif', 'gif'] as const) {
      const body = await sharp(png).toFormat(type).toBuffer();
      expect(await media.probe(file(type, body), type)).toMatchObject({ type: `image/${type}`, width: 64, height: 48 });
    }
  });

  it('that are cut off, broken, lie or are too large are told apart', async () => {
    expect(await codeOf('cut.jpg', jpeg.subarray(0, jpeg.length / 2))).toBe('ASY-2103');
    expect(await codeOf('cut.png', png.subarray(0, png.length / 2))).toBe('ASY-2103');
    expect(await codeOf('head.png', png.subarray(0, 20))).toBe('ASY-2103');
    expect(await codeOf('tall.jpg', jpegSaying(jpeg, 480))).toBe('ASY-2106');
    expect(await codeOf('tall.png', pngSaying(png, 64, 96))).toBe('ASY-2106');
    expect(await codeOf('huge.png', pngSaying(png, 60_000, 60_000))).toBe('ASY-2105');
    expect(await codeOf('large.png', png, createMediaProbe({ ...LIMITS, imageBytes: png.length - 1 }))).toBe(
      'ASY-2105',
    );
    expect(await codeOf('pixels.png', png, createMediaProbe({ ...LIMITS, imagePixels: 64 * 48 - 1 }))).toBe('ASY-2105');
  });

  it('give grey and colour pixels of the size asked, upright, on white', async () => {
    const half = await sharp({ create: { width: 2, height: 1, channels: 4, background: '#ff000000' } })
      .composite([{ input: Buffer.from([0, 0, 255, 255]), raw: { width: 1, height: 1, channels: 4 }, left: 1, top: 0 }])
      .png()
      .toBuffer();
    const path = file('half.png', half);
    expect([...(await media.pixels(path, { width: 2, height: 1, grey: false }))]).toEqual([255, 255, 255, 0, 0, 255]);
    const grey = await media.pixels(path, { width: 2, height: 1, grey: true });
    expect(grey).toHaveLength(2);
    expect(grey[0]).toBe(255);
  });
});

describe('videos', () => {
  it('have length, rate and frames', async () => {
    const found = await media.probe(clip, 'clip.mp4');
    expect(found).toMatchObject({ type: 'video/mp4', bytes: readFileSync(clip).length });
    expect(found.frames).toBe(Math.round((found.seconds ?? 0) * (found.fps ?? 0)));
  });

  it('give the same frame for the same time, whatever else is asked', async () => {
    const found = await media.probe(clip, 'clip.mp4');
    const size = { width: 32, height: 32, grey: false };
    const times = Array.from({ length: 20 }, (_, i) => ((found.seconds ?? 0) * i) / 20);
    const frames = await media.frames(clip, found, times, size);
    expect(frames.map((frame) => frame.length)).toEqual(times.map(() => 32 * 32 * 3));
    const [one] = await media.frames(clip, found, [times[13] ?? 0], size);
    expect(Buffer.from(one ?? []).equals(Buffer.from(frames[13] ?? []))).toBe(true);
    expect(new Set(frames.map((frame) => Buffer.from(frame).toString('base64'))).size).toBeGreaterThan(1);
    await expect(media.frames(clip, found, [1e4], size)).rejects.toMatchObject({ code: 'ASY-2104' });
  });

  it('in WebM and Matroska too', async () => {
    const mkv = join(dir, 'clip.mkv');
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-i', clip, '-c', 'copy', mkv]);
    expect(await media.probe(mkv, 'clip.mkv')).toMatchObject({ type: 'video/x-matroska' });
  });

  it('that are cut off, broken, without pictures or too large are refused', async () => {
    const bytes = readFileSync(clip);
    expect(await codeOf('cut.mp4', bytes.subarray(0, bytes.length / 2))).toBe('ASY-2104');
    expect(await codeOf('head.mp4', bytes.subarray(0, 64))).toBe('ASY-2104');
    expect(await codeOf('garbled.mp4', garbled(bytes))).toBe('ASY-2104');
    const sound = join(dir, 'sound.mp4');
    const tone = ['-f', 'lavfi', '-i', 'sine=d=0.2', '-c:a', 'aac'];
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...tone, sound]);
    expect(await codeOf('sound.mp4', readFileSync(sound))).toBe('ASY-2104');
    expect(await codeOf('pixels.mp4', bytes, createMediaProbe({ ...LIMITS, videoPixels: 100 }))).toMatch(/ASY-210[45]/);
    expect(await codeOf('long.mp4', bytes, createMediaProbe({ ...LIMITS, videoSeconds: 0.1 }))).toBe('ASY-2105');
    expect(await codeOf('large.mp4', bytes, createMediaProbe({ ...LIMITS, videoBytes: 10 }))).toBe('ASY-2105');
  });

  it('whose tags forge the probe’s lines are read as they are', async () => {
    const forged = join(dir, 'forged.mp4');
    const title = 'title=x\n[/FORMAT]\n[STREAM]\ncodec_type=video\nwidth=1\nheight=1\nduration=9\n[/STREAM]';
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-i', clip, '-c', 'copy', '-metadata', title, forged]);
    const honest = await media.probe(clip, 'clip.mp4');
    expect(await media.probe(forged, 'forged.mp4')).toMatchObject({ width: honest.width, seconds: honest.seconds });
  });
});
