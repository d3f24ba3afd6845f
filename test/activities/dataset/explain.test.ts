import { expect, it } from 'vitest';
import { openDataset, openLineage } from '../../../activities/dataset/catalog.ts';
import { decideAgain, sameDecision } from '../../../activities/dataset/decide-again.ts';
import { explainItem } from '../../../activities/dataset/explain.ts';
import { verifyDataset } from '../../../activities/dataset/verify.ts';
import { Decision } from '../../../schemas/dataset.ts';
import { forgeDecisions, NAME, publishedPairs } from '../../support/published.ts';

const STRICT = { curate: { minAgreement: 0.9, topShare: 0.8 }, train: {} };

it('decides every item again as it was decided, from the tables and rules alone', async () => {
  const stage = await publishedPairs(60);
  await stage.curate(STRICT);
  const manifest = await openDataset(stage.objects, NAME);
  const again = await decideAgain(stage, manifest, await openLineage(stage.objects, manifest));
  const ends = new Set<string>();
  let decisions = 0;
  for (const shard of manifest.decisions)
    for await (const stored of stage.tables.readShard(shard, Decision)) {
      expect(sameDecision(stored, again.get(stored.item)), stored.item).toBe(true);
      ends.add(stored.reason);
      decisions++;
    }
  expect(decisions).toBe(60);
  expect(again.size).toBe(60);
  expect([...ends].sort()).toEqual(['below-top-share', 'low-agreement', 'selected']);
});

it('says of each step whether it comes out the same again, with votes and scores behind it', async () => {
  const stage = await publishedPairs(40);
  await stage.curate({ train: {} });
  const why = await explainItem(stage.objects, stage.tables, NAME, 'x7');
  expect(why).toMatchObject({
    selected: true,
    recomputed: true,
    source: { drop: NAME, file: 'pairs.jsonl', row: 7 },
    label: { task: 'pairwise', n: 3 },
    model: { name: NAME },
    guidelines: [],
  });
  expect(why.votes.map(({ source }) => source.id).sort()).toEqual(['ann', 'bob', 'cat']);
  expect(why.scores).toHaveLength(2);
  expect(why.decisions.map(({ recomputed }) => recomputed)).toEqual(why.decisions.map(() => true));
});

it('finds a decision that was tampered with, though every hash was made to fit', async () => {
  const stage = await publishedPairs(40);
  const { dataset } = await stage.curate(STRICT);
  const { decisions } = await openDataset(stage.objects, NAME);
  const all = (await Promise.all(decisions.map((s) => Array.fromAsync(stage.tables.readShard(s, Decision))))).flat();
  const [out, other] = [all.find(({ reason }) => reason === 'low-agreement'), all.find(({ kept }) => kept)];
  if (out === undefined || other === undefined) throw new Error('nothing to forge');
  const rule = other.rule;
  await forgeDecisions(stage, dataset.version, (decision) =>
    decision.item === out.item ? { ...decision, step: 'rows', rule, kept: true, reason: 'selected' } : decision,
  );
  expect(await verifyDataset(stage, NAME)).toMatchObject({ ok: true });
  const forged = await explainItem(stage.objects, stage.tables, NAME, out.item);
  expect(forged).toMatchObject({ selected: true, recomputed: false });
  // It passed the steps before the one that took it out; that one, and all after it, are made up.
  const differing = forged.decisions.filter(({ recomputed }) => !recomputed).map(({ step }) => step);
  expect(differing[0]).toBe('agreement');
  expect(differing.at(-1)).toBe('rows');
  expect((await explainItem(stage.objects, stage.tables, NAME, other.item)).recomputed).toBe(true);
});

it('finds figures that were tampered with', async () => {
  const stage = await publishedPairs();
  const { dataset } = await stage.curate();
  await forgeDecisions(stage, dataset.version, (decision) => ({
    ...decision,
    values: { ...decision.values, agreement: 1 },
  }));
  const item = stage.rows.items.find(({ id }) => {
    const votes = stage.rows.annotations.filter((each) => each.item === id && each.task === 'pairwise');
    return new Set(votes.map((each) => JSON.stringify(each.value))).size > 1;
  });
  const why = await explainItem(stage.objects, stage.tables, NAME, item?.id ?? '');
  expect(why).toMatchObject({ selected: true, recomputed: false });
  expect(why.decisions.filter(({ recomputed }) => !recomputed).map(({ step }) => step)).toEqual(['rows']);
});
