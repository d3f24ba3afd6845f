import { expect, it } from 'vitest';
import { createAnnotateActivities } from '../../../activities/annotate.ts';
import { explainItem } from '../../../activities/dataset/explain.ts';
import { keys } from '../../../schemas/keys.ts';
import { MetricsReport } from '../../../schemas/metrics.ts';
import { annotationOf, idle, ingestRows, itemOf, runCuration, stageOn, textResponse } from '../../support/curation.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { PLAIN } from '../../support/published.ts';
import { scratch } from '../../support/scratch.ts';

const DROP = 'aging';
const AGE = { kind: 'age', days: 365, asOf: '2026-01-01', action: 'annotate' };

/** Four pairs: voted on in the window, before it, in both times, and nobody knows when; a judge’s vote renews nothing. */
const curated = async () => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const items = [1, 2, 3, 4].map((row) =>
    itemOf(DROP, row, {
      prompt: [{ role: 'user', content: `p${row}` }],
      responses: [textResponse(`good ${row}`), textResponse(`bad ${row}`)],
    }),
  );
  const vote = (row: number, who: string, year: number | null, preferred: 'a' | 'b' = 'a') => {
    const item = items[row - 1] as (typeof items)[number];
    const said = annotationOf(item, who, { task: 'pairwise', value: { preferred, strength: null } });
    return { ...said, at: year === null ? null : Date.UTC(year, 5, 1) };
  };
  const annotations = [
    vote(1, 'ann', 2025),
    vote(2, 'ann', 2024),
    { ...vote(2, 'strict', 2025), source: { kind: 'judge' as const, id: 'strict' } },
    vote(3, 'ann', 2023, 'b'),
    vote(3, 'bob', 2025),
    vote(3, 'cat', 2026),
    vote(4, 'ann', null),
  ];
  const refs = await ingestRows(stage, DROP, { items, annotations });
  const { dataset, input, ...rest } = await runCuration(stage, DROP, refs, { ...PLAIN, curate: { filters: [AGE] } });
  return { stage, objects, items, dataset, input, ...rest };
};

it('S074: a label whose newest vote of a person is older than the window goes, and is decided so again', async () => {
  const { stage, objects, items, dataset, input } = await curated();
  const whyOf = async (row: number) => {
    const why = await explainItem(objects, stage.tables, DROP, items[row - 1]?.id ?? '');
    const { reason, values } = why.decisions.at(-1) ?? {};
    return [reason, values?.['days'] ?? null, why.recomputed];
  };
  expect(await whyOf(1)).toEqual(['selected', null, true]);
  expect(await whyOf(2)).toEqual(['expired', 579, true]);
  expect(await whyOf(3)).toEqual(['selected', null, true]);
  expect(await whyOf(4)).toEqual(['undated', null, true]);

  // They go back to people, and no other.
  const annotating = createAnnotateActivities({ ...stage, progress: idle });
  const expired = { name: DROP, version: dataset.version };
  const round = { run: DROP, round: 2, items: input.items, batchSize: 10, expired };
  expect(await annotating.planBatches(round)).toEqual({ batches: 1, items: 2 });
  const { items: asked } = await annotating.loadBatch({ run: DROP, round: 2, batch: 0 });
  expect(asked).toEqual([items[1]?.id, items[3]?.id]);
});

it('S074: what people say of an item in the window stands beside what they said before it', async () => {
  const { objects, dataset } = await curated();
  const report = await objects.get(keys.datasetFile(DROP, dataset.version, 'metrics.json'));
  const { metrics } = MetricsReport.parse(JSON.parse(report.toString()));
  expect(metrics.find(({ id }) => id === 'S074')?.figures).toMatchObject([
    { name: 'κ', of: 'pairwise', value: 0, n: 1 },
    { name: 'unchanged', of: 'pairwise', value: 0, n: 1 },
  ]);
});
