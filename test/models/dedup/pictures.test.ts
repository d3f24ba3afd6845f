import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeClusters } from '../../../models/dedup/forest.ts';
import { hammingDistance, IMAGE_DISTANCE, linkHashes } from '../../../models/dedup/hamming.ts';
import { differenceHash, perceptualHash } from '../../../models/dedup/image-hash.ts';
import { frameMatchShare, linkVideos } from '../../../models/dedup/video.ts';

const { images } = JSON.parse(readFileSync(new URL('../../fixtures/dedup/images.json', import.meta.url), 'utf8')) as {
  images: { frame: string; variant: string; grey: string; small: string; phash: string; dhash: string }[];
};
const bytes = (base64: string): Uint8Array => Buffer.from(base64, 'base64');
const hex = (hash: bigint | null): string | undefined => hash?.toString(16).padStart(16, '0');

it('has ImageHash’s bits, perceptual and difference', () => {
  expect(images.length).toBeGreaterThan(50);
  for (const { frame, variant, grey, small, phash, dhash } of images) {
    expect(hex(perceptualHash(bytes(grey))), `${frame}, ${variant}`).toBe(phash);
    expect(hex(differenceHash(bytes(small))), `${frame}, ${variant}`).toBe(dhash);
  }
});

it('puts a frame’s smaller, brighter and recompressed copies together, and no two frames', () => {
  const clusters = mergeClusters(images.length, [linkHashes(images.map(({ grey }) => perceptualHash(bytes(grey))))]);
  const names = clusters.map((cluster) => new Set(cluster.map((row) => images[row]?.frame)));
  expect(names.every(({ size }) => size === 1)).toBe(true);
  expect(clusters.map(({ length }) => length)).toEqual(clusters.map(() => 4));
  expect(clusters).toHaveLength(images.length / 4);
});

it('has no hash of a blank picture', () => {
  expect(perceptualHash(new Uint8Array(1024).fill(7))).toBeNull();
  expect(differenceHash(Uint8Array.from({ length: 72 }, (_, i) => 100 + (i % 7)))).toBeNull();
});

/** Hashes near one another: few bits set, so that distances of all sizes come up. */
const hash = fc
  .array(fc.nat(63), { maxLength: 8 })
  .map((set) => set.reduce((bits, bit) => bits | (1n << BigInt(bit)), 0n));

it('finds all pairs within a Hamming distance, as brute force does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(hash, { freq: 5 }), { maxLength: 30 }),
      fc.integer({ min: 0, max: 12 }),
      (hashes, most) => {
        const near: number[] = [];
        hashes.forEach((a, i) =>
          hashes.forEach((b, j) => {
            const bits =
              a === null || b === null ? Number.POSITIVE_INFINITY : (a ^ b).toString(2).replaceAll('0', '').length;
            if (i < j && bits <= most) near.push(i, j);
          }),
        );
        expect(mergeClusters(hashes.length, [linkHashes(hashes, most)])).toEqual(
          mergeClusters(hashes.length, [Int32Array.from(near)]),
        );
      },
    ),
  );
});

it('counts different bits', () => {
  expect(hammingDistance(0n, 0xffff_ffff_ffff_ffffn)).toBe(64);
  expect(hammingDistance(0x8000_0000_0000_0001n, 0n)).toBe(2);
});

/** Hashes far from one another: the distinct frames of a scene. */
const frame = (i: number): bigint => BigInt.asUintN(64, BigInt(i + 1) * 0x9e37_79b9_7f4a_7c15n);
const scene = (...frames: number[]) => frames.map(frame);

it('matches frames in order, of the longer video, blank ones left out', () => {
  expect(hammingDistance(frame(0), frame(1))).toBeGreaterThan(IMAGE_DISTANCE);
  const clip = scene(0, 1, 2, 3);
  expect(frameMatchShare(clip, clip)).toBe(1);
  expect(
    frameMatchShare(
      clip,
      clip.map((bits) => bits ^ 0b111n),
    ),
  ).toBe(1);
  expect(frameMatchShare(clip, [null, ...clip, null])).toBe(1);
  expect(frameMatchShare(clip, scene(1, 2, 3, 4))).toBe(0.75);
  expect(frameMatchShare(clip, scene(3, 2, 1, 0))).toBe(0.25);
  expect(frameMatchShare(scene(1), clip)).toBe(0.25);
  expect(frameMatchShare([null, null], [null, null])).toBe(0);
});

it('joins videos of which enough matches, not those that share a title card', () => {
  const videos = [scene(0, 1, 2, 3), scene(9, 1, 2, 3), scene(0, 5, 6, 7), [null, null], scene(3, 2, 1, 0)];
  expect(mergeClusters(videos.length, [linkVideos(videos)])).toEqual([[0, 1]]);
  expect(mergeClusters(videos.length, [linkVideos(videos, { distance: 0, share: 0.25 })])).toEqual([[0, 1, 2, 4]]);
});
