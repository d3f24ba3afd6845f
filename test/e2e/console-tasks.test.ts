/** Every task, in a real browser, once by mouse and once by keyboard alone. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../../schemas/annotation.ts';
import { buildConsole, launchBrowser, seriousFaults } from '../support/browser.ts';
import { type ConsoleServer, createConsoleServer, type FakeRun } from '../support/console-server.ts';
import { type Listening, listen } from '../support/listen.ts';
import { scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';
import { item, material, text } from './console/material.ts';

const { image, video, media } = await material();
const one = [text('Wait four minutes.')];
const two = [text('Boil water.'), text('Ask a friend.')];

interface Case {
  readonly task: Task;
  readonly run: (id: string) => FakeRun;
  readonly mouse: (page: Page) => Promise<void>;
  /** Keys pressed one after the other; the last of them submits. */
  readonly keys: readonly string[];
  readonly value: unknown;
}

const named = (page: Page, role: 'radio' | 'button' | 'checkbox' | 'textbox', name: string | RegExp) =>
  page.getByRole(role, { name, exact: typeof name === 'string' });
const typed = (words: string): string[] => Array.from(words, (char) => (char === ' ' ? 'Space' : char));
const asks = (
  task: Task,
  responses: FakeRun['items'][number]['responses'],
  questions: FakeRun['questions'] = {},
  prompt = 'How is tea made?',
) => {
  return (id: string): FakeRun => ({ tasks: [task], items: [item(id, prompt, responses)], questions });
};
const drag = async (page: Page, from: readonly [number, number], ...to: (readonly [number, number])[]) => {
  await page.mouse.move(...from);
  await page.mouse.down();
  for (const place of to) await page.mouse.move(...place, { steps: 4 });
  await page.mouse.up();
};
/** The middle of a word of the text to be marked. */
const placeOf = (page: Page, word: string) =>
  page.evaluate(`(() => {
    const node = document.querySelector('.spans > *').firstChild;
    const range = document.createRange();
    const at = node.data.indexOf(${JSON.stringify(word)});
    range.setStart(node, at);
    range.setEnd(node, at + ${word.length});
    const { left, top, width, height } = range.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  })()`) as Promise<[number, number]>;
const boxOf = async (page: Page, selector: string) => {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not on the page`);
  return (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
};

const CASES: readonly Case[] = [
  {
    task: 'pairwise',
    run: asks('pairwise', two),
    mouse: (page) => named(page, 'radio', 'B is clearly better').check(),
    keys: ['ArrowRight', 'ArrowRight', 'Enter'],
    value: { preferred: 'b', strength: 2 },
  },
  {
    task: 'ranking',
    run: asks('ranking', [...two, text('Buy it.')]),
    mouse: async (page) => {
      const rows = page.locator('.rank-grip');
      const [third, first] = [await rows.nth(2).boundingBox(), await rows.nth(0).boundingBox()];
      if (third === null || first === null) throw new Error('no rows');
      await drag(page, [third.x + 20, third.y + 20], [first.x + 20, first.y + 3]);
      await named(page, 'button', 'B as good as the one above').click();
    },
    // C first, then B as good as A.
    keys: ['c', '1', 'b', '=', 'Enter'],
    value: { ranks: [2, 2, 1] },
  },
  {
    task: 'rating',
    run: asks('rating', one, { rating: { aspects: [{ name: 'helpful' }, { name: 'clear' }] } }),
    mouse: async (page) => {
      await page.getByRole('radiogroup', { name: 'helpful' }).getByRole('radio', { name: '4' }).check();
      await page.getByRole('radiogroup', { name: 'clear' }).getByRole('radio', { name: '2' }).check();
    },
    keys: ['4', '2', 'Enter'],
    value: { response: 0, aspects: { helpful: 4, clear: 2 }, min: 1, max: 5 },
  },
  {
    task: 'binary',
    run: asks('binary', one),
    mouse: (page) => named(page, 'radio', /^No/).check(),
    keys: ['n', 'Enter'],
    value: { response: 0, good: false },
  },
  {
    task: 'critique',
    run: asks('critique', one),
    mouse: async (page) => {
      await page.locator('textarea').first().click();
      await page.keyboard.type('too long');
      await named(page, 'textbox', 'Edited response').fill('Wait three minutes.');
      expect(await page.locator('ins').textContent()).toBe('three');
    },
    keys: ['Tab', ...typed('too long'), 'Tab', 'Control+a', ...typed('Wait three minutes.'), 'Control+Enter'],
    value: { response: 0, text: 'too long', edited: 'Wait three minutes.' },
  },
  {
    task: 'demonstration',
    run: asks('demonstration', one),
    mouse: (page) => page.locator('textarea').fill('Four minutes.'),
    keys: ['Tab', ...typed('Four minutes.'), 'Control+Enter'],
    value: { text: 'Four minutes.' },
  },
  {
    task: 'rubric',
    run: asks('rubric', one, {
      rubric: {
        criteria: [
          { name: 'quality', levels: [1, 2, 3] },
          { name: 'tone', levels: ['cold', 'warm'] },
        ],
      },
    }),
    mouse: async (page) => {
      await named(page, 'radio', '3').check();
      await named(page, 'radio', 'warm').check();
    },
    keys: ['3', '2', 'Enter'],
    value: { response: 0, levels: { quality: 3, tone: 'warm' } },
  },
  {
    task: 'checklist',
    run: asks('checklist', one),
    mouse: (page) => named(page, 'checkbox', /^complete/).check(),
    keys: ['2', 'Enter'],
    value: { response: 0, checks: { correct: false, complete: true, clear: false } },
  },
  {
    task: 'safety',
    run: asks('safety', one),
    mouse: async (page) => {
      await named(page, 'checkbox', /^hate/).check();
      await named(page, 'radio', 'moderate').check();
    },
    keys: ['2', 'ArrowRight', 'ArrowRight', 'Enter'],
    value: { response: 0, tags: ['hate'], severity: 2 },
  },
  {
    task: 'assertion',
    run: asks('assertion', one),
    mouse: (page) => named(page, 'radio', /^It holds/).check(),
    keys: ['y', 'Enter'],
    value: { response: 0, name: 'holds', pass: true, detail: null },
  },
  {
    task: 'steps',
    run: asks('steps', [text('2 + 5 = 7\n3 · 7 = 24\nSo 24.')]),
    mouse: async (page) => {
      await page.getByRole('radiogroup', { name: 'Step 1' }).getByRole('radio', { name: 'Right' }).check();
      await named(page, 'button', 'First mistake is step 2').click();
    },
    keys: ['y', 'f', 'Enter'],
    value: { response: 0, labels: [1, -1] },
  },
  {
    task: 'spans',
    run: asks('spans', [text('A whale 🐋 is a fish.')], { spans: { tags: [{ name: 'error' }, { name: 'vague' }] } }),
    mouse: async (page) => {
      await page.locator('.choice', { hasText: 'vague' }).click();
      await page.mouse.dblclick(...(await placeOf(page, 'fish')));
    },
    // Words: A, whale, is, a, fish.
    keys: [...Array.from({ length: 5 }, () => 'ArrowRight'), '2', 'Escape', 'Enter'],
    value: { response: 0, spans: [{ start: 15, end: 19, tag: 'vague' }] },
  },
  {
    task: 'keywords',
    run: asks('keywords', [{ text: null, media: image }], {}, 'A house, a boat'),
    mouse: (page) => named(page, 'button', 'boat').click(),
    keys: ['ArrowRight', 'ArrowRight', 'ArrowRight', 'Space', 'Enter'],
    value: { response: 0, words: ['A', 'house', 'a', 'boat'], misaligned: [false, false, false, true] },
  },
];

let browser: Browser;
let context: BrowserContext;
let server: ConsoleServer;
let web: Listening;
const runs: Record<string, FakeRun> = {
  ...Object.fromEntries(
    CASES.flatMap(({ task, run }) => ['mouse', 'keys'].map((by) => [`${task}-${by}`, run(`${task}-${by}`)])),
  ),
  'regions-mouse': asks('regions', [{ text: null, media: image }])('regions-mouse'),
  'regions-keys': asks('regions', [{ text: null, media: image }])('regions-keys'),
  'video-mouse': asks('spans', [{ text: null, media: video }])('video-mouse'),
  'video-keys': asks('spans', [{ text: null, media: video }])('video-keys'),
  videos: asks('pairwise', [
    { text: null, media: video },
    { text: null, media: video },
  ])('videos'),
  form: {
    tasks: ['pairwise', 'rating', 'binary'],
    items: [item('form', 'Which?', two)],
    shown: [1, 0],
  },
};

beforeAll(async () => {
  [browser] = await Promise.all([
    launchBrowser(),
    buildConsole(scratch()).then((files) => {
      server = createConsoleServer({ files, runs, media });
    }),
  ]);
  web = await listen(server.app);
  // One for all: its cache has the console after the first page.
  context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
});
afterAll(async () => {
  await browser.close();
  await web.close();
});

const opened = async <T>(run: string, work: (page: Page) => Promise<T>): Promise<T> => {
  const page = await context.newPage();
  try {
    await page.goto(`${web.url}/console/work?run=${run}`);
    await page.locator('.answer-form').waitFor();
    return await work(page);
  } finally {
    await page.close();
  }
};
/** On a phone nothing is wider than the page. */
const expectNarrow = async (page: Page): Promise<void> => {
  await page.setViewportSize({ width: 360, height: 800 });
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
};
const answerTo = async (run: string): Promise<unknown> => {
  const id = runs[run]?.items[0]?.item ?? '';
  const [vote] = await until(`an answer to ${run}`, () => (server.votes(id).length > 0 ? server.votes(id) : null));
  return vote?.value;
};

describe.each(CASES)('$task', ({ task, mouse, keys, value }) => {
  it('is done by mouse', () =>
    opened(`${task}-mouse`, async (page) => {
      await mouse(page);
      expect(await seriousFaults(page)).toEqual([]);
      await expectNarrow(page);
      await named(page, 'button', /^Submit/).click();
      expect(await answerTo(`${task}-mouse`)).toEqual(value);
    }));

  it('is done by keyboard alone', () =>
    opened(`${task}-keys`, async (page) => {
      for (const key of keys) await page.keyboard.press(key);
      expect(await answerTo(`${task}-keys`)).toEqual(value);
    }));
});

describe('regions', () => {
  const shapes = ({ marks }: { marks: { kind: string; shape: { type: string } }[] }) =>
    marks.map(({ kind, shape }) => `${kind} ${shape.type}`);

  it('are drawn by mouse: a point, a box, a polygon, a stroke; zoomed and taken back', () =>
    opened('regions-mouse', async (page) => {
      const tool = (name: string) => page.locator('.tools .choice', { hasText: name }).click();
      const at = await boxOf(page, '.stage');
      await page.mouse.click(...at(0.5, 0.5));
      await page.mouse.click(...at(0.9, 0.9));
      await named(page, 'button', 'Take back').click();
      await tool('Box');
      await drag(page, at(0.1, 0.1), at(0.3, 0.4));
      await tool('Not as asked');
      await tool('Polygon');
      for (const corner of [at(0.6, 0.6), at(0.8, 0.6), at(0.7, 0.8), at(0.6, 0.6)]) await page.mouse.click(...corner);
      await tool('Brush');
      await named(page, 'button', 'Larger').click();
      await drag(page, at(0.4, 0.5), at(0.6, 0.5));
      expect(await seriousFaults(page)).toEqual([]);
      await expectNarrow(page);
      await named(page, 'button', /^Submit/).click();
      const value = (await answerTo('regions-mouse')) as Parameters<typeof shapes>[0];
      expect(shapes(value)).toEqual([
        'implausibility point',
        'implausibility box',
        'misalignment polygon',
        'misalignment mask',
      ]);
      const [point, box] = value.marks.map(({ shape }) => shape) as unknown as { x: number; width: number }[];
      expect(point?.x).toBeCloseTo(0.5, 2);
      expect(box?.x).toBeCloseTo(0.1, 2);
      expect(box?.width).toBeCloseTo(0.2, 2);
    }));

  it('are drawn by the cursor keys', () =>
    opened('regions-keys', async (page) => {
      const press = async (...keys: string[]) => {
        for (const key of keys) await page.keyboard.press(key);
      };
      await press('ArrowRight', 'Shift+ArrowRight', 'Enter');
      await press('2', 'Enter', 'ArrowRight', 'ArrowDown', 'Enter');
      await press('k', '3', 'Enter', 'ArrowRight', 'Enter', 'ArrowDown', 'Enter', 'c');
      await press('4', 'Enter', 'ArrowRight', 'ArrowRight', 'Enter');
      await press('1', 'Enter', 'Backspace', '+', '-', 'Control+Enter');
      const value = (await answerTo('regions-keys')) as Parameters<typeof shapes>[0];
      expect(shapes(value)).toEqual([
        'implausibility point',
        'implausibility box',
        'misalignment polygon',
        'misalignment mask',
      ]);
      expect((value.marks[0]?.shape as { x?: number } | undefined)?.x).toBeCloseTo(0.522, 5);
    }));
});

describe('a video', () => {
  it('is marked on its timeline by mouse', () =>
    opened('video-mouse', async (page) => {
      const at = await boxOf(page, '.timeline');
      await drag(page, at(0.26, 0.5), at(0.51, 0.5));
      await named(page, 'button', /^Submit/).click();
      expect(await answerTo('video-mouse')).toEqual({ response: 0, spans: [{ start: 6, end: 13, tag: 'error' }] });
    }));

  it('is marked frame by frame with keys', () =>
    opened('video-keys', async (page) => {
      for (const key of ['ArrowRight', 'ArrowRight', 'i', 'Shift+ArrowRight', 'o', 'Enter'])
        await page.keyboard.press(key);
      expect(await answerTo('video-keys')).toEqual({ response: 0, spans: [{ start: 2, end: 13, tag: 'error' }] });
    }));

  it('plays beside another, in step', () =>
    opened('videos', async (page) => {
      await page.getByRole('slider', { name: 'Time of both videos' }).fill('1.2');
      const times = () =>
        page.evaluate('[...document.querySelectorAll("video")].map((video) => video.currentTime)') as Promise<number[]>;
      expect(await times()).toEqual([1.2, 1.2]);
      await named(page, 'button', 'Play both').click();
      await until('both to move', async () => (await times()).every((time) => time > 1.3));
      const [a = 0, b = 0] = await times();
      expect(Math.abs(a - b)).toBeLessThan(0.2);
    }));
});

it('several tasks of one item are one form and one submission, in the order shown', () =>
  opened('form', async (page) => {
    // Shown turned: the left response is b. Keys go on to the next question by themselves.
    for (const key of ['1', '5', 'y']) await page.keyboard.press(key);
    expect(await page.getByText('Complete').count()).toBe(1);
    await page.keyboard.press('Enter');
    await answerTo('form');
    const votes = server.votes(runs['form']?.items[0]?.item ?? '');
    expect(votes.map(({ task, value, shown }) => [task, value, shown])).toEqual([
      ['pairwise', { preferred: 'b', strength: 1 }, [1, 0]],
      ['rating', { response: 1, aspects: { overall: 5 }, min: 1, max: 5 }, [1, 0]],
      ['binary', { response: 1, good: true }, [1, 0]],
    ]);
  }));
