/** An annotator in a real browser on a real stack: signs in by link, works, and meets a server that dies and a batch that ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { consoleDir } from '../../cli/console-files.ts';
import { buildConsole, launchBrowser, seriousFaults } from '../support/browser.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { SCRIPT } from './console/material.ts';

const ITEMS = 8;
const scratch = mkdtempSync(join(tmpdir(), 'assay-console-'));

let stack: TestStack;
let browser: Browser;
let page: Page;

/** A drop of pairs whose answers people give. */
const push = async (name: string): Promise<void> => {
  const rows = join(scratch, `${name}.jsonl`);
  const row = (n: number) => ({
    id: `${name}-${n}`,
    prompt: `Question ${n}? ${n === 0 ? SCRIPT : ''}`,
    responses: [{ text: `Answer ${n} of the one.` }, { text: `Answer ${n} of the other.` }],
    language: 'en',
    annotations: [],
  });
  writeFileSync(rows, Array.from({ length: ITEMS }, (_, n) => JSON.stringify(row(n))).join('\n'));
  const pipeline = join(scratch, 'pipeline.yaml');
  writeFileSync(
    pipeline,
    'approval: required\nannotate:\n  tasks: [pairwise, critique]\n  batchSize: 8\ntrain:\n  enabled: false\n',
  );
  const pushed = await stack.assay('drop', 'push', rows, '--name', name, '--format', 'assay', '--pipeline', pipeline);
  expect(pushed.stderr).not.toContain('ASY-');
};

const votesOf = async (batch: string) => (await stack.services.annotators()).votes(batch);
/** Opens the page of a run's work and returns the id of its batch. */
const opened = async (run: string): Promise<string> => {
  const annotators = await stack.services.annotators();
  const { id } = await until('the batch to open', async () => (await annotators.list(run))[0], 60_000);
  await page.goto(`${(await stack.current()).urls.api}/console/work?run=${run}`);
  await page.locator('.answer-form').waitFor();
  return id;
};
/** Answers the item on the page by keys alone. */
const answer = async (words: string): Promise<void> => {
  for (const key of ['ArrowLeft', 'Tab']) await page.keyboard.press(key);
  await page.getByRole('textbox', { name: /wrong/ }).focus();
  await page.keyboard.insertText(words);
  await page.keyboard.press('Control+Enter');
};
const heading = async () => (await page.locator('h1, .empty h2').allTextContents()).join();

beforeAll(async () => {
  [stack, browser] = await Promise.all([startTestStack(), launchBrowser(), buildConsole(consoleDir)]);
  await Promise.all([push('work'), push('ended')]);
  page = await browser.newPage();
  const link = await stack.assay('link', '--role', 'annotator', '--name', 'Ada');
  await page.goto((link.json as { url: string }).url);
  await page.getByRole('button', { name: /^Sign in/ }).click();
  await page.getByRole('heading', { name: /Open work|No work/ }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
  rmSync(scratch, { recursive: true, force: true });
});

it('every item is answered exactly once, though the server is killed in between', async () => {
  const batch = await opened('work');
  expect(await seriousFaults(page)).toEqual([]);
  for (let n = 0; n < ITEMS; n++) {
    const before = await heading();
    if (n === 3) await stack.kill('server');
    await answer(n === 1 ? SCRIPT : `critique ${n}`);
    // The next item, or the page that says there is none; between the two the page has no heading.
    await until('the next item', async () => !['', before].includes(await heading()), 60_000);
  }
  const votes = await until(
    'all votes',
    async () => {
      const cast = await votesOf(batch).catch(() => []);
      return cast.length === 2 * ITEMS ? cast : null;
    },
    60_000,
  );
  for (const task of ['pairwise', 'critique'])
    expect(new Set(votes.filter((vote) => vote.task === task).map(({ item }) => item)).size).toBe(ITEMS);
  await page.getByText('All sent').waitFor();
  expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
}, 180_000);

it('what was answered stands on one’s own page and may be discussed', async () => {
  await page.goto(`${(await stack.current()).urls.api}/console/work/own`);
  await page.locator('main h1, main h2').first().waitFor();
  expect(await seriousFaults(page)).toEqual([]);
}, 60_000);

it('a batch that ends under an open page keeps the draft and says so once', async () => {
  const batch = await opened('ended');
  const client = await stack.services.client();
  await client.workflow.getHandle(batch).terminate('under an open page');
  await answer('nobody will count this');
  await page.getByText(/Its batch has ended/).waitFor({ timeout: 60_000 });
  await page.reload();
  await page.getByText(/Its batch has ended/).waitFor();
  await page.getByRole('button', { name: 'Discard the answer' }).click();
  await until('the notice to go', async () => (await page.getByText(/Its batch has ended/).count()) === 0);
}, 120_000);
