import { expect, it } from 'vitest';
import { cardFacts } from '../../../activities/dataset/card-facts.ts';
import { readSelection } from '../../../activities/dataset/selection-file.ts';
import { verifyDataset } from '../../../activities/dataset/verify.ts';
import { keys } from '../../../schemas/keys.ts';
import { Label } from '../../../schemas/label.ts';
import { MetricsReport } from '../../../schemas/metrics.ts';
import { annotationOf, ingestRows, itemOf, runCuration, stageOn, textResponse } from '../../support/curation.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
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
  const { groups } = await cardFacts(stage.tables, { ...input, labels: ref }, selection);
  expect(groups).toEqual([
    { group: 'age:18-30', votes: 10 },
    { group: 'region:eu', votes: 20 },
  ]);
});
