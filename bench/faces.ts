/**
 * How many faces the bundled detector finds and misses: `node bench/faces.ts LFW_SUBSET.npy [DATA]`. The first is in the PyPI package
 * scikit-image 0.26.0 (skimage/data/lfw_subset.npy: 100 faces and 100 crops of backgrounds of LFW, 25 × 25), and is shown at several
 * sizes on grey; DATA holds pictures that were looked at one by one, and examples/images is looked at too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { createMediaProbe } from '../activities/adapters/media.ts';
import { FACE_INPUT, openFaceDetector } from '../models/faces/detector.ts';
import { HEADER_BYTES, readHeader, readMap } from '../models/heatmap/npy.ts';
import { wilson } from '../models/metrics/wilson.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [lfw, data = new URL('../../shared/data', import.meta.url).pathname] = positionals;
if (lfw === undefined) throw new Error('usage: node bench/faces.ts LFW_SUBSET.npy [DATA]');
const CONFIDENCES = [0.5, 0.7, 0.9];

const { width, height } = FACE_INPUT;
const probe = createMediaProbe();
const detector = await openFaceDetector();
/** The surest face of some pixels; 0 where there is none. */
const surest = async (pixels: Uint8Array): Promise<number> => (await detector.detect(pixels))[0]?.confidence ?? 0;

const share = (found: readonly number[], least: number): string => {
  const hits = found.filter((confidence) => confidence >= least).length;
  const [low, high] = wilson(hits, found.length);
  return `${(hits / found.length).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
};
const row = (name: string, faces: readonly number[], others: readonly number[]): void => {
  for (const least of CONFIDENCES)
    console.log(
      `| ${name} | ${least} | ${share(faces, least)} | ${share(others, least)} | ${faces.length}, ${others.length} |`,
    );
};

console.log('| pictures | confidence | faces found | found where there is none | n |\n|---|---|---|---|---|');

const bytes = readFileSync(lfw);
const maps = readHeader(bytes.subarray(0, HEADER_BYTES), bytes.length, lfw);
const crop = (i: number): Uint8Array => {
  const from = maps.offset + i * maps.bytes;
  const values = readMap(bytes.subarray(from, from + maps.bytes), maps, i, lfw);
  return Uint8Array.from(values, (value) => Math.round(255 * value));
};
/** A crop in the middle of a grey picture, `side` pixels wide there. */
const shown = async (i: number, side: number): Promise<Uint8Array> => {
  const face = await sharp(crop(i), { raw: { width: 25, height: 25, channels: 1 } })
    .resize(side, side, { kernel: 'cubic' })
    .png()
    .toBuffer();
  const background = { width, height, channels: 3, background: '#7f7f7f' } as const;
  return sharp({ create: background })
    .composite([{ input: face }])
    .removeAlpha()
    .raw()
    .toBuffer();
};
for (const side of [15, 20, 25, 30, 40, 80, 160]) {
  const found: number[] = [];
  for (let i = 0; i < maps.n; i++) found.push(await surest(await shown(i, side)));
  row(`LFW crops, ${side} pixels wide of 320`, found.slice(0, 100), found.slice(100));
}

/** Pictures with at least one human face that can be seen as such; in car.jpg people stand too far off to tell. */
const WITH_FACES = new Set([
  'test1.jpg',
  'test2.jpg',
  '3.jpg',
  'astronaut.png',
  'camera.png',
  'actions__17__cogvideo.jpg',
  'actions__17__text2video-zero.jpg',
  'actions__17__videofusion.jpg',
  'actions__17__zeroscope.jpg',
  'actions__2__text2video-zero.jpg',
  'actions__2__zeroscope.jpg',
]);
const pictures = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(jpe?g|png|webp)$/.test(file) && !/planted|car\.jpg/.test(file))
    .map((file) => join(folder, file));
const [faces, others]: [number[], number[]] = [[], []];
const frames = new URL('../examples/images/frames', import.meta.url).pathname;
for (const file of [...pictures(data), ...pictures(frames)].sort()) {
  const confidence = await surest(await probe.pixels(file, FACE_INPUT));
  const has = WITH_FACES.has(basename(file));
  (has ? faces : others).push(confidence);
  if (has ? confidence < 0.7 : confidence >= 0.5) console.error(`${has ? 'missed' : 'wrong'} ${file} ${confidence}`);
}
row('photos and generated pictures', faces, others);
