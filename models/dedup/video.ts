/** Near-duplicate videos by the perceptual hashes of their sampled frames, in order. */
import { bandBuckets, linkBucket } from './banding.ts';
import { createForest } from './forest.ts';
import { hammingDistance, hashBands, IMAGE_DISTANCE } from './hamming.ts';

/** Hashes of a video's sampled frames in order; null for a blank frame. */
export type FrameHashes = readonly (bigint | null)[];

export interface VideoSettings {
  /** Bits in which two frames may differ and match. */
  readonly distance: number;
  /** Least share of frames that match. */
  readonly share: number;
}

export const VIDEO_DEFAULTS: VideoSettings = { distance: IMAGE_DISTANCE, share: 0.75 };

/**
 * How much of the longer video the other one shows too, in the same order: frames of their longest common subsequence over frames of
 * the longer. Blank frames are left out: fades and black leaders are in many videos. 0 where nothing but those is there.
 */
export const frameMatchShare = (a: FrameHashes, b: FrameHashes, distance = IMAGE_DISTANCE): number => {
  const [x, y] = [a, b].map((frames) => frames.filter((frame) => frame !== null));
  if (x === undefined || y === undefined || x.length === 0 || y.length === 0) return 0;
  let before = new Uint32Array(y.length + 1);
  for (const frame of x) {
    const now = new Uint32Array(y.length + 1);
    y.forEach((other, j) => {
      now[j + 1] =
        hammingDistance(frame, other) <= distance ? (before[j] ?? 0) + 1 : Math.max(before[j + 1] ?? 0, now[j] ?? 0);
    });
    before = now;
  }
  return (before[y.length] ?? 0) / Math.max(x.length, y.length);
};

/** Edges between videos of which at least the stated share matches, directly or through others. Only those with a like frame are compared. */
export const linkVideos = (
  videos: readonly FrameHashes[],
  { distance, share }: VideoSettings = VIDEO_DEFAULTS,
): Int32Array => {
  const frames = videos.flat();
  const videoOf = Int32Array.from(videos.flatMap((own, video) => own.map(() => video)));
  const forest = createForest(videos.length);
  const matches = (a: number, b: number) => frameMatchShare(videos[a] ?? [], videos[b] ?? [], distance) >= share;
  for (const bucket of bandBuckets([hashBands(frames, distance)], distance + 1)) {
    const meeting = new Set(Array.from(bucket, (frame) => videoOf[frame] ?? 0));
    if (meeting.size > 1) linkBucket([...meeting], forest, matches);
  }
  return forest.edges();
};
