/** People on a real stack in a real browser: two annotators finish a batch, a reviewer settles it, a curator lets it through. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consoleDir } from '../../cli/console-files.ts';
import { buildConsole, launchBrowser, seriousFaults } from '../support/browser.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const SCRIPT = '<img src=x onerror="globalThis.hacked=1">';
const PIPELINE = `annotate:
  tasks: [pairwise]
  redundancy: 2
  review: disagreements
  questions: {pairwise: {strength: false}}
train: {enabled: false}
approval: required
`;
const PROMPTS = ['Why is the sky red at dusk?', 'Warum ist der Himmel blau?', SCRIPT, 'Name a town.'];

let stack: TestStack;
let browser: Browser;
let api: string;
const people = new Map<string, BrowserContext>();
/** What pages complained about: refused by the content security policy, thrown, or answered 5xx. */
const complaints: string[] = [];

const signIn = async (name: string, role: string): Promise<void> => {
  const { json } = await stack.assay('link', '--role', role, '--name', name);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  context.on('response', (answer) => {
    if (answer.status() >= 500) complaints.push(`${answer.status()} ${answer.url()}`);
  });
  people.set(name, context);
  const page = await context.newPage();
  await page.goto((json as { url: string }).url);
  await page.getByRole('button', { name: /^Sign in/ }).click();
  await page.waitForURL(/\/console\/(work|review|manage)/);
  await page.close();
};

const open = async (name: string, path: string): Promise<Page> => {
  const page = await (people.get(name) as BrowserContext).newPage();
  await page.goto(`${api}/console${path}`);
  return page;
};

type Side = 'a' | 'b';

/** Somebody answers `items` items by keyboard; whichever side a response stands on, the one meant is chosen. */
const answer = async (name: string, items: number, prefers: (prompt: string) => Side): Promise<void> => {
  const page = await open(name, '/work?run=pairs');
  const form = page.locator('.answer-form');
  for (let answered = 0; answered < items; answered++) {
    await form.waitFor();
    const heading = await page.locator('h1').innerText();
    const prompt = (await form.getByRole('region', { name: 'Prompt' }).innerText()).trim();
    const turned = (await form.getByRole('article', { name: 'Response A' }).innerText()).includes('longer');
    await page.keyboard.press((prefers(prompt) === 'a') === turned ? '2' : '1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor({ state: 'detached' });
  }
  await page.getByRole('heading', { name: 'Nothing to do here' }).waitFor();
  // Answers are kept in the browser first: the page may close once they have left it.
  await page.getByText('All sent').waitFor();
  await page.close();
};

/** Everything that must hold of any page: script stays text, and axe finds nothing serious. */
const isSound = async (page: Page): Promise<void> => {
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
  expect([page.url(), await seriousFaults(page)]).toEqual([page.url(), []]);
};

beforeAll(async () => {
  [stack, browser] = await Promise.all([startTestStack(), launchBrowser(), buildConsole(consoleDir)]);
  api = (await stack.current()).urls.api;
  const drop = join(stack.home, 'pairs');
  mkdirSync(drop);
  const rows = PROMPTS.map((prompt, n) =>
    JSON.stringify({
      id: `q${n}`,
      prompt,
      responses: [
        { text: `A: ${SCRIPT} **first**`, model: 'm1' },
        { text: 'The second response is much longer than the first.', model: 'm2' },
      ],
    }),
  );
  writeFileSync(join(drop, 'rows.jsonl'), rows.join('\n'));
  writeFileSync(join(drop, 'pipeline.yaml'), PIPELINE);
  await stack.assay('drop', 'push', drop, '--name', 'pairs', '--format', 'assay');
  await until('the batch', async () => (await (await stack.services.annotators()).list('pairs')).length === 1);
  for (const [name, role] of [
    ['Ann', 'annotator'],
    ['Ben', 'annotator'],
    ['Cem', 'annotator'],
    ['Rita', 'reviewer'],
    ['Ada', 'curator,admin'],
  ] as const)
    await signIn(name, role);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

test('two annotators answer, and what they disagree on waits for the reviewer', async () => {
  await answer('Ann', PROMPTS.length, () => 'a');
  await answer('Ben', PROMPTS.length, (prompt) => (prompt === PROMPTS[0] || prompt === SCRIPT ? 'b' : 'a'));
  const page = await open('Rita', '/review');
  const entries = page.locator('.queue-entry');
  await entries.nth(1).waitFor();
  expect(await entries.count()).toBe(2);
  expect(await entries.first().innerText()).toContain('disagreement');
  await isSound(page);
  await page.close();
});

test('the reviewer goes through the queue by keyboard: decides one, returns the other', async () => {
  const page = await open('Rita', '/review');
  await page.locator('.queue-entry').nth(1).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  const votes = page.getByRole('region', { name: 'Votes', exact: true });
  await votes.waitFor();
  expect(await votes.getByRole('row').nth(1).innerText()).toMatch(/A is better.*B is better|B is better.*A is better/s);
  await isSound(page);

  await page.getByLabel('Comment').fill(`Look again ${SCRIPT}`);
  await page.getByRole('button', { name: 'Add to the thread' }).click();
  await page.locator('.thread').getByText('Look again').waitFor();

  await page.locator('h1').focus();
  await page.keyboard.press('d');
  await page.locator('.answer-form').waitFor();
  await isSound(page);
  const first = page.url();
  await page.keyboard.press('2');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.href !== first);

  await page.getByLabel('Note').fill('Ask somebody else.');
  await page.locator('h1').focus();
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog');
  const [ann] = await dialog.getByRole('checkbox').all();
  await ann?.uncheck();
  await isSound(page);
  await dialog.getByRole('button', { name: 'Return' }).click();
  await page.getByText('Nothing waits for you').waitFor();
  await page.close();
});

test('the returned item is asked of somebody else, and the run comes to its gate', async () => {
  // Whose vote was kept is not known here: whoever it was, the third person says the same.
  const [batch] = await (await stack.services.annotators()).list('pairs');
  const kept = (await (await stack.services.annotators()).votes(batch?.id ?? '')).filter(
    ({ item }, _, all) => all.filter((vote) => vote.item === item).length === 1,
  );
  expect(kept).toHaveLength(1);
  await answer('Cem', 1, () => (kept[0]?.category === 'b' ? 'b' : 'a'));

  const page = await open('Ada', '/manage/runs/pairs');
  await page.getByRole('region', { name: 'Approval' }).waitFor({ timeout: 60_000 });
  await isSound(page);
  for (const tab of ['Annotators', 'Agreement', 'Cost and time', 'Details']) {
    await page.getByRole('tab', { name: tab }).click();
    if (tab !== 'Details') await page.locator('figure.chart svg.plot').first().waitFor();
    await isSound(page);
  }
  await page.getByRole('tab', { name: 'Annotators' }).click();
  const people = page.getByRole('region', { name: 'Annotators', exact: true });
  await people.waitFor();
  expect(await people.getByRole('row').count()).toBe(4);

  await page.getByLabel('Note').fill('Agreement is good enough.');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.locator('.chip.good', { hasText: 'completed' }).waitFor({ timeout: 60_000 });
  await page.close();
  const report = await (await stack.services.runs()).result('pairs');
  expect(report.collected.votes).toBeGreaterThanOrEqual(2 * PROMPTS.length - 1);
});

test('an admin describes an annotator and reads what was decided', async () => {
  const page = await open('Ada', '/manage/people');
  await page.getByRole('button', { name: 'Describe an annotator' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Subject').fill('sub_0123');
  await dialog.getByLabel('Languages').fill('?');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('not a BCP-47 language tag').waitFor();
  await dialog.getByLabel('Languages').fill('en, de');
  await isSound(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'en, de' }).waitFor();

  await page.getByText('Make a sign-in link').click();
  await page.getByLabel('Name', { exact: true }).fill('Dot');
  await page.getByRole('button', { name: 'Make the link' }).click();
  await page.getByText(/\/console\/sign-in#token=/).waitFor();
  await isSound(page);

  await page.getByRole('link', { name: 'Audit log' }).click();
  const log = page.getByRole('region', { name: /entries/ });
  await log.waitFor();
  for (const action of ['approve', 'decide', 'return', 'comment', 'profile', 'submit'])
    expect([action, await log.getByRole('cell', { name: action, exact: true }).count()]).not.toEqual([action, 0]);
  await isSound(page);
  await page.close();
});

test('a study: graded by keys, an assertion proposed, the one that agrees chosen', async () => {
  const page = await open('Rita', '/evalgen');
  await page.getByText('Begin a study').click();
  await page.getByLabel('Name').fill('short');
  await page.getByLabel('Drop').fill('pairs');
  await isSound(page);
  await page.getByRole('button', { name: 'Begin' }).click();
  const output = page.getByRole('article', { name: /^Output/ });
  await output.waitFor();
  for (let graded = 0; graded < 2 * PROMPTS.length; graded++) {
    await page.keyboard.press((await output.innerText()).includes('longer') ? 'b' : 'g');
    await page.getByText(`${graded + 1} of ${2 * PROMPTS.length} graded`).waitFor();
  }
  await isSound(page);

  await page.getByRole('tab', { name: 'Criteria' }).click();
  await page.getByLabel('Name').fill('brief');
  await page.getByLabel('What a good output does').fill('It is brief.');
  await page.getByRole('button', { name: 'Add the criterion' }).click();
  await page.getByRole('heading', { name: 'brief' }).waitFor();
  await isSound(page);

  await page.getByRole('tab', { name: 'Assertions' }).click();
  for (const code of ["({ response }) => !response.includes('longer')", '() => true']) {
    await page.getByLabel('JavaScript function').fill(code);
    await page.getByRole('button', { name: 'Propose' }).click();
    await page.getByRole('article').getByText(code).waitFor();
  }
  await isSound(page);

  await page.getByRole('tab', { name: 'Report' }).click();
  await page.getByText(/^Chosen: [0-9a-f]{8}, alignment 1\.00/).waitFor();
  await page.locator('figure.chart svg.plot').first().waitFor();
  await isSound(page);
  await page.close();
  const { json } = await stack.assay('evalgen', 'report', 'short');
  expect(json).toMatchObject({ name: 'short', overall: { alignment: 1, n: 8, bad: 4 } });
});

test('no page was refused anything by its policy, threw, or met a fault of the server', () => {
  expect(complaints).toEqual([]);
});
