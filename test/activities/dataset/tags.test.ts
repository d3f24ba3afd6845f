/** People's safety tags, from their votes to what is left out of a dataset and why. */
import { expect, it } from 'vitest';
import { explainItem } from '../../../activities/dataset/explain.ts';
import { annotationOf, ingestRows, plantedPairs, runCuration, stageOn } from '../../support/curation.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { PLAIN } from '../../support/published.ts';
import { scratch } from '../../support/scratch.ts';

const NAME = 'tagged';

/** Pairs judged for safety by two people on both sides; every third is persuasion on both, one more by one of two alone. */
const judgedPairs = () => {
  const { items, annotations } = plantedPairs(NAME, 12);
  const judged = items.flatMap((item, i) =>
    ['ann', 'bob'].flatMap((who) =>
      [0, 1].map((response) => {
        const tags = i % 3 === 0 || (i === 1 && who === 'ann') ? ['persuasion'] : [];
        return annotationOf(item, who, { task: 'safety', value: { response, tags, severity: tags.length } });
      }),
    ),
  );
  return { items, annotations: [...annotations, ...judged] };
};

it('takes tagged items out by the labels, and explains it from them again; of two divided people the warning stands', async () => {
  const stage = stageOn(createMemoryObjects(), scratch());
  const rows = judgedPairs();
  const refs = await ingestRows(stage, NAME, rows);
  const curate = { filters: [{ kind: 'tags', tags: ['persuasion', 'engagement-bait'] }], validation: 0 };
  const { funnel } = await runCuration(stage, NAME, refs, { ...PLAIN, curate });
  expect(funnel.find(({ step }) => step === 'filters')).toMatchObject({ in: 12, out: 7, reasons: { tagged: 5 } });
  const why = await explainItem(stage.objects, stage.tables, NAME, rows.items[1]?.id ?? '');
  expect(why).toMatchObject({ selected: false, recomputed: true });
  expect(why.decisions.at(-1)).toMatchObject({ reason: 'tagged', values: { filter: 'tags', tag: 'persuasion' } });
});

it('caps the share of tagged items, and refuses a filter where nobody judged', async () => {
  const stage = stageOn(createMemoryObjects(), scratch());
  const refs = await ingestRows(stage, NAME, judgedPairs());
  const caps = [{ attribute: 'tag', value: 'persuasion', most: 0.125 }];
  const curate = { select: [{ method: 'caps', by: 'agreement', caps }], validation: 0 };
  const { funnel } = await runCuration(stage, NAME, refs, { ...PLAIN, curate });
  expect(funnel.find(({ step }) => step === 'select')).toMatchObject({ in: 12, out: 8 });
  const unjudged = await ingestRows(stage, 'unjudged', plantedPairs('unjudged', 4));
  const filters = [{ kind: 'tags', tags: ['persuasion'] }];
  await expect(runCuration(stage, 'unjudged', unjudged, { ...PLAIN, curate: { filters } })).rejects.toMatchObject({
    code: 'ASY-6201',
  });
});
