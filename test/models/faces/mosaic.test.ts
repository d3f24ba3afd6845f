import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mosaic } from '../../../models/faces/mosaic.ts';

const size = { width: 60, height: 40 };
/** Red is the column, green the row, blue both mixed up. */
const picture = (): Uint8Array =>
  Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % size.width, Math.floor(i / 3 / size.width)];
    return [x, y, (x * 31 + y * 17) % 256][i % 3] ?? 0;
  });
const at = (pixels: Uint8Array, x: number, y: number) => [
  ...pixels.subarray(3 * (y * size.width + x), 3 * (y * size.width + x) + 3),
];

describe('mosaic', () => {
  it('puts means of blocks on the box and a fifth around it', () => {
    const pixels = picture();
    mosaic(pixels, size, [{ left: 20, top: 10, width: 20, height: 10 }]);
    // 28 × 14 from (16, 8): blocks of 7 × 7, whose mean column and row are those of their middles.
    expect(at(pixels, 16, 8).slice(0, 2)).toEqual([19, 11]);
    expect(at(pixels, 22, 14)).toEqual(at(pixels, 16, 8));
    expect(at(pixels, 43, 21).slice(0, 2)).toEqual([40, 18]);
    expect(at(pixels, 44, 21)).toEqual(at(picture(), 44, 21));
    expect(at(pixels, 15, 8)).toEqual(at(picture(), 15, 8));
  });

  const box = fc
    .tuple(fc.nat(59), fc.nat(39), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40 }))
    .map(([left, top, width, height]) => ({
      left,
      top,
      width: Math.min(width, size.width - left),
      height: Math.min(height, size.height - top),
    }));

  it('leaves at most 16 colours of a box, and everything farther off as it was', () => {
    fc.assert(
      fc.property(box, ({ left, top, width, height }) => {
        const pixels = picture();
        mosaic(pixels, size, [{ left, top, width, height }]);
        const [colours, changed] = [new Set<string>(), { far: 0 }];
        const before = picture();
        const [dx, dy] = [0.2 * width + 1, 0.2 * height + 1];
        for (let y = 0; y < size.height; y++)
          for (let x = 0; x < size.width; x++) {
            const colour = at(pixels, x, y).join();
            if (x >= left && x < left + width && y >= top && y < top + height) colours.add(colour);
            const far = x < left - dx || x >= left + width + dx || y < top - dy || y >= top + height + dy;
            if (far && colour !== at(before, x, y).join()) changed.far++;
          }
        expect(changed.far).toBe(0);
        expect(colours.size).toBeLessThanOrEqual(16);
      }),
      { numRuns: 20 },
    );
  });
});
