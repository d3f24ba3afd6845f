/** Items of every kind for browser tests of the console. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { root } from '../../../cli/paths.ts';
import type { Media } from '../../../schemas/item.ts';
import type { FakeRun } from '../../support/console-server.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Script in every field: it must stay text wherever it is shown. */
export const SCRIPT = `<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>`;

export const MARKDOWN = `## Boil the water

1. Fill the kettle
2. Wait for **100 °C**

\`\`\`python
def tea(minutes):
    return "ready" if minutes > 3 else "wait"
\`\`\`

See [the guide](https://example.org/tea) ![map](https://example.org/x.png) <b>raw</b>`;

export const material = async () => {
  // Two suns over two hills: something to see, drawn here so that nobody's rights are touched.
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="420"><defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="#bcd9f5"/><stop offset="1" stop-color="#f7e7cf"/></linearGradient></defs><rect width="640" height="420" fill="url(#g)"/><circle cx="470" cy="110" r="46" fill="#f2b632"/><circle cx="330" cy="90" r="30" fill="#f2b632"/><path d="M0 330Q160 210 330 330T640 300V420H0z" fill="#5f8d57"/><path d="M0 370Q220 290 420 370T640 350V420H0z" fill="#3e6b43"/><rect x="120" y="250" width="84" height="70" fill="#b5533c"/><path d="M110 250L162 208L214 250z" fill="#6e3325"/></svg>`;
  const picture = await sharp(Buffer.from(svg)).png().toBuffer();
  const clip = readFileSync(join(root, 'test/fixtures/ingest/clip.mp4'));
  const image: Media = {
    sha256: sha256(picture),
    type: 'image/png',
    bytes: picture.length,
    width: 640,
    height: 420,
    seconds: null,
    fps: null,
    frames: null,
  };
  const video: Media = {
    sha256: sha256(clip),
    type: 'video/mp4',
    bytes: clip.length,
    width: 288,
    height: 160,
    seconds: 2.4,
    fps: 10,
    frames: 24,
  };
  const media = new Map([
    [image.sha256, { type: image.type, bytes: picture }],
    [video.sha256, { type: video.type, bytes: clip }],
  ]);
  return { image, video, media };
};

type Item = FakeRun['items'][number];

/** An item with a prompt and responses. */
export const item = (
  id: string,
  prompt: string,
  responses: Item['responses'],
  modality: Item['modality'] = 'text',
): Item => ({
  item: `it_${createHash('md5').update(id).digest('hex')}`,
  modality,
  language: 'en',
  prompt: [{ role: 'user', content: prompt }],
  responses,
});

export const text = (words: string): Item['responses'][number] => ({ text: words, media: null });
