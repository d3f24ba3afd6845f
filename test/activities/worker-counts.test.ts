/** One drop cut into few or many shards, examined in any order and several at a time: the dataset has the same bytes. */
import { expect, it } from 'vitest';
import { readSelection } from '../../activities/dataset/selection-file.ts';
import { createExamineActivities } from '../../activities/examine.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { exporting, idle, ingestRows, plantedPairs, selectRows, stageOn } from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const given = {
  curate: {
    filters: [{ kind: 'length', min: 30 }, { kind: 'repetition' }],
    dedup: 'near',
    near: { semantic: { clusters: 3 } },
    select: [
      { method: 'k-center', share: 0.9 },
      { method: 'quotas', size: 12, quotas: [{ attribute: 'domain', value: 'even', floor: 6 }] },
    ],
  },
};

const { items, annotations } = plantedPairs('d', 48);
const rows = {
  annotations,
  items: items.map((item, i) => ({ ...item, domain: i % 2 === 0 ? 'even' : null })),
};

/** Hashes of what a version holds, when units are examined `lanes` at a time, in the order that `turn` gives. */
const versionOf = async (perShard: number, lanes: number, turn: (units: number[]) => number[]) => {
  const stage = stageOn(createMemoryObjects(), scratch());
  const refs = await ingestRows(stage, 'd', rows, perShard);
  const { curate: config } = PipelineConfig.parse(given);
  const examining = createExamineActivities({ ...stage, ...exporting(), progress: idle });
  const input = { run: 'd', items: refs.items, config };
  const { units, partitions } = await examining.planExamination(input);
  const all = async (count: number, work: (number: number) => Promise<unknown>) => {
    const left = turn(Array.from({ length: count }, (_, number) => number));
    const lane = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };
  await all(units, (unit) => examining.examineShard({ ...input, unit }));
  await all(partitions, (partition) => examining.linkNear({ ...input, partition }));
  await examining.fitClusters(input);
  await all(units, (unit) => examining.assignShard({ ...input, unit }));
  await all(partitions, (partition) => examining.linkMeanings({ ...input, partition }));
  const { version, funnel } = await selectRows(stage, 'd', refs, given);
  const { data, decisions, clusters } = await readSelection(stage.objects, 'd', version);
  return {
    units,
    held: {
      funnel,
      data: data.map(({ shard: { sha256, rows: n } }) => [sha256, n]),
      decisions: decisions.map(({ sha256 }) => sha256),
      clusters: clusters?.sha256,
    },
  };
};

it('in 1, 3 and 8 shards', async () => {
  const one = await versionOf(48, 1, (units) => units);
  const three = await versionOf(16, 2, (units) => units.toReversed());
  const eight = await versionOf(6, 5, (units) => units.toSorted((a, b) => ((a * 5) % 8) - ((b * 5) % 8)));
  expect([one.units, three.units, eight.units]).toEqual([1, 3, 8]);
  expect(one.held.data.flatMap(([, n]) => n).reduce<number>((sum, n) => sum + Number(n), 0)).toBe(12);
  expect(one.held.funnel.find(({ step }) => step === 'dedup')?.in).toBeGreaterThan(12);
  expect(three.held).toEqual(one.held);
  expect(eight.held).toEqual(one.held);
});
