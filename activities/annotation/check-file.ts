/** Items whose answer is known, from a JSON Lines file of the drop: rows `{item, task, value}`. */
import { z } from 'zod';
import { Statement, type Task } from '../../schemas/annotation.ts';
import { categoryOf } from '../../schemas/categories.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { TableRef } from '../../schemas/table.ts';
import type { CheckLine } from '../contract.ts';
import { parseLines, readDropFile } from '../drop-lines.ts';
import type { ObjectStore, TableStore } from '../ports.ts';

const Row = z.object({ item: z.string().min(1), task: z.string(), value: z.unknown() });

/** More would not be asked of anybody. */
const MOST_BYTES = 8 * 1024 * 1024;

interface KnownAnswer {
  readonly item: string;
  readonly task: number;
  readonly category: string;
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error);
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'row'}: ${issue?.message}`;
};

const parseLine = (text: string, tasks: readonly Task[]): KnownAnswer => {
  const { item, ...answer } = Row.parse(JSON.parse(text));
  const task = tasks.findIndex((t) => t === answer.task);
  if (task < 0) throw new Error(`task: ${JSON.stringify(answer.task)} is not asked; ${tasks.join(', ')} are`);
  const category = categoryOf(Statement.parse(answer));
  if (category === null) throw new Error(`task: answers to ${answer.task} have no single value to compare`);
  return { item, task, category };
};

/** Ids of the items named, by their ids or their producer's. */
const idsOf = async (tables: TableStore, items: TableRef, named: ReadonlySet<string>): Promise<Map<string, string>> => {
  const ids = new Map<string, string>();
  const sql = 'SELECT id, "externalId" FROM {items}';
  for await (const { id, externalId } of tables.query<{ id: string; externalId: string | null }>(sql, { items })) {
    if (named.has(id)) ids.set(id, id);
    if (externalId !== null && named.has(externalId)) ids.set(externalId, id);
  }
  return ids;
};

/** The run's checks, each item once. Throws ASY-4014: no such file, a broken line, an unknown or sensitive item, an answer given twice, or too few to qualify by. */
export const readChecks = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  drop: string,
  items: TableRef,
  { file, qualify, tasks }: { readonly file: string; readonly qualify: number; readonly tasks: readonly Task[] },
  sensitive: ReadonlySet<string> = new Set(),
): Promise<CheckLine[]> => {
  const fail = (line: number, reason: string, cause?: unknown) =>
    new AssayError('ASY-4014', { file, line, reason }, { cause });
  const bytes = await readDropFile(objects, { drop, file, most: MOST_BYTES }, fail);
  const answers = parseLines(
    bytes.toString('utf8'),
    (row) => parseLine(row, tasks),
    (line, error) => fail(line, reasonOf(error), error),
  );
  const ids = await idsOf(tables, items, new Set(answers.map(({ value }) => value.item)));
  const checks = new Map<string, CheckLine>();
  for (const {
    line,
    value: { item, task, category },
  } of answers) {
    const id = ids.get(item);
    if (id === undefined) throw fail(line, `item: the drop has no item ${JSON.stringify(item)}`);
    if (sensitive.has(id)) throw fail(line, `item: ${JSON.stringify(item)} is sensitive; everybody is asked a check`);
    const check = checks.get(id) ?? { id, known: tasks.map(() => null) };
    if (check.known[task] !== null) throw fail(line, `item: ${JSON.stringify(item)} has an answer already`);
    check.known[task] = category;
    checks.set(id, check);
  }
  const least = Math.max(1, qualify);
  if (checks.size < least) throw fail(0, `has ${checks.size} items; \`qualify\` asks for ${least}`);
  return [...checks.values()];
};
