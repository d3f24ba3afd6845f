/** What a round asks about, in which batches, and what each batch goes by. */
import { OUTDATED } from '../../models/selection/age.ts';
import { Annotation, type Task } from '../../schemas/annotation.ts';
import { categoryOf } from '../../schemas/categories.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { Shard } from '../../schemas/table.ts';
import type { AnnotateActivities, BatchLine, SelectionRef } from '../contract.ts';
import { CLUSTERS, readSelection } from '../dataset/selection-file.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { literal } from '../shards.ts';

type PlanInput = Parameters<AnnotateActivities['planBatches']>[0];
type Judges = NonNullable<PlanInput['judges']>;

/** Clusters of a selection. Throws ASY-3002 where it looked for none. */
const clustersOf = async (objects: ObjectStore, { name, version }: SelectionRef): Promise<Shard[]> => {
  const { clusters } = await readSelection(objects, name, version);
  if (clusters === null) throw new AssayError('ASY-3002', { key: keys.datasetFile(name, version, CLUSTERS) });
  return [clusters];
};

const decisionsOf = async (objects: ObjectStore, { name, version }: SelectionRef): Promise<Shard[]> =>
  (await readSelection(objects, name, version)).decisions;

const CONFLICTING = `SELECT item FROM {clusters} WHERE reason = 'conflict'`;
const EXPIRED = `SELECT item FROM {decisions} WHERE reason IN (${OUTDATED.map(literal).join(', ')})`;

/** Items to ask about, in the order of their files and rows. Ids that no item has are passed over. */
export const itemsToAsk = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  { items, itemIds, disagreeing, conflicts, expired }: PlanInput,
  without: ReadonlySet<string>,
): Promise<{ id: string; language: string | null }[]> => {
  const again = [...(conflicts === undefined ? [] : [CONFLICTING]), ...(expired === undefined ? [] : [EXPIRED])];
  const conditions = [
    ...(itemIds === undefined ? [] : [itemIds.length === 0 ? 'false' : `id IN (${itemIds.map(literal).join(', ')})`]),
    ...(disagreeing === undefined ? [] : ['id IN (SELECT item FROM {labels} WHERE agreement < 1)']),
    ...(again.length === 0 ? [] : [`id IN (${again.join(' UNION ALL ')})`]),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const rows = tables.query<{ id: string; language: string | null }>(
    `SELECT id, language FROM {items} ${where} ORDER BY origin.file, origin."row", id`,
    {
      items,
      ...(disagreeing !== undefined && { labels: disagreeing }),
      ...(conflicts !== undefined && { clusters: await clustersOf(objects, conflicts) }),
      ...(expired !== undefined && { decisions: await decisionsOf(objects, expired) }),
    },
  );
  const found: { id: string; language: string | null }[] = [];
  for await (const row of rows) if (!without.has(row.id)) found.push(row);
  return found;
};

/** Answers of judges and verifiers in the drop, by item: [the task's number, category]. */
export const judgedAnswers = async (
  tables: TableStore,
  { annotations, tasks }: Judges,
): Promise<Map<string, (readonly [number, string])[]>> => {
  const judged = new Map<string, (readonly [number, string])[]>();
  if (annotations.rows === 0) return judged;
  const wanted = tasks.map((task: Task) => literal(task)).join(', ');
  const sql = `SELECT * FROM {annotations} WHERE source.kind IN ('judge', 'verifier') AND task IN (${wanted}) ORDER BY item, id`;
  for await (const row of tables.query(sql, { annotations })) {
    const annotation = Annotation.parse(row);
    const category = categoryOf(annotation);
    const task = tasks.indexOf(annotation.task);
    if (category !== null) judged.set(annotation.item, [...(judged.get(annotation.item) ?? []), [task, category]]);
  }
  return judged;
};

/** Judges' answers that a line carries: a batch's lines are one payload. */
const MOST_PRIOR = 8;

/** A line of a batch: the id alone where nothing else is asked for. */
export const lineOf = (
  { id, language }: { readonly id: string; readonly language: string | null },
  { languages }: Pick<PlanInput, 'languages'>,
  judged: ReadonlyMap<string, (readonly [number, string])[]>,
  sensitive: ReadonlySet<string>,
): BatchLine => {
  const prior = judged.get(id)?.slice(0, MOST_PRIOR);
  if (languages === undefined && prior === undefined && !sensitive.has(id)) return id;
  return {
    id,
    ...(languages === undefined ? {} : { language }),
    ...(prior === undefined ? {} : { prior }),
    ...(sensitive.has(id) ? { sensitive: true } : {}),
  };
};
