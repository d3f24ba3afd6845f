/** What the page does by itself when things go wrong around it, in a real browser. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildConsole, launchBrowser, seriousFaults } from '../support/browser.ts';
import { type ConsoleServer, createConsoleServer } from '../support/console-server.ts';
import { type Listening, listen } from '../support/listen.ts';
import { scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';
import { item, SCRIPT, text } from './console/material.ts';

const items = Array.from({ length: 6 }, (_, n) => item(`item ${n}`, `Question ${n}?`, [text(`Answer ${n}.`)]));
const id = (n: number): string => items[n]?.item ?? '';

let browser: Browser;
let files: string;
let server: ConsoleServer;
let web: Listening;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchBrowser(), buildConsole(scratch())]);
});
afterAll(() => browser.close());

beforeEach(async () => {
  server = createConsoleServer({
    files,
    runs: {
      work: { tasks: ['critique'], items, guideline: '# Be kind\n\nSay what is *wrong*.' },
      quick: { tasks: ['binary'], items: items.map((one) => ({ ...one, item: `${one.item}-q` })) },
    },
  });
  web = await listen(server.app);
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(`${web.url}/console/work?run=work`);
  await page.locator('.answer-form').waitFor();
  return async () => {
    await context.close();
    await web.close();
  };
});

const critique = () => page.getByRole('textbox', { name: /wrong/ });
const write = async (words: string) => {
  await critique().fill(words);
  await page.keyboard.press('Control+Enter');
};
const shows = (words: string) => page.getByText(words, { exact: true }).waitFor();
const textOf = (n: number) => {
  const [vote] = server.votes(id(n));
  return vote?.task === 'critique' ? vote.value.text : undefined;
};

describe('a draft', () => {
  it('is there again after a reload, and gone once it is sent', async () => {
    await critique().fill('half a thought');
    await page.reload();
    await until('the draft', async () => (await critique().inputValue()) === 'half a thought');
    await page.keyboard.press('Control+Enter');
    await until('the vote', () => textOf(0) === 'half a thought');
    await shows('Question 1?');
    expect(await critique().inputValue()).toBe('');
  });

  it('is there again also where the page went before the browser had written it', async () => {
    const other = await context.newPage();
    await other.goto(`${web.url}/health`);
    // Holds the store: what others write waits until this page is closed.
    await other.evaluate(`new Promise((held) => {
      indexedDB.open('assay', 1).onsuccess = ({ target }) => {
        const table = target.result.transaction('kept', 'readwrite').objectStore('kept');
        const hold = () => { table.get('').onsuccess = hold; held(); };
        hold();
      };
    })`);
    await critique().fill('half a thought');
    await page.reload();
    await other.close();
    await until('the draft', async () => (await critique().inputValue()) === 'half a thought');
  });

  it('that cannot be an answer says so before it is sent', async () => {
    await critique().fill('x'.repeat(100_001));
    await shows('This cannot be sent yet: text longer than 100000 characters.');
    expect(await page.getByRole('button', { name: /^Submit/ }).isDisabled()).toBe(true);
    await write('short');
    await until('the vote', () => textOf(0) === 'short');
  });
});

describe('without a connection', () => {
  it('work goes on; each answer arrives once, in order, when it is back', async () => {
    await context.setOffline(true);
    await write('first');
    await shows('Question 1?');
    await write('second');
    await shows('Question 2?');
    await page.getByText(/^Offline: 2 answers wait/).waitFor();
    expect(server.state.submitted).toEqual([]);
    await context.setOffline(false);
    await page.getByText('All sent').waitFor();
    expect([textOf(0), textOf(1)]).toEqual(['first', 'second']);
    expect(server.state.submitted).toHaveLength(2);
  });

  it('answers wait over a reload', async () => {
    await page.route('**/api/work/submit', (route) => route.abort());
    await write('kept');
    await page.getByText(/^Offline: 1 answer waits/).waitFor();
    await page.reload();
    await page.getByText(/^Offline: 1 answer waits/).waitFor();
    await shows('Question 1?');
    await page.unroute('**/api/work/submit');
    await until('the vote', () => textOf(0) === 'kept', 15_000);
    expect(server.state.submitted).toHaveLength(1);
  });

  it('is not said of a server that cannot take answers now', async () => {
    await page.route('**/api/work/submit', (route) => route.fulfill({ status: 503, json: {} }));
    await write('busy');
    await page.getByText('The server cannot take answers now: 1 answer waits and will be sent').waitFor();
    await page.unroute('**/api/work/submit');
    await until('the vote', () => textOf(0) === 'busy', 15_000);
  });

  it('an answer whose acknowledgement was lost is sent again byte by byte', async () => {
    let lost = 0;
    await page.route('**/api/work/submit', async (route) => {
      await route.fetch();
      if (lost++ === 0) await route.abort();
      else await route.continue();
    });
    await write('once');
    await page.getByText('All sent').waitFor();
    await until('the second try', () => lost > 1, 15_000);
    expect(new Set(server.state.submitted).size).toBe(1);
    expect(textOf(0)).toBe('once');
  });
});

describe('a refusal', () => {
  it('of a lease that ended keeps the draft; claimed again, it is sent', async () => {
    server.expireLeases();
    await write('late');
    await page.getByText(/Your time for it had ended/).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Claim it again' }).click();
    await shows('Question 0?');
    expect(await critique().inputValue()).toBe('late');
    await page.keyboard.press('Control+Enter');
    await until('the vote', () => textOf(0) === 'late');
  });

  it('of a batch that has ended says so once; nothing is sent again', async () => {
    server.state.refusals.push('ASY-4005');
    await write('too late');
    await page.getByText(/Its batch has ended/).waitFor();
    expect(await page.getByRole('button', { name: 'Claim it again' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Discard the answer' }).click();
    await until('the notice to go', async () => (await page.getByText(/Its batch has ended/).count()) === 0);
    expect(server.state.submitted).toHaveLength(1);
  });
});

it('a session that ends is begun again in place, and nothing is lost', async () => {
  server.state.signedIn = false;
  await write('while signed out');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await dialog.getByRole('textbox', { name: 'Sign-in link' }).fill(`${web.url}/console/sign-in#token=a.b.c`);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await until('the vote', () => textOf(0) === 'while signed out', 15_000);
  expect(await dialog.count()).toBe(0);
});

it('u takes back the last answer with what was written, s skips with a reason, x cannot judge', async () => {
  await write('hasty');
  await until('the vote', () => textOf(0) === 'hasty');
  await shows('Question 1?');
  await page.keyboard.press('u');
  await shows('Question 0?');
  expect(await critique().inputValue()).toBe('hasty');
  expect(server.votes(id(0))).toEqual([]);
  await page.locator('h1').focus();
  await page.keyboard.press('s');
  await page.getByRole('dialog', { name: 'Skip this item' }).waitFor();
  await page.keyboard.press('2');
  await shows('Question 1?');
  await page.keyboard.press('x');
  await shows('Question 2?');
  await until('both skips', () => server.stateOf(id(0)) === 'skipped' && server.stateOf(id(1)) === 'skipped');
});

it('an answer of one key is sent by it where somebody chose so', async () => {
  await page.goto(`${web.url}/console/work/preferences`);
  await page.getByRole('checkbox', { name: /at once/ }).check();
  await page.goto(`${web.url}/console/work?run=quick`);
  for (const [n, key] of ['y', 'n', 'y', 'n'].entries()) {
    await shows(`Question ${n}?`);
    await page.keyboard.press(key);
  }
  await until('four votes', () => server.votes(`${id(3)}-q`).length === 1);
  expect(server.votes(`${id(1)}-q`)[0]?.value).toEqual({ response: 0, good: false });
});

describe('a page that is asked for again and refused', () => {
  const refuse = (path: string) =>
    page.route(`**/api/${path}`, (route) =>
      route.request().method() === 'GET'
        ? route.fulfill({ status: 404, json: { code: 'ASY-4001', message: 'gone', fix: '' } })
        : route.fallback(),
    );

  it('keeps an answer that is open, with what is written to it', async () => {
    await write('said');
    await until('the vote', () => textOf(0) === 'said');
    await page.goto(`${web.url}/console/work/own`);
    await page.getByRole('button', { name: /^Open item/ }).click();
    const note = page.getByRole('textbox', { name: 'Add to the thread' });
    await note.fill('one');
    await refuse('work/own');
    const asked = page.waitForResponse('**/api/work/own');
    await page.getByRole('button', { name: 'Comment' }).click();
    await asked;
    await page.locator('.thread').getByText('one').waitFor();
    await note.fill('two');
    expect(await note.inputValue()).toBe('two');
    expect(await page.getByRole('heading', { name: 'My answers' }).count()).toBe(1);
  });

  it('keeps the form of preferences, with what is typed into it', async () => {
    await page.clock.install();
    await page.goto(`${web.url}/console/work/preferences`);
    const topics = page.getByRole('textbox', { name: /Topics/ });
    await topics.fill('spiders');
    await refuse('preferences');
    // Looked at again after a while, the page asks again.
    await page.clock.fastForward(60_000);
    const asked = page.waitForResponse('**/api/preferences');
    await page.evaluate("dispatchEvent(new Event('visibilitychange'))");
    await asked;
    await page.getByRole('button', { name: 'Save' }).click();
    await until('the preferences', () => server.state.preferences.optOut[0] === 'spiders');
  });
});

it('work goes on where the browser refuses every store', async () => {
  await page.addInitScript(`for (const name of ['localStorage', 'indexedDB'])
    Object.defineProperty(globalThis, name, { get: () => { throw new DOMException('denied', 'SecurityError'); } });`);
  await page.reload();
  await write('kept by nobody');
  await until('the vote', () => textOf(0) === 'kept by nobody');
});

it('a theme is shown also where the browser stores nothing', async () => {
  await page.addInitScript("Storage.prototype.setItem = () => { throw new Error('full'); }");
  await page.reload();
  await page.getByRole('button', { name: 'Theme: auto' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
});

it('script in any field is shown as text and runs nowhere', async () => {
  await write(SCRIPT);
  await until('the vote', () => textOf(0) === SCRIPT);
  await page.goto(`${web.url}/console/work/own`);
  await page.getByRole('button', { name: /^Open item/ }).click();
  await page.getByText(SCRIPT).first().waitFor();
  await page.getByRole('textbox', { name: 'Add to the thread' }).fill(SCRIPT);
  await page.getByRole('button', { name: 'Comment' }).click();
  await until('the comment', () => server.state.notes[0]?.text === SCRIPT);
  await page.locator('.thread').getByText(SCRIPT).waitFor();
  expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
  expect(await seriousFaults(page)).toEqual([]);
});

it('every page is free of serious faults for assistive technology, dark and light, wide and narrow', async () => {
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    for (const path of ['work', 'work?run=work', 'work/own', 'work/preferences', 'sign-in', 'nowhere']) {
      await page.goto(`${web.url}/console/${path}`);
      await page.locator('main h1, main h2').first().waitFor({ state: 'attached' });
      expect([path, await seriousFaults(page)]).toEqual([path, []]);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect([path, overflow]).toEqual([path, 0]);
    }
    await page.goto(`${web.url}/console/work?run=work`);
    await page.locator('.answer-form').waitFor();
    await page.keyboard.press('g');
    await page.getByRole('heading', { name: 'Be kind' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  }
});
