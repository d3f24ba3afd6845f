import { expect, it } from 'vitest';
import { createAnnotatorCatalog } from '../../../activities/annotator-catalog.ts';
import { cardFacts } from '../../../activities/dataset/card-facts.ts';
import { measureDataset } from '../../../activities/dataset/metrics.ts';
import { readSelection } from '../../../activities/dataset/selection-file.ts';
import { verifyDataset } from '../../../activities/dataset/verify.ts';
import { AnnotatorProfile } from '../../../schemas/annotator.ts';
import { ClusterRow } from '../../../schemas/dataset.ts';
import { keys } from '../../../schemas/keys.ts';
import { Label } from '../../../schemas/label.ts';
import { MetricsReport } from '../../../schemas/metrics.ts';
import { Score } from '../../../schemas/score.ts';
import { annotationOf, ingestRows, itemOf, runCuration, stageOn, textResponse } from '../../support/curation.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scoreOf } from '../../support/monitored.ts';
import { NAME, PLAIN, type Published, publishedPairs } from '../../support/published.ts';
import { scratch } from '../../support/scratch.ts';

const fileOf = async ({ objects }: Pick<Published, 'objects'>, name: string, version: string, path: string) =>
  (await objects.get(keys.datasetFile(name, version, path))).toString();

it('says what is known, and of what is not why', async () => {
  const stage = await publishedPairs(40);
  const { version } = (await stage.curate({ curate: { minAgreement: 0.9 } })).dataset;
  const card = await fileOf(stage, NAME, version, 'card.md');
  expect(card).toContain('| human | 3 | 120 |');
  expect(card).toContain('Guideline versions: not computed: no annotation states one.');
  expect(card).toContain('Vintage of the labels: not computed: no annotation states a time.');
  expect(card).toContain('Representation: not computed: no population is declared');
  expect(card).toContain('Not stated: `pipeline.yaml` has no `curate.use`.');
  expect(card).toContain('S198, perplexity: not computed: no row has logprobs');
  expect(card).toContain('![What each step of the selection left](funnel.svg)');
  const svg = await fileOf(stage, NAME, version, 'funnel.svg');
  expect(svg).toMatch(/<desc id="desc">40 items, \d+ rows; most are taken out by agreement: \d+\.<\/desc>/);
  const { files } = await stage.manifest(version);
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['funnel.svg', 'metrics.json']));
});

it('measures what the data allows', async () => {
  const stage = await publishedPairs(60);
  const { dataset, input } = await stage.curate({ train: {} });
  const report = MetricsReport.parse(JSON.parse(await fileOf(stage, NAME, dataset.version, 'metrics.json')));
  const of = (id: string) => report.metrics.find((entry) => entry.id === id);
  // m0 and m1 answer each prompt; 180 votes say who is better.
  expect(of('S193')?.figures.map(({ of: model, n }) => [model, n])).toEqual([
    ['m0', 180],
    ['m1', 180],
  ]);
  expect(of('S194')?.figures).toHaveLength(4);
  const [summary] = input.summaries;
  expect(of('S196')?.figures).toEqual([
    { name: 'α', of: 'pairwise', value: summary?.alpha, ci: summary?.ci, n: summary?.n },
  ]);
  expect(of('S199')?.figures[0]).toMatchObject({ n: 60, ci: [expect.any(Number), expect.any(Number)] });
  expect(of('S046')?.figures.map(({ of: group, value, n }) => [group, value, n])).toEqual([
    ['file: pairs.jsonl', 1, 60],
    ['language: en', 1, 60],
  ]);
  expect(of('S206')?.notComputed).toContain('two groups');
  expect(of('S207')?.notComputed).toContain('truth');
  expect(of('S230')?.figures.map(({ name }) => name)).toEqual(['distinct-1', 'distinct-2', 'self-BLEU', 'Vendi score']);
});

it('sets rows beside the population they should stand for, and tells of guidelines, times, use and terms', async () => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const items = [1, 2, 3, 4].map((row) =>
    itemOf('mixed', row, {
      prompt: [{ role: 'user', content: `p${row}` }],
      responses: [textResponse(`good ${row}`), textResponse(`bad ${row}`)],
      language: row === 1 ? 'de' : 'en',
    }),
  );
  const annotations = items.flatMap((item, i) => [
    {
      ...annotationOf(item, 'ann', { task: 'pairwise', value: { preferred: 'a', strength: null } }),
      guideline: i < 2 ? '1' : '2',
      at: Date.UTC(2024 + (i % 2), 5, 1),
    },
  ]);
  const refs = await ingestRows(stage, 'mixed', { items, annotations });
  const { dataset } = await runCuration(stage, 'mixed', refs, {
    ...PLAIN,
    curate: {
      population: { language: { de: 0.5, en: 0.4, sw: 0.1 } },
      use: { intended: 'Reward models of answers.', terms: 'Research alone.' },
    },
  });
  const card = await fileOf({ objects }, 'mixed', dataset.version, 'card.md');
  expect(card).toContain('Reward models of answers.');
  expect(card).toContain('**Terms.** Research alone. Licences of the sources: CC-BY-4.0.');
  expect(card).toContain('| 1 | 2 |\n| 2 | 2 |');
  expect(card).toContain('| 2024 | 50.0 % |\n| 2025 | 50.0 % |');
  expect(card).toContain('| de | 1 | 25.0 % | 50.0 % | −25.0 % |');
  expect(card).toContain('| sw | 0 | 0.0 % | 10.0 % | −10.0 % |');
  // .25 ln(.25/.5) + .75 ln(.75/.4) = .298
  expect(card).toContain('Largest gap 35.0 % (en); KL(rows ‖ population) 0.298 nats');
  expect(card).toContain('fewer than 30 rows');
  expect(await verifyDataset(stage, 'mixed')).toMatchObject({ ok: true });
});

it('counts votes by the groups of annotators that labels know of', async () => {
  const stage = await publishedPairs(10);
  const { input } = await stage.curate();
  const labels = await Array.fromAsync(stage.tables.read(input.labels, Label));
  const grouped = labels.map((label) => ({
    ...label,
    groups: {
      'region:eu': { category: 'a', value: null, n: 2 },
      'age:18-30': { category: 'b', value: null, n: 1 },
    },
  }));
  const ref = await stage.tables.commit('labels', 'grouped', [await stage.tables.writeShard('labels', Label, grouped)]);
  const selection = await readSelection(stage.objects, NAME, (await stage.curate()).dataset.version);
  const profiles = ['ann', 'bob', 'cat'].map((subject, i) =>
    AnnotatorProfile.parse({ subject, groups: i < 2 ? ['region:eu', 'age:18-30'] : ['region:eu'] }),
  );
  const told = async (minGroup?: number) => {
    const config = { ...input.config, ...(minGroup === undefined ? {} : { report: { minGroup } }) };
    return (await cardFacts(stage.tables, { ...input, config, labels: ref }, selection, async () => profiles)).voted;
  };
  expect((await told(1)).groups).toEqual([
    { group: 'age:18-30', votes: 10 },
    { group: 'region:eu', votes: 20 },
  ]);
  // S072: two of three people say their age, and three are fewer than the five that a card asks for.
  expect(await told(3)).toEqual({ groups: [{ group: 'region:eu', votes: 20 }], withheld: 1, least: 3 });
  expect(await told()).toEqual({ groups: [], withheld: 2, least: 5 });
});

it('S072: a published card tells no group of fewer people than `minGroup`', async () => {
  const stage = await publishedPairs(10);
  const catalog = createAnnotatorCatalog(stage.objects);
  for (const [subject, groups] of [
    ['ann', ['region:eu', 'age:60']],
    ['bob', ['region:eu']],
    ['cat', ['region:eu']],
  ] as const)
    await catalog.put(AnnotatorProfile.parse({ subject, groups }));
  const cardOf = async (minGroup: number) => {
    const { dataset } = await stage.curate({ curate: { report: { minGroup } } });
    return fileOf(stage, NAME, dataset.version, 'card.md');
  };
  const [all, three] = [await cardOf(1), await cardOf(3)];
  expect(all).toContain('| age:60 | 10 | 25.0 % |\n| region:eu | 30 | 75.0 % |');
  expect(three).toContain('| region:eu | 30 | 100.0 % |');
  expect(three).toContain('Groups of fewer than 3 people are not told by themselves.');
  expect(three).toContain('Nothing is told of 1 group that would be fewer together too.');
  expect(three).not.toContain('age:60');
});

it('S045: tells near-duplicates whose rewards differ by more than their distance allows', async () => {
  const stage = await publishedPairs(12);
  const { input, dataset } = await stage.curate();
  const selection = await readSelection(stage.objects, NAME, dataset.version);
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = stage.rows.items.map(({ id }) => id);
  const member = (item: string, cluster: number, similarity: number, kind = 'lexical') =>
    ClusterRow.parse({ item, cluster, kept: false, canonical: null, kind, similarity, reason: 'duplicate' });
  const clusters = await stage.tables.writeParquet(() => 'clusters.parquet', ClusterRow, [
    member(a, 0, 1),
    member(b, 0, 0.9),
    member(c, 0, 0.9),
    member(d, 0, 1, 'exact'),
    // No member is like the first one of all.
    member(e, 1, 0.9),
    member(f, 1, 0.9),
  ]);
  const scored = async (rewards: Readonly<Record<string, readonly number[]>>) => {
    const scores = Object.entries(rewards).flatMap(([item, values]) =>
      values.map((value, response) => scoreOf({ id: item }, response, value)),
    );
    const table = await stage.tables.commit('scores', NAME, [await stage.tables.writeShard('scores', Score, scores)]);
    const given = { ...input, scores: table, config: { ...input.config, report: { lipschitz: 4 } } };
    const { metrics } = await measureDataset(stage.tables, given, { ...selection, clusters }, null, () => undefined);
    return metrics.find(({ id }) => id === 'S045')?.figures;
  };
  const far = { [e]: [0, 9], [f]: [5, 5] };
  // Of b the sides stand the other way round; c's reward is 0.5 off, and 4 · 0.1 allows 0.4.
  expect(await scored({ [a]: [1, 0], [b]: [0, 1.3], [c]: [1, 0.5], [d]: [9, 9], ...far })).toMatchObject([
    { name: '|f(x) − f(y)| > 4 · d(x, y)', value: 0.5, n: 2, note: '1 of 2 pairs' },
  ]);
  expect(await scored({ [a]: [2, 2], [b]: [2, 2], [c]: [2, 2] })).toMatchObject([{ value: 0, n: 2 }]);
});
