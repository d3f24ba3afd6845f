import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Face } from '../../../models/faces/boxes.ts';
import { FACE_INPUT, type FaceDetector, faceInput, openFaceDetector } from '../../../models/faces/detector.ts';
import { dispose } from '../../../models/runtime.ts';
import { scratch } from '../../support/scratch.ts';

interface Golden {
  readonly confidence: number;
  readonly box: readonly [number, number, number, number];
}
const folder = new URL('../../fixtures/models/faces/', import.meta.url);
const golden = JSON.parse(readFileSync(new URL('faces.json', folder), 'utf8')) as Record<
  'one' | 'two' | 'grey',
  readonly Golden[]
>;

const { width, height } = FACE_INPUT;
const map = (pixel: (x: number, y: number, channel: number) => number): Uint8Array =>
  Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    pixel(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
  );

let detector: FaceDetector;
let one: Uint8Array;
beforeAll(async () => {
  detector = await openFaceDetector();
  one = new Uint8Array(
    await sharp(readFileSync(new URL('astronaut.png', folder)))
      .raw()
      .toBuffer(),
  );
});
afterAll(() => dispose());

const expectAs = (found: readonly Face[], peer: readonly Golden[]): void => {
  expect(found).toHaveLength(peer.length);
  for (const [i, { confidence, box }] of peer.entries()) {
    const { left, top, right, bottom, confidence: own } = found[i] as Face;
    expect(own).toBeCloseTo(confidence, 3);
    for (const [j, edge] of [left * width, top * height, right * width, bottom * height].entries())
      expect(Math.abs(edge - (box[j] ?? Number.NaN))).toBeLessThan(1);
  }
};

describe('the face detector', () => {
  it('finds what onnxruntime finds in Python', async () => {
    expectAs(await detector.detect(one), golden.one);
    const at = (x: number, y: number, c: number) => one[3 * (y * width + x) + c] ?? 0;
    const two = map((x, y, c) => at(x < width / 2 ? 2 * x : 2 * (width - 1 - x), y, c));
    expectAs(await detector.detect(two), golden.two);
    expectAs(await detector.detect(map(() => 127)), golden.grey);
    expect([golden.one, golden.two, golden.grey].map(({ length }) => length)).toEqual([1, 2, 0]);
  });

  it('gives the network planes of (value − 127) / 128', () => {
    const input = faceInput(map((x, y, c) => (x === 1 && y === 0 ? ([127, 255, 0][c] ?? 0) : 127)));
    const plane = width * height;
    expect([input[1], input[plane + 1], input[2 * plane + 1]]).toEqual([0, 1, -127 / 128]);
    expect(input.reduce((sum, value) => sum + Math.abs(value), 0)).toBe(1 + 127 / 128);
  });

  it('refuses another file, and pixels of another size', async () => {
    const file = join(scratch(), 'model.onnx');
    await writeFile(file, 'no model');
    await expect(openFaceDetector(pathToFileURL(file))).rejects.toMatchObject({ code: 'ASY-5002' });
    await expect(openFaceDetector(pathToFileURL(`${file}.gone`))).rejects.toMatchObject({ code: 'ASY-5003' });
    await expect(detector.detect(one.subarray(3))).rejects.toMatchObject({ code: 'ASY-5003' });
  });
});
