import type { PixelBox } from './boxes.ts';

/** Blocks across the longer side of a box: a dozen means of a face tell its colours, and nobody. */
const BLOCKS = 4;
/** A detector's box ends at forehead and chin: this share of its sides is added on every side. */
const MARGIN = 0.2;

/** The box with its margin, within the picture. */
const widened = ({ left, top, width, height }: PixelBox, size: { width: number; height: number }): PixelBox => {
  const [x, y] = [Math.max(0, Math.floor(left - MARGIN * width)), Math.max(0, Math.floor(top - MARGIN * height))];
  return {
    left: x,
    top: y,
    width: Math.min(size.width, Math.ceil(left + (1 + MARGIN) * width)) - x,
    height: Math.min(size.height, Math.ceil(top + (1 + MARGIN) * height)) - y,
  };
};

/** Puts the mean colour of a block of RGB pixels on all of it. */
const flatten = (pixels: Uint8Array, across: number, { left, top, width, height }: PixelBox): void => {
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) sum += pixels[3 * (y * across + x) + channel] ?? 0;
    const mean = Math.round(sum / (width * height));
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) pixels[3 * (y * across + x) + channel] = mean;
  }
};

/**
 * Makes each box of RGB pixels, a fifth wider on every side, blocks of one colour, at most four across its longer side; in place, because
 * a picture may have a hundred million pixels. Boxes are flattened in order, so where two overlap even less is left.
 */
export const mosaic = (
  pixels: Uint8Array,
  size: { readonly width: number; readonly height: number },
  boxes: readonly PixelBox[],
): void => {
  for (const box of boxes) {
    const { left, top, width, height } = widened(box, size);
    const side = Math.ceil(Math.max(width, height) / BLOCKS);
    for (let y = top; y < top + height; y += side)
      for (let x = left; x < left + width; x += side)
        flatten(pixels, size.width, {
          left: x,
          top: y,
          width: Math.min(side, left + width - x),
          height: Math.min(side, top + height - y),
        });
  }
};
