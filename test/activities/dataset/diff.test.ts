import { expect, it } from 'vitest';
import { diffDatasets } from '../../../activities/dataset/diff.ts';
import { annotationOf, ingestRows, runCuration } from '../../support/curation.ts';
import { NAME, PLAIN, publishedPairs } from '../../support/published.ts';

it('finds nothing between a version and itself', async () => {
  const stage = await publishedPairs();
  const { version } = (await stage.curate()).dataset;
  expect(await diffDatasets(stage, NAME, `${NAME}@${version}`)).toMatchObject({
    rows: { same: 30, added: 0, removed: 0, changed: 0 },
    flipped: 0,
    added: [],
    removed: [],
    changed: [],
    moves: [],
    decisions: [],
    config: [],
    inputs: [],
    languages: [{ value: 'en', a: 30, b: 30 }],
  });
});

it('says which rows a stricter rule took out, and why', async () => {
  const stage = await publishedPairs();
  const first = (await stage.curate()).dataset.version;
  const { dataset } = await stage.curate({ curate: { minAgreement: 0.9 } });
  const diff = await diffDatasets(stage, `${NAME}@${first}`, NAME);
  const removed = 30 - dataset.rows;
  expect(removed).toBeGreaterThan(0);
  expect(diff.rows).toMatchObject({ added: 0, removed });
  expect(diff.removed).toHaveLength(removed);
  expect(diff.config).toEqual([{ path: 'curate.minAgreement', before: 0, after: 0.9 }]);
  expect(diff.moves).toEqual([{ a: 'rows: selected', b: 'agreement: low-agreement', items: removed }]);
  expect(diff.decisions).toHaveLength(removed);
  for (const { item, a, b } of diff.decisions) {
    expect(diff.removed).toContain(item);
    expect(a).toMatchObject({ step: 'rows', reason: 'selected' });
    expect(b).toMatchObject({ step: 'agreement', reason: 'low-agreement', values: { n: 3 } });
    expect(Number(b?.values['agreement'])).toBeLessThan(0.9);
  }
  const back = await diffDatasets(stage, NAME, `${NAME}@${first}`);
  expect(back.rows).toMatchObject({ added: removed, removed: 0 });
  expect(back.added).toEqual(diff.removed);
});

it('finds labels that turned round, rows that changed for it, and items that are new', async () => {
  const stage = await publishedPairs();
  const first = (await stage.curate()).dataset.version;
  // One item's people all change their mind, and one item more arrives.
  const more = await publishedPairs(31);
  const [turned, added] = [more.rows.items[4], more.rows.items[30]];
  if (turned === undefined || added === undefined) throw new Error('no items');
  const annotations = more.rows.annotations.map((annotation) => {
    if (annotation.item !== turned.id || annotation.task !== 'pairwise') return annotation;
    const before = stage.rows.annotations.filter(({ item }) => item === turned.id);
    const mostA = before.filter((each) => each.task === 'pairwise' && each.value.preferred === 'a').length > 1;
    return annotationOf(turned, annotation.source.id, {
      task: 'pairwise',
      value: { preferred: mostA ? 'b' : 'a', strength: null },
    });
  });
  const refs = await ingestRows(stage, NAME, { items: more.rows.items, annotations });
  await runCuration(stage, NAME, refs, PLAIN);
  const diff = await diffDatasets(stage, `${NAME}@${first}`, NAME);
  expect(diff.added).toEqual([added.id]);
  expect(diff.moves).toEqual([{ a: null, b: 'rows: selected', items: 1 }]);
  expect(diff.flipped).toBe(1);
  const [flip] = diff.flips;
  expect(flip?.item).toBe(turned.id);
  expect(flip?.a.chosen).toBe(flip?.b.rejected);
  expect(diff.changed.find(({ item }) => item === turned.id)?.columns).toEqual(
    expect.arrayContaining(['chosen', 'rejected']),
  );
  expect(diff.inputs.map(({ path }) => path)).toEqual(['items', 'labels']);
  expect(diff.sources).toEqual([{ value: `${NAME} (CC-BY-4.0)`, a: 30, b: 31 }]);
});

it('compares with a version that has no row', async () => {
  const stage = await publishedPairs(6);
  const empty = await ingestRows(stage, NAME, { items: stage.rows.items, annotations: [] });
  const none = (await runCuration(stage, NAME, empty, PLAIN)).dataset;
  expect(none.rows).toBe(0);
  const refs = await ingestRows(stage, NAME, stage.rows);
  const some = (await runCuration(stage, NAME, refs, PLAIN)).dataset;
  const [a, b] = [`${NAME}@${none.version}`, `${NAME}@${some.version}`];
  expect(await diffDatasets(stage, a, b)).toMatchObject({
    rows: { same: 0, added: 6, removed: 0, changed: 0 },
    flipped: 0,
  });
  expect(await diffDatasets(stage, b, a)).toMatchObject({
    rows: { same: 0, added: 0, removed: 6, changed: 0 },
    moves: [{ a: 'rows: selected', b: 'label: unlabelled', items: 6 }],
  });
  expect(await diffDatasets(stage, a, a)).toMatchObject({
    rows: { same: 0, added: 0, removed: 0, changed: 0 },
    moves: [],
  });
});

it('refuses a version that is not there', async () => {
  const stage = await publishedPairs();
  await stage.curate();
  await expect(diffDatasets(stage, NAME, `${NAME}@0123456789abcdef`)).rejects.toMatchObject({ code: 'ASY-6001' });
  await expect(diffDatasets(stage, 'other', NAME)).rejects.toMatchObject({ code: 'ASY-6001' });
});
