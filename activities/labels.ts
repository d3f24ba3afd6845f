import { withConsensus } from '../models/aggregation/consensus.ts';
import { type AnnotatorRegistry, withGroups } from '../models/aggregation/groups.ts';
import { createLearner, needsDrop, type Recall } from '../models/aggregation/learned.ts';
import { createSummary, groupsOf } from '../models/aggregation/summary.ts';
import { hashOf } from '../models/hash.ts';
import { byText } from '../models/order.ts';
import type { Task } from '../schemas/annotation.ts';
import { keys } from '../schemas/keys.ts';
import { Label } from '../schemas/label.ts';
import type { TableRef } from '../schemas/table.ts';
import { byItem, roundOf } from './annotations-by-item.ts';
import { createAnnotatorCatalog } from './annotator-catalog.ts';
import type { LabelActivities } from './contract.ts';
import { breathe } from './pace.ts';
import type { ObjectStore, Progress, TableStore } from './ports.ts';
import { once } from './receipts.ts';
import { literal, writeShards } from './shards.ts';

const FLAGGED = 10;
const SUMMARIES = 200;
/** Summaries that ride with all their coefficients; the others have α and percent. */
const DETAILED = 50;
/** Items between two looks at the event loop. */
const BREATH = 500;

interface Disagreement {
  readonly item: string;
  readonly task: Task;
  readonly agreement: number;
}

const worstFirst = (a: Disagreement, b: Disagreement): number =>
  a.agreement - b.agreement || byText(a.item, b.item) || byText(a.task, b.task);

/** The items whose votes disagree most, and how many disagree at all; holds ten of them. */
const createFlags = () => {
  let worst: Disagreement[] = [];
  let count = 0;
  return {
    add(labels: readonly Label[]): void {
      const own = labels
        .flatMap(({ item, task, agreement }) =>
          agreement === null || agreement === 1 ? [] : { item, task, agreement },
        )
        .sort(worstFirst);
      const [first] = own;
      if (first === undefined) return;
      count++;
      worst = [...worst, first].sort(worstFirst).slice(0, FLAGGED);
    },
    end: () => ({ worst, count }),
  };
};

/** Where the flagged items came from. */
const located = async (tables: TableStore, items: TableRef, worst: readonly Disagreement[]) => {
  if (worst.length === 0) return [];
  const places = new Map<string, { file: string; row: number }>();
  const ids = worst.map(({ item }) => literal(item)).join(', ');
  const sql = `SELECT id, origin.file AS file, origin."row" AS line FROM {items} WHERE id IN (${ids})`;
  for await (const { id, file, line } of tables.query<{ id: string; file: string; line: number }>(sql, { items }))
    places.set(id, { file, row: line });
  return worst.map((flag) => ({ ...flag, ...(places.get(flag.item) ?? { file: '', row: 0 }) }));
};

/** Vendors and groups of the people in the registry, as sources name them; those of whom neither is known are left out. */
const registryOf = async (objects: ObjectStore): Promise<AnnotatorRegistry> => {
  const profiles = await createAnnotatorCatalog(objects).list();
  return new Map(
    profiles
      .filter(({ vendor, groups }) => vendor !== null || groups.length > 0)
      .map(({ subject, vendor, groups }) => [`human:${subject}`, { groups, ...(vendor === null ? {} : { vendor }) }]),
  );
};

/**
 * Aggregation: annotations streamed item by item, labels written shard by shard, partition `<run>` of `labels`. Methods that learn
 * from the whole drop have it streamed twice: first its votes are collected (learned.ts says in how much memory), then labelled.
 */
export const createLabelActivities = (deps: {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly progress: () => Progress;
}): LabelActivities => ({
  async aggregate({ run, items, annotations, config }) {
    const { objects, tables } = deps;
    const progress = deps.progress();
    const digests = [items, ...annotations].map(({ digest }) => digest);
    const registry = await registryOf(objects);
    // A drop without registered people is aggregated as ever, and found again by the same receipt.
    const people = registry.size === 0 ? {} : { registry: [...registry].sort(([a], [b]) => byText(a, b)) };
    const receipt = keys.receipt(run, 'labels', hashOf({ digests, config, ...people }).slice(0, 16));
    return once(objects, receipt, async () => {
      const { methods = {} } = config;
      const settings = { ...config, roundOf };
      const every = async function* () {
        let done = 0;
        for await (const group of byItem(tables, items, annotations)) {
          yield group;
          if (++done % BREATH !== 0) continue;
          progress.cancelled.throwIfAborted();
          progress.heartbeat({ items: done });
          await breathe();
        }
      };
      const learn = async (): Promise<Recall> => {
        const learner = createLearner(methods);
        if (needsDrop(methods)) for await (const group of every()) learner.add(groupsOf(group, settings));
        return learner.end();
      };
      const summary = createSummary({ ...settings, recall: await learn() });
      const flags = createFlags();
      const labels = async function* (): AsyncGenerator<Label> {
        for await (const group of every()) {
          const found = summary.add(group);
          if (methods.ranking === undefined && registry.size === 0) {
            flags.add(found);
            yield* found;
            continue;
          }
          const questions = groupsOf(group, settings);
          const consensus = await withConsensus(found, questions, methods.ranking ?? '');
          const made = consensus.map((label, i) => {
            const question = questions[i];
            return question === undefined ? label : withGroups(label, question, registry);
          });
          flags.add(made);
          yield* made;
        }
      };
      const shards = await writeShards<typeof Label>((rows) => tables.writeShard('labels', Label, rows), labels());
      const committed = await tables.commit('labels', run, shards);
      const { worst, count } = flags.end();
      return {
        labels: committed,
        // They ride in a payload, and aspects are named by the data.
        summaries: summary
          .end()
          .slice(0, SUMMARIES)
          .map(({ coefficients, ...own }, i) => (i < DETAILED && coefficients ? { ...own, coefficients } : own)),
        flagged: await located(tables, items, worst),
        flaggedCount: count,
      };
    });
  },
});
