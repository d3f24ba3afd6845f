/**
 * Takes pictures of an annotator's pages with items drawn here, light and dark, at desktop and phone width, into docs/images/console.
 * `node scripts/console-screenshots.ts [OUT_DIR]`; needs Chromium.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { root } from '../cli/paths.ts';
import { item, MARKDOWN, material, text } from '../test/e2e/console/material.ts';
import { buildConsole, launchBrowser } from '../test/support/browser.ts';
import { createConsoleServer, type FakeRun } from '../test/support/console-server.ts';
import { listen } from '../test/support/listen.ts';

const out = process.argv[2] ?? join(root, 'docs/images/console');
mkdirSync(out, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'assay-shots-'));
const { image, video, media } = await material();

const answers = [
  text(MARKDOWN),
  text('Pour boiling water over a bag of tea and wait four minutes. Milk is optional; sugar is a matter of taste.'),
];
const aspects = (...names: string[]) => ({ rating: { aspects: names.map((name) => ({ name })) } });
/** Questions that are answered before the page of own answers is shown. */
const ANSWERED = ['Is water wet?', 'Name a planet.', 'Why do leaves fall?'];
const runs: Readonly<Record<string, FakeRun>> = {
  tea: {
    tasks: ['pairwise', 'rating', 'critique'],
    items: [item('tea', 'How do I make a good cup of tea?', answers)],
    questions: aspects('helpful', 'truthful', 'clear'),
    guideline: 'Prefer what works. **Length alone** is no merit.',
  },
  image: {
    tasks: ['regions', 'keywords', 'rating'],
    items: [item('image', 'A red house under one sun, and a boat', [{ text: null, media: image }], 'image')],
    questions: aspects('plausibility', 'aesthetics'),
  },
  spans: {
    tasks: ['spans'],
    items: [
      item('spans', 'Describe a whale.', [
        text('A whale is a large fish that breathes air. It lives in the sea and lays eggs.'),
      ]),
    ],
    questions: { spans: { tags: [{ name: 'error' }, { name: 'vague' }] } },
  },
  video: {
    tasks: ['spans', 'rating'],
    items: [item('video', 'A rider turns on a square', [{ text: null, media: video }], 'video')],
    questions: aspects(
      'visual quality',
      'temporal consistency',
      'dynamic degree',
      'text alignment',
      'factual consistency',
    ),
  },
  answered: {
    tasks: ['binary'],
    items: ANSWERED.map((prompt) => item(prompt, prompt, [text('Because of the season.')])),
  },
};

/** What is done on a page before its picture. */
const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const drag = async (page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> => {
  const box = await page.locator('.stage').boundingBox();
  if (box === null) throw new Error('no stage');
  const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 12 });
  await page.mouse.up();
};
const SCENES: readonly [name: string, path: string, act?: (page: Page) => Promise<void>][] = [
  ['sign-in', 'sign-in'],
  ['own', 'work/own'],
  ['preferences', 'work/preferences'],
  ['work', 'work?run=tea', (page) => press(page, 'ArrowLeft', 'ArrowLeft', 'Enter', '4', '5')],
  [
    'regions',
    'work?run=image',
    async (page) => {
      await press(page, '2');
      await drag(page, [0.66, 0.14], [0.82, 0.4]);
      await press(page, 'k', '4');
      await drag(page, [0.45, 0.86], [0.8, 0.84]);
    },
  ],
  [
    'spans',
    'work?run=spans',
    (page) => press(page, ...Array.from({ length: 5 }, () => 'ArrowRight'), '1', 'ArrowRight', 'Shift+ArrowRight'),
  ],
  [
    'video',
    'work?run=video',
    async (page) => {
      await page.waitForFunction('document.querySelector("video").readyState > 2');
      await press(page, 'ArrowRight', 'ArrowRight', 'i', 'Shift+ArrowRight', 'o');
    },
  ],
];

const server = createConsoleServer({ files: await buildConsole(folder), runs, media });
const web = await listen(server.app);
const browser = await launchBrowser();
try {
  const answering = await browser.newPage();
  await answering.goto(`${web.url}/console/work?run=answered`);
  for (const prompt of ANSWERED) {
    await answering.getByText(prompt, { exact: true }).waitFor();
    await press(answering, 'y', 'Enter');
  }
  await answering.getByText('Nothing is left').waitFor();
  await answering.getByText('All sent').waitFor();
  await answering.close();
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [suffix, width, height] of [
      ['', 1280, 860],
      ['-phone', 360, 760],
    ] as const) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
      for (const [name, path, act] of SCENES) {
        const page = await context.newPage();
        await page.goto(`${web.url}/console/${path}`);
        await page.locator('.answer-form, .field, table').first().waitFor();
        await act?.(page);
        const file = join(out, `${name}${colorScheme === 'dark' ? '-dark' : ''}${suffix}.png`);
        // A palette does for pages: a third of the bytes.
        await sharp(await page.screenshot())
          .png({ palette: true, quality: 90 })
          .toFile(file);
        await page.close();
      }
      await context.close();
    }
} finally {
  await browser.close();
  await web.close();
  rmSync(folder, { recursive: true, force: true });
}
