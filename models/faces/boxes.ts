/** Boxes around faces: from what a detector says of its anchors to one box a face, and to pixels. */

/** A face, with its edges as shares of the picture's width and height; they may lie outside it. */
export interface Face {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** 0 … 1. */
  readonly confidence: number;
}

export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Scores of an anchor: background, face. */
const CLASSES = 2;
const CORNERS = 4;

/**
 * The anchors whose face score is at least `least`. `scores` is anchors × 2, background before face; `boxes` anchors × 4, left, top,
 * right, bottom as shares of the picture.
 */
export const facesOf = (scores: Float32Array, boxes: Float32Array, least: number): Face[] => {
  const faces: Face[] = [];
  for (let anchor = 0; anchor < scores.length / CLASSES; anchor++) {
    const confidence = scores[anchor * CLASSES + 1] ?? 0;
    if (confidence < least) continue;
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(anchor * CORNERS, (anchor + 1) * CORNERS);
    faces.push({ left, top, right, bottom, confidence });
  }
  return faces;
};

const areaOf = ({ left, top, right, bottom }: Omit<Face, 'confidence'>): number =>
  Math.max(0, right - left) * Math.max(0, bottom - top);

/** Intersection over union of two boxes, 0 … 1; 0 where neither has an area. */
export const overlapOf = (a: Face, b: Face): number => {
  const shared = areaOf({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const union = areaOf(a) + areaOf(b) - shared;
  return union === 0 ? 0 : shared / union;
};

/**
 * One box a face, the surest first: greedy non-maximum suppression takes out whatever overlaps a surer box by more than `most`. Of the
 * boxes kept, those above any confidence are the boxes that are kept when only such are looked at.
 */
export const suppressed = (faces: readonly Face[], most: number): Face[] => {
  const kept: Face[] = [];
  for (const face of faces.toSorted((a, b) => b.confidence - a.confidence))
    if (kept.every((surer) => overlapOf(surer, face) <= most)) kept.push(face);
  return kept;
};

/** The whole pixels of a picture that a face touches; null for one that lies outside. */
export const pixelsOf = (
  { left, top, right, bottom }: Face,
  size: { readonly width: number; readonly height: number },
): PixelBox | null => {
  const within = (share: number, most: number, round: (value: number) => number) =>
    Math.min(most, Math.max(0, round(share * most)));
  const [x, y] = [within(left, size.width, Math.floor), within(top, size.height, Math.floor)];
  const [width, height] = [within(right, size.width, Math.ceil) - x, within(bottom, size.height, Math.ceil) - y];
  return width <= 0 || height <= 0 ? null : { left: x, top: y, width, height };
};
