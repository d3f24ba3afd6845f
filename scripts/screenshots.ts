/**
 * Takes pictures of a run waiting for approval in the Temporal UI, of the first plain page and an item's page, at desktop and phone
 * width, then approves the run in the UI as a reviewer would. docs/images has two of them.
 * `node scripts/screenshots.ts [OUT_DIR]`; needs Chromium (CHROMIUM names it, else `chromium` on PATH) and an installed stack.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { parseConfig } from '../cli/config.ts';
import { collectFiles, manifestFor } from '../cli/drop-files.ts';
import { root } from '../cli/paths.ts';
import { pushDrop } from '../cli/push.ts';
import { createServices } from '../cli/services.ts';
import { startStack, stopStack } from '../cli/stack/stack.ts';
import { runId } from '../workflows/ids.ts';

const out = process.argv[2] ?? join(root, 'docs/images');
mkdirSync(out, { recursive: true });
const executablePath =
  process.env['CHROMIUM'] ??
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((dir) => [join(dir, 'chromium'), join(dir, 'google-chrome')])
    .find((file) => existsSync(file));
if (executablePath === undefined) throw new Error('no Chromium found: set CHROMIUM');

const home = mkdtempSync(join(tmpdir(), 'assay-shots-'));
const env = { ...process.env, ASSAY_HOME: home };
const stack = await startStack({ home, env, ports: 'free' });
const services = createServices(parseConfig({ ...env, ...stack.env }));
const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  const pipeline = join(home, 'pipeline.yaml');
  writeFileSync(pipeline, 'approval: required\n');
  const files = [
    ...(await collectFiles([join(root, 'examples/pairs')])),
    { local: pipeline, path: 'pipeline.yaml', bytes: 19 },
  ];
  await pushDrop(services.objects, await manifestFor(files, { name: 'pairs' }), files, () => undefined);
  const runs = await services.runs();
  await runs.start('pairs');
  while ((await runs.state('pairs').catch(() => null))?.stage !== 'approval') {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const flagged = /\/drops\/pairs\/items\/it_[0-9a-f]{32}/.exec((await runs.state('pairs')).details)?.[0];

  const { runId: id } = await (await services.client()).workflow.getHandle(runId('pairs')).describe();
  const run = `${stack.urls.temporalUi}/namespaces/default/workflows/run%2Fpairs/${id}`;
  const pages: [string, string, (page: Page) => Promise<unknown>][] = [
    [
      'approval',
      `${run}/user-metadata`, // The UI shows Markdown in a frame of its own.
      (page) => page.frameLocator('iframe[src*="Waiting"]').getByText('Waiting for approval').first().waitFor(),
    ],
    ['plain', `${stack.urls.api}/plain`, (page) => page.waitForSelector('h1')],
    ['item', `${stack.urls.api}${flagged}`, (page) => page.waitForSelector('h1')],
  ];
  for (const [name, url, ready] of pages) {
    for (const [suffix, width, height] of [
      ['', 1280, 1300],
      ['-phone', 390, 844],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height } });
      // The plain pages want to know who looks; the Temporal UI of the local stack does not.
      if (url.startsWith(stack.urls.api))
        await page.setExtraHTTPHeaders({ authorization: `Bearer ${services.config.apiToken}` });
      await page.goto(url);
      await ready(page);
      await page.screenshot({ path: join(out, `${name}${suffix}.png`) });
      await page.close();
    }
  }

  // The way a reviewer goes: More Actions, Send an Update, approve.
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${run}/history`);
  await page.locator('button:visible', { hasText: 'More Actions' }).first().click();
  await page.getByText('Send an Update').locator('visible=true').first().click();
  const dialog = page.locator('dialog[open]');
  await dialog.locator('[aria-haspopup]').first().click();
  await page
    .getByRole('option', { name: /approve/ })
    .first()
    .click();
  await dialog.locator('.cm-content').fill('{"by": "reviewer", "note": "agreement is good enough"}');
  await page.screenshot({ path: join(out, 'send-update.png') });
  // The first click only leaves the editor, which formats its text and moves the button.
  for (let clicks = 0; clicks < 5 && (await dialog.isVisible()); clicks++) {
    await dialog.getByRole('button', { name: 'Submit' }).click();
    await dialog.waitFor({ state: 'hidden', timeout: 2000 }).catch(() => undefined);
  }
  const report = await runs.result('pairs');
  process.stdout.write(`approved in the Temporal UI: ${report.status}, ${report.datasets[0]?.rows} rows\n`);
} finally {
  await browser.close();
  await services.close();
  await stopStack(home);
  rmSync(home, { recursive: true, force: true });
}
