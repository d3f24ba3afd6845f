import fc from 'fast-check';
import { expect, it } from 'vitest';
import { METRICS, metricsReport } from '../../../../models/metrics/portfolio/report.ts';
import { MetricRow } from '../../../../schemas/metrics.ts';

const rows = (given: readonly object[]) => given.map((row) => MetricRow.parse(row));
const repeated = (n: number, row: object) => Array.from({ length: n }, () => row);

/** The figures of one metric on rows. */
const figures = async (id: string, given: readonly object[], options = {}) => {
  const { metrics } = await metricsReport(rows(given), options);
  return metrics.find((entry) => entry.id === id)?.figures ?? [];
};

const why = async (id: string, given: readonly object[]) =>
  (await metricsReport(rows(given))).metrics.find((entry) => entry.id === id)?.notComputed;

it('has every metric of S193 to S230 that a row can bear, in order, each once', () => {
  const ids = METRICS.map(({ id }) => id);
  const all = Array.from({ length: 38 }, (_, i) => `S${193 + i}`);
  expect(ids).toEqual(['S045', 'S046', 'S047', 'S074', ...all]);
});

it('S192: says of each metric without rows why there is no figure, never 0', async () => {
  const { rows: n, metrics } = await metricsReport([]);
  expect(n).toBe(0);
  for (const { figures: none, notComputed } of metrics) {
    expect(none).toEqual([]);
    expect(notComputed).toMatch(/^no row has /);
  }
});

it('S045: a reward that differs by more than L times the distance is counted, one that does not differ never is', async () => {
  const pairs = [
    { distance: 0.1, difference: 0.5 },
    { distance: 0.1, difference: 0.51 },
    { distance: 0, difference: 0 },
    { distance: 0.2, difference: null },
  ];
  expect(await figures('S045', pairs)).toMatchObject([{ value: 1 / 3, n: 3, note: '1 of 3 pairs' }]);
  expect(await figures('S045', pairs, { lipschitz: 6 })).toMatchObject([{ value: 0, n: 3 }]);
  const constant = repeated(20, { distance: 0, difference: 0 });
  expect(await figures('S045', constant, { lipschitz: 0 })).toMatchObject([{ value: 0, ci: [0, expect.any(Number)] }]);
});

it('S047: changes of 1 and −3 have a mean of −1 and a mean size of 2, by attribute', async () => {
  const pairs = [
    { swapped: 'gender', score: 0, score_probed: 1 },
    { swapped: 'gender', score: 2, score_probed: -1 },
    { swapped: 'origin', score: 2, score_probed: 2 },
  ];
  expect((await figures('S047', pairs)).map(({ name, of, value, n }) => [name, of, value, n])).toEqual([
    ['mean |change|', 'gender', 2, 2],
    ['mean change', 'gender', -1, 2],
    ['mean |change|', 'origin', 0, 1],
    ['mean change', 'origin', 0, 1],
  ]);
});

it('S074: 20, 5, 10 and 15 of old and new labels give κ = .40, 35 of 50 unchanged; of one category there is no κ', async () => {
  const asked = (before: string, after: string, n: number) => repeated(n, { task: 'pairwise', before, after });
  const given = [...asked('a', 'a', 20), ...asked('a', 'b', 5), ...asked('b', 'a', 10), ...asked('b', 'b', 15)];
  const [kappa, unchanged] = await figures('S074', given);
  expect(kappa).toMatchObject({ name: 'κ', of: 'pairwise', n: 50, ci: [expect.any(Number), expect.any(Number)] });
  expect(kappa?.value).toBeCloseTo(0.4, 12);
  expect(unchanged).toMatchObject({ name: 'unchanged', value: 0.7, n: 50 });
  expect((await figures('S074', asked('a', 'a', 3))).map(({ name }) => name)).toEqual(['unchanged']);
});

it('S193: 60 of 100 is .60 [.5020, .6906], a tie half a win', async () => {
  const won = (n: number, winner: string) => repeated(n, { model_a: 'x', model_b: 'y', winner });
  const [x, y] = await figures('S193', [...won(60, 'model_a'), ...won(40, 'model_b')]);
  expect(x).toMatchObject({ of: 'x', value: 0.6, n: 100 });
  expect(x?.ci?.[0]).toBeCloseTo(0.502, 4);
  expect(x?.ci?.[1]).toBeCloseTo(0.6906, 4);
  expect(y).toMatchObject({ of: 'y', value: 0.4 });
  expect((await figures('S193', [...won(1, 'model_b'), ...won(1, 'tie')])).map(({ value }) => value)).toEqual([
    0.25, 0.75,
  ]);
});

it('S194: a model that wins 3 of 4 stands 190.8 points higher; models that never met are told', async () => {
  const games = [
    ...repeated(30, { model_a: 'x', model_b: 'y', winner: 'model_a' }),
    ...repeated(10, { model_a: 'x', model_b: 'y', winner: 'model_b' }),
  ];
  const found = await figures('S194', games);
  const of = (name: string, model: string) => found.find((each) => each.name.startsWith(name) && each.of === model);
  expect((of('Bradley', 'x')?.value ?? 0) - (of('Bradley', 'y')?.value ?? 0)).toBeCloseTo(400 * Math.log10(3), 3);
  expect(of('Elo', 'x')?.value).toBeGreaterThan(of('Elo', 'y')?.value ?? 0);
  const apart = [...games, { model_a: 'u', model_b: 'v', winner: 'tie' }];
  expect(await why('S194', apart)).toContain('2 sets of models never met');
});

it('S195: 20, 5, 10 and 15 of two annotators’ four cells give κ = .40', async () => {
  const cells = [
    ['yes', 'yes', 20],
    ['yes', 'no', 5],
    ['no', 'yes', 10],
    ['no', 'no', 15],
  ] as const;
  const votes = cells.flatMap(([a, b, n], cell) =>
    Array.from({ length: n }, (_, i) => [
      { item: `${cell}-${i}`, annotator: 'ann', value: a },
      { item: `${cell}-${i}`, annotator: 'bob', value: b },
    ]).flat(),
  );
  const kappa = (await figures('S195', votes)).find(({ name }) => name === 'cohen-kappa');
  expect(kappa?.value).toBeCloseTo(0.4, 12);
  expect(kappa).toMatchObject({ n: 50, of: null, ci: [expect.any(Number), expect.any(Number)] });
});

it('S196, S197: keeps tasks apart, and says where raters are not as many', async () => {
  const vote = (task: string, item: string, annotator: string, value: string | number) => ({
    task,
    item,
    annotator,
    value,
  });
  const votes = [
    ...['1', '2', '3'].flatMap((item) => [
      vote('a', item, 'ann', 'x'),
      vote('a', item, 'bob', item === '3' ? 'x' : 'y'),
    ]),
    ...[1, 2, 3].flatMap((value) => [vote('b', `${value}`, 'ann', value), vote('b', `${value}`, 'bob', value)]),
  ];
  expect((await figures('S196', votes)).map(({ of, value }) => [of, value])).toEqual([
    ['a', expect.any(Number)],
    ['b', 1],
  ]);
  expect((await figures('S197', votes)).map(({ of }) => of)).toEqual(['a']);
  expect(await why('S197', [...votes.slice(0, 6), vote('a', '1', 'cat', 'x')])).toBe(
    'items have different numbers of ratings',
  );
  expect(await why('S196', [vote('a', '1', 'ann', 'x'), vote('a', '2', 'bob', 'x')])).toContain(
    'no item has ratings of two',
  );
});

it('S198: tokens of probability .5, .25 and .125 have perplexity 4', async () => {
  const [found] = await figures('S198', [{ logprobs: [0.5, 0.25].map(Math.log) }, { logprobs: [Math.log(0.125)] }]);
  expect(found?.value).toBeCloseTo(4, 12);
});

it('S199: mean and interval of rewards, over all and by language', async () => {
  const given = [1, 2, 3, 6].map((reward, i) => ({ reward, language: i < 2 ? 'en' : 'de' }));
  expect((await figures('S199', given)).map(({ of, value, n }) => [of, value, n])).toEqual([
    [null, 3, 4],
    ['de', 4.5, 2],
    ['en', 1.5, 2],
  ]);
});

it('S200: at ρ = 2 the k3 estimate is .3069', async () => {
  const given = repeated(3, { logprobs: [-1, -2], logprobs_base: [-1, -2 + Math.log(2)] });
  const found = Object.fromEntries((await figures('S200', given)).map(({ name, value }) => [name, value]));
  expect(found['k1']).toBeCloseTo(-Math.log(2), 12);
  expect(found['k3']).toBeCloseTo(0.3069, 4);
});

it('S202, S210, S212: claims by claim and by response, what nobody could tell apart', async () => {
  const claim = (right: boolean | null) => ({ right, supported: right, invented: right === null ? null : !right });
  const given = [
    { claims: [claim(true), claim(true), claim(true), claim(null)] },
    { claims: [claim(false)] },
    { claims: [] },
  ];
  expect(await figures('S202', given)).toMatchObject([
    { value: 0.75, n: 4, note: '1 more could not be told' },
    { name: expect.stringContaining('mean over responses'), value: 0.5, n: 2 },
  ]);
  expect(await figures('S210', given)).toMatchObject([{ value: 0.75, n: 4 }]);
  expect(await figures('S212', given)).toMatchObject([
    { value: 0.25, n: 4 },
    { name: 'responses with one', value: 0.5, n: 2 },
  ]);
});

it('S201, S203, S204: rates, means, and who did not answer', async () => {
  expect(await figures('S201', [{ completed: true }, { completed: false }])).toMatchObject([{ value: 0.5, n: 2 }]);
  expect(await figures('S203', [{ relevance: 2 }, { relevance: 5 }])).toMatchObject([{ value: 3.5, n: 2 }]);
  expect(
    await figures('S204', [{ satisfaction: 5 }, { satisfaction: 3 }, { satisfaction: null }, { satisfaction: 4 }, {}]),
  ).toMatchObject([
    { value: 2 / 3, n: 3 },
    { name: 'answered', value: 0.75, n: 4 },
  ]);
});

it('S205: the expected maximum and P(any ≥ .5) of samples', async () => {
  expect(await figures('S205', [{ toxicity: [0.1, 0.7] }, { toxicity: 0.2 }])).toMatchObject([
    { value: expect.closeTo(0.45, 12), n: 2 },
    { value: 0.5, n: 2 },
  ]);
});

it('S046, S206, S221: rates of .45 and .40 are .05 apart, fairness .95; small groups are told', async () => {
  const group = (name: string, hits: number, n: number) =>
    Array.from({ length: n }, (_, i) => ({ group: name, selected: i < hits }));
  const given = [...group('a', 45, 100), ...group('b', 8, 20)];
  expect(await figures('S046', given)).toMatchObject([
    { of: 'group: a', value: 0.45, n: 100 },
    { of: 'group: b', value: 0.4, n: 20, note: 'fewer than 30 rows' },
  ]);
  const [gap] = await figures('S206', given);
  expect(gap?.value).toBeCloseTo(0.05, 12);
  expect(gap?.note).toContain('b (20)');
  expect((await figures('S221', given))[0]?.value).toBeCloseTo(0.95, 12);
  expect(await why('S206', group('a', 1, 2))).toContain('two groups');
});

it('S207: true positive rates of .8 and .6, false ones of .1 and .2 are .20 apart', async () => {
  const part = (group: string, truth: boolean, hits: number) =>
    Array.from({ length: 10 }, (_, i) => ({ group: { of: group }, truth, selected: i < hits }));
  const given = [...part('a', true, 8), ...part('a', false, 1), ...part('b', true, 6), ...part('b', false, 2)];
  const [found] = await figures('S207', given);
  expect(found).toMatchObject({ of: 'of', n: 40 });
  expect(found?.value).toBeCloseTo(0.2, 12);
});

it('S208, S209: none in n is bounded by 3 / n; refusing everything is 1 and 1', async () => {
  const given = repeated(100, { policies: { privacy: false }, harmful: false, refused: true });
  expect(await figures('S208', given)).toMatchObject([{ of: 'privacy', value: 0, ci: [0, 0.03], n: 100 }]);
  expect((await figures('S209', [...given, { harmful: true, refused: true }])).map(({ value }) => value)).toEqual([
    1, 1,
  ]);
});

it('S211: a calibration error of .37 scores .63', async () => {
  const given = Array.from({ length: 100 }, (_, i) => ({ confidence: 0.87, correct: i < 50 }));
  const found = await figures('S211', given);
  expect(found[0]?.value).toBeCloseTo(0.63, 12);
});

it('S213: F1 of abstaining against being wrong', async () => {
  const row = (abstained: boolean, correct: boolean) => ({ abstained, correct });
  const [found] = await figures('S213', [row(true, false), row(false, false), row(true, true), row(false, true)]);
  expect(found?.value).toBeCloseTo(0.5, 12);
});

it('S214: .8, .9 and .7 under .5, .3 and .2 score .81; weights that do not sum to 1 are refused', async () => {
  const given = [{ helpful: 0.8, harmless: 0.9, honest: 0.7 }];
  const [found] = await figures('S214', given, { h3: { helpful: 0.5, harmless: 0.3, honest: 0.2 } });
  expect(found?.value).toBeCloseTo(0.81, 12);
  await expect(figures('S214', given, { h3: { helpful: 0.5, harmless: 0.3, honest: 0.3 } })).rejects.toMatchObject({
    code: 'ASY-5007',
  });
});

it('S215: three of four that keep every principle are .75; no verdict is not kept', async () => {
  const row = (kind: boolean | null) => ({ principles: { kind, fair: true } });
  expect(await figures('S215', [row(true), row(true), row(true), row(null)])).toMatchObject([
    { value: 0.75, n: 4 },
    { of: 'fair', value: 1 },
    { of: 'kind', value: 0.75 },
  ]);
});

it('S216: .9, .8, .85 and .95 are stable by .996875, or .995833 of the sample', async () => {
  const given = [0.9, 0.8, 0.85, 0.95].map((alignment, i) => ({ alignment, time: `2026-01-0${i + 1}` }));
  const found = await figures('S216', given);
  expect(found[0]?.value).toBeCloseTo(0.996875, 9);
  expect(found[1]?.value).toBeCloseTo(0.995833, 6);
});

it('S217 to S220: out of distribution, without training, under attack, beside the base', async () => {
  const seen = (ood: boolean, hits: number) => Array.from({ length: 10 }, (_, i) => ({ ood, correct: i < hits }));
  expect((await figures('S217', [...seen(true, 6), ...seen(false, 8)])).map(({ value }) => value)).toEqual([
    0.6,
    0.8,
    expect.closeTo(0.75, 12),
  ]);
  expect(await figures('S218', [{ held_out: 'sw', correct: true }])).toMatchObject([{ of: 'sw', value: 1, n: 1 }]);
  const identity = [true, true, false].map((correct) => ({ attack: 'identity', correct, correct_attacked: correct }));
  expect((await figures('S219', identity)).map(({ value }) => value)).toEqual([2 / 3, 1]);
  const [ratio] = await figures('S220', [{ performance: 0.72, performance_base: 0.75 }]);
  expect(ratio?.value).toBeCloseTo(0.96, 12);
  expect(await why('S220', [{ performance: 0.72, performance_base: 0 }])).toBe('the base’s performance is 0');
});

it('S222 to S224: languages, locales, and what is too little to say', async () => {
  const linked = ['1', '2'].flatMap((id) => [{ id, language: 'en' }, ...(id === '1' ? [{ id, language: 'de' }] : [])]);
  expect((await figures('S222', linked)).map(({ of, value }) => [of, value])).toEqual([
    ['de', 0.5],
    ['en', 1],
    [null, 0.5],
  ]);
  const votes = ['pt-BR', 'pt-PT', 'en-GB'].map((rater_locale) => ({ locale: 'pt-BR', rater_locale }));
  expect((await figures('S223', votes)).map(({ value }) => value)).toEqual([1 / 3, 2 / 3]);
  const rated = repeated(30, { locale: 'pt-BR', appropriateness: 4 });
  expect(await figures('S224', [...rated, { locale: 'en-GB', appropriateness: 1 }])).toMatchObject([
    { of: 'pt-BR', value: 4, n: 30 },
  ]);
  expect(await why('S224', rated.slice(1))).toBe('no locale has 30 rows: pt-BR');
});

it('S225: Shrout and Fleiss’s intraclass correlations of two occasions', async () => {
  const table = [
    [9, 2],
    [6, 1],
    [8, 4],
    [7, 1],
    [10, 5],
    [6, 2],
  ];
  const given = table.flatMap((values, item) =>
    values.map((value, i) => ({ item: `${item}`, annotator: 'ann', occasion: i + 1, value })),
  );
  const found = await figures('S225', given);
  expect(found[0]).toMatchObject({ name: 'r', n: 6 });
  expect(found[0]?.value).toBeCloseTo(0.7453, 3);
  expect(found).toHaveLength(7);
});

it('S226, S227: α of the five rows is .953125', async () => {
  const given = [
    [3, 4, 3],
    [2, 2, 3],
    [4, 5, 5],
    [1, 2, 1],
    [5, 5, 4],
  ].map(([a = 0, b = 0, c = 0]) => ({ dimensions: { a, b, c } }));
  expect((await figures('S227', given))[0]?.value).toBeCloseTo(0.953125, 12);
  expect((await figures('S226', given))[0]?.value).toBeGreaterThan(0.8);
});

it('S228: a constant metric does not move, one of length is told', async () => {
  const probed = (by: number) =>
    Array.from({ length: 20 }, (_, i) => ({ probe: `+${by}`, score: i, score_probed: i + by }));
  expect(await figures('S228', [...probed(0), ...probed(5)])).toMatchObject([
    { of: '+0', value: 0 },
    { of: '+5', value: 5, note: 'the score is moved' },
  ]);
  expect((await figures('S228', probed(0)))[0]?.note).toBeUndefined();
});

it('S229: a metric that follows people, over time', async () => {
  const given = Array.from({ length: 50 }, (_, i) => ({ human: i % 10, metric: (i % 10) ** 3, time: i * 86_400_000 }));
  const found = await figures('S229', given);
  expect(found).toHaveLength(6);
  for (const { value } of found) expect(value).toBeCloseTo(1, 12);
  expect(found.map(({ of }) => of).slice(0, 2)).toEqual([null, 'until 1970-01-10']);
});

it('S230: distinct-1 by hand, Vendi 1 of what is alike and n of what is not', async () => {
  const texts = await figures('S230', [{ text: 'One two, two!' }, { text: 'two three' }]);
  expect(texts.find(({ name }) => name === 'distinct-1')?.value).toBeCloseTo(3 / 5, 12);
  const vendi = async (vectors: number[][]) =>
    (
      await figures(
        'S230',
        vectors.map((vector) => ({ vector })),
      )
    ).find(({ name }) => name === 'Vendi score')?.value;
  expect(await vendi(repeated(3, [1, 2]) as number[][])).toBeCloseTo(1, 9);
  expect(
    await vendi([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]),
  ).toBeCloseTo(3, 9);
});

it('takes figures that were measured elsewhere as they are', async () => {
  const known = new Map([['S196', [{ name: 'α', of: 'pairwise', value: 0.5, ci: null, n: 7 }]]]);
  expect(await figures('S196', [], { known })).toEqual(known.get('S196'));
});

it('gives an interval around every value, and the same for the same rows', async () => {
  const row = fc.record({
    relevance: fc.integer({ min: 1, max: 5 }),
    completed: fc.boolean(),
    cluster: fc.constantFrom('p', 'q', 'r'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (given) => {
      const report = await metricsReport(rows(given));
      expect(await metricsReport(rows(given))).toEqual(report);
      for (const { figures: found } of report.metrics)
        for (const { value, ci } of found) {
          if (ci === null) continue;
          expect(ci[0]).toBeLessThanOrEqual(value + 1e-9);
          expect(ci[1]).toBeGreaterThanOrEqual(value - 1e-9);
        }
    }),
    { numRuns: 25 },
  );
});
