import { describe, expect, it } from 'vitest';
import { AssayError } from '../../schemas/errors.ts';
import type { HeadReport, ModelReport } from '../../schemas/evaluation.ts';
import type { Library, Runs } from '../../server/ports.ts';
import { createTestApp, program } from '../support/app.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { storeHead } from '../support/stored-head.ts';

const HOSTILE = '"><script>alert(1)</script>';

const estimate = { value: 0.1, ci: [-0.05, 0.25] as [number, number], n: 56, groups: 39 };
const right = { n: 20, accuracy: 0.35, ci: [0.181, 0.567] as [number, number] };
const robustness = { clean: right, attacked: estimate, attacks: [{ attack: 'upper', accuracy: 0.123 }] };
const evaluation: HeadReport = {
  counts: 'pairs',
  baseline: 'length only',
  gain: estimate,
  calibration: {
    n: 56,
    before: { ece: 0.153, brier: 0.256, nll: 0.74 },
    after: { ece: 0.081, brier: 0.24, nll: 0.677 },
  },
  slices: [
    { by: 'language', slices: [{ value: HOSTILE, baseline: 0.617, ...right }], worst: HOSTILE, maxGap: 0 },
    {
      by: 'origin',
      slices: [
        { value: 'translated', baseline: 0.5, ...right },
        { value: 'original', baseline: 0.4, ...right, n: 36 },
      ],
      worst: 'translated',
      maxGap: 0.2,
    },
    { by: 'generator', slices: [{ value: 'the only one', baseline: 0.5, ...right }], worst: 'the only one', maxGap: 0 },
  ],
  leaveOneOut: [
    {
      by: 'source',
      rows: [{ held: 'forum', baseline: 0.5, ...right }],
      maps: [],
      skipped: [{ value: 'blog', reason: 'few' }],
    },
  ],
  length: {
    winnerLonger: right,
    winnerShorter: { ...right, n: 0 },
    correlation: null,
    coefficient: { head: -0.3, labels: -0.2 },
  },
  styleShare: 0.815,
  robustness: {
    augmented: robustness,
    plain: robustness,
    lengthOnly: robustness,
    gain: { clean: estimate, attacked: estimate },
  },
  aspects: [{ aspect: 'clarity', n: 9, rmse: 0.5, rmseOfMean: 0.75, spearman: null }],
  ood: { threshold: 31.128, quantile: 0.99, trainShare: 0.014, validationShare: 0.053 },
  meanStd: 0.2,
  contradictoryPairs: 3,
  unknownLanguages: 0,
  notes: [HOSTILE],
};

const reportOf = async (): Promise<ModelReport> => ({
  manifest: {
    ...(await storeHead(createMemoryObjects(), 'm', 'v2')),
    metrics: {
      accuracy: 0.571,
      accuracyCi: [0.441, 0.692],
      lengthOnlyAccuracy: 0.643,
      n: 56,
      trainPairs: 319,
      trainAccuracy: 0.74,
      ece: 0.081,
      nll: 0.677,
      temperature: 1.632,
      gain: estimate,
    },
  },
  serving: 'v1',
  versions: [
    { version: 'v2', at: Date.UTC(2026, 0, 2, 3, 4) },
    { version: 'v1', at: 0 },
  ],
  evaluation,
  limits: ['It cannot sing.'],
  promotions: [
    { version: 'v2', kind: 'promote', previous: null, reason: 'first', by: '', note: '', at: null },
    {
      version: 'v1',
      kind: 'rollback',
      previous: 'v2',
      reason: HOSTILE,
      by: 'ann',
      note: 'odd',
      at: Date.UTC(2026, 0, 2),
    },
  ],
});

const setup = async (change: Partial<ModelReport> = {}) => {
  const report = { ...(await reportOf()), ...change };
  const asked: unknown[][] = [];
  const library = {
    datasets: async () => ({ datasets: [] }),
    models: async () => ({
      models: [{ name: 'm', version: 'v2', promoted: true, metrics: report.manifest.metrics }],
    }),
    model: async (...args: unknown[]) => {
      asked.push(args);
      if (args[0] !== 'm') throw new AssayError('ASY-5001', { model: HOSTILE });
      return report;
    },
    reliability: async () => '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  } as unknown as Library;
  const runs = { list: async () => [] } as unknown as Runs;
  const app = createTestApp({ deps: { runs, library } });
  const ask = (path: string, accept = 'text/html') => app.ask(path, { headers: { accept, ...program } });
  return { ask, asked, page: async (path = '/models/m/v2') => (await ask(path)).text() };
};

describe('the page of a head', () => {
  it('shows accuracy beside the baseline with its interval, and says what that means', async () => {
    const text = await (await setup()).page();
    expect(text).toMatch(/this head<\/th><td>0\.571<\/td><td>0\.441 to 0\.692/);
    expect(text).toMatch(/baseline: length only<\/th><td>0\.643/);
    expect(text).toMatch(/head less baseline<\/th><td>0\.100<\/td><td>-0\.050 to 0\.250/);
    expect(text).toContain('It is not shown to beat the baseline');
  });

  it.each([
    [[0.01, 0.2], 'It beats the baseline beyond noise.'],
    [[-0.2, -0.01], 'It is worse than the baseline beyond noise'],
  ] as const)('of a gain within %j says so', async (ci, words) => {
    const { manifest } = await reportOf();
    const metrics = { ...manifest.metrics, gain: { value: 0, ci: [...ci] as [number, number] } };
    expect(await (await setup({ manifest: { ...manifest, metrics } })).page()).toContain(words);
  });

  it('has every cut with n, interval and baseline, but for those with nothing to compare', async () => {
    const text = await (await setup()).page();
    expect(text).toMatch(
      /original<\/th><td class="number">36<\/td><td>0\.350<\/td><td>0\.181 to 0\.567<\/td><td>0\.400/,
    );
    expect(text).toContain('worst: translated, 0.200 below the best');
    expect(text).not.toContain('the only one');
  });

  it.each([
    'expected calibration error (15 bins)</th><td>0.153</td><td>0.081',
    'src="/models/m/v2/reliability.svg"',
    'forum</th><td class="number">20',
    'Not held out: blog (few).',
    'upper</th><td>0.123',
    'clarity</th><td class="number">9</td><td>0.500</td><td>0.750</td><td>–',
    'winner is the shorter</th><td class="number">0</td><td>–',
    'It leans to shorter responses more than people did.',
    'Style features alone explain 81.5 %',
    '<strong>31.128</strong>',
    'It cannot sing.',
    'both ways round: 3',
    'does not serve; <a href="/models/m/v1">v1</a> does',
    '2026-01-02 03:04 UTC',
    'href="/api/models/m?version=v2"',
  ])('says %s', async (words) => expect(await (await setup()).page()).toContain(words));

  it('tells promotions and rollbacks with their reasons, the newest first', async () => {
    const text = await (await setup()).page();
    const rows = [...text.matchAll(/<td>(promoted|rolled back to)<\/td><td><a href="\/models\/m\/(v\d)">/g)];
    expect(rows.map(([, what, version]) => [what, version])).toEqual([
      ['rolled back to', 'v1'],
      ['promoted', 'v2'],
    ]);
  });

  it('shows text of the data as text', async () => {
    const text = await (await setup()).page();
    expect(text).not.toContain('<script');
    expect(text.split('&lt;script&gt;').length).toBeGreaterThan(3);
  });

  it('gives every table a caption and its cells headings', async () => {
    const text = await (await setup()).page();
    const tables = text.match(/<table>[^]*?<\/table>/g) ?? [];
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      expect(table).toMatch(/^<table><caption><span>.+<\/span><\/caption>/);
      expect(table).toContain('<th scope="col"');
      for (const row of table.match(/<tr>[^]*?<\/tr>/g)?.slice(1) ?? []) expect(row).toMatch(/^<tr><th scope="row">/);
    }
  });

  it('asks nothing of other hosts and runs no script', async () => {
    const { ask } = await setup();
    const answer = await ask('/models/m/v2');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await answer.text()).not.toMatch(/(src|href)="(https?:)?\/\/(?!127\.0\.0\.1)/);
  });

  it('says what is known of a head without an evaluation, and of one measured on nothing', async () => {
    const { manifest } = await reportOf();
    const bare = await (await setup({ evaluation: null, limits: [], promotions: [], serving: null })).page();
    expect(bare).toContain('There is no evaluation beside this version that can be read.');
    expect(bare).toContain('no version of m serves');
    expect(bare).toContain('assay model promote m VERSION');
    const metrics = { ...manifest.metrics, n: 0 };
    expect(await (await setup({ manifest: { ...manifest, metrics } })).page()).toContain('Nothing was held out');
  });
});

describe('its routes', () => {
  it('lead from the first page to the head, and from it to its other versions', async () => {
    const { page, asked } = await setup();
    const first = await page('/plain');
    for (const path of ['/models/m', '/models/m/v2']) expect(first).toContain(`href="${path}"`);
    expect(await page('/models/m')).toContain('href="/models/m/v1"');
    expect(asked).toEqual([['m']]);
  });

  it('give the report as JSON, of a version too', async () => {
    const { ask, asked } = await setup();
    expect(await (await ask('/api/models/m?version=v2')).json()).toMatchObject({
      serving: 'v1',
      evaluation: { notes: [HOSTILE] },
    });
    expect(asked).toEqual([['m', 'v2']]);
  });

  it('serve the diagram as a picture that may do nothing', async () => {
    const answer = await (await setup()).ask('/models/m/v2/reliability.svg');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'x-content-type-options': 'nosniff',
    });
  });

  it('answer for a head that is not there with 404 and a code: a page to people, JSON to programs', async () => {
    const { ask } = await setup();
    const shown = await ask('/models/nobody');
    expect(shown.status).toBe(404);
    const text = await shown.text();
    expect(text).toContain('<h1>ASY-5001: no model');
    expect(text).not.toContain('<script');
    const told = await ask('/api/models/nobody', '*/*');
    expect(told.status).toBe(404);
    expect(await told.json()).toMatchObject({ code: 'ASY-5001' });
  });
});
