/** What selection needs of each item, merged from sorted streams: figures and hashes, never prompts or responses. */
import { sha256 } from '../../models/hash.ts';
import type { Candidate, LabelFact } from '../../models/selection/candidate.ts';
import { verdictOf } from '../../models/selection/verdict.ts';
import type { Origin } from '../../schemas/primitives.ts';
import type { TableRef } from '../../schemas/table.ts';
import type { CurateInput } from '../contract.ts';
import type { TableStore } from '../ports.ts';
import { shardsOf } from '../shards.ts';

interface FactRow {
  readonly item: string;
  readonly group: string;
  readonly language: string | null;
  readonly prompt: string;
  readonly hashes: (string | null)[];
  readonly file: string;
  readonly line: number;
  readonly drop: string;
  readonly license: string;
  readonly subject: string | null;
}

/** Twenty-four hex digits tell any two texts of a drop apart, and cost a third of a whole hash. */
const SHORT = 24;

const ITEMS = `SELECT id AS item, "group", language, origin.drop AS "drop", origin.file AS file, origin."row" AS line,
    origin.license AS license, origin.subject AS subject,
    left(sha256(to_json(prompt)::VARCHAR), ${SHORT}) AS prompt,
    list_transform(responses, lambda r: CASE
      WHEN r.media IS NOT NULL THEN left(r.media.sha256, ${SHORT})
      WHEN regexp_matches(r.text, '\\S') THEN left(sha256(r.text), ${SHORT}) END) AS hashes
  FROM {items} ORDER BY id`;

const LABELS = `SELECT item, task, response, aspect, category, value, "pFlip", agreement, n FROM {labels}
  ORDER BY item, task, response, aspect`;

const SCORES = 'SELECT item, response, value FROM {scores} ORDER BY item, response';

const DEMONSTRATED = `SELECT DISTINCT item FROM {annotations}
  WHERE task = 'demonstration' AND regexp_matches(json_extract_string(value, '$.text'), '\\S') ORDER BY item`;

/** Rows of a stream sorted by item, asked for item by item in that order: a merge join that holds one item's rows. */
const createCursor = <T extends { readonly item: string }>(rows: AsyncIterable<T> | null) => {
  const source = rows?.[Symbol.asyncIterator]();
  let next: T | null | undefined;
  const advance = async (): Promise<void> => {
    const result = await source?.next();
    next = result === undefined || result.done === true ? null : result.value;
  };
  return {
    async of(item: string): Promise<T[]> {
      if (next === undefined) await advance();
      while (next != null && next.item < item) await advance();
      const own: T[] = [];
      while (next != null && next.item === item) {
        own.push(next);
        await advance();
      }
      return own;
    },
    close: async () => void (await source?.return?.()),
  };
};

type ScoreRow = { readonly item: string; readonly response: number; readonly value: number };

const rewards = ({ hashes }: FactRow, scores: readonly ScoreRow[]): number[] | null =>
  scores.length === 0 || scores.length !== hashes.length ? null : scores.map(({ value }) => value);

/** Equal for the same prompt and responses; the sides of a pair in either order. */
const contentOf = ({ prompt, hashes }: FactRow): string => {
  const sides = hashes.map((hash) => hash ?? '');
  if (sides.length === 2) sides.sort();
  return sha256([prompt, ...sides].join('\n')).slice(0, SHORT);
};

/** A string once in memory however many rows hold it. */
const createInterner = () => {
  const known = new Map<string, string>();
  return (text: string): string => {
    const first = known.get(text) ?? text;
    known.set(text, first);
    return first;
  };
};

const candidateOf = (
  row: FactRow,
  origin: Origin,
  labels: readonly LabelFact[],
  scores: readonly ScoreRow[],
  demonstrated: boolean,
): Candidate => ({
  item: row.item,
  group: row.group,
  origin,
  language: row.language,
  labelled: labels.length > 0,
  verdict: verdictOf(
    labels.filter(({ task }) => task !== 'demonstration' || demonstrated),
    row.hashes.length,
  ),
  responses: row.hashes,
  content: contentOf(row),
  scores: rewards(row, scores),
});

/** Whether any label is a demonstration: only then do annotations have to be read again. */
const hasDemonstrations = async (tables: TableStore, labels: TableRef): Promise<boolean> => {
  const sql = `SELECT 1 AS one FROM {labels} WHERE task = 'demonstration' LIMIT 1`;
  for await (const _ of tables.query(sql, { labels })) return true;
  return false;
};

type Inputs = Pick<CurateInput, 'items' | 'annotations' | 'labels' | 'scores'>;

/** The drop's items as candidates, by item id. About a kilobyte each is all that anybody needs to keep. */
export async function* readCandidates(tables: TableStore, input: Inputs): AsyncGenerator<Candidate> {
  const { items, labels, scores } = input;
  const shards = await shardsOf(tables, input.annotations);
  const demonstrations = shards.length > 0 && (await hasDemonstrations(tables, labels));
  const labelled = createCursor(tables.query<LabelFact & { item: string }>(LABELS, { labels }));
  const scored = createCursor(scores === null ? null : tables.query<ScoreRow>(SCORES, { scores }));
  const shown = createCursor(
    demonstrations ? tables.query<{ item: string }>(DEMONSTRATED, { annotations: shards }) : null,
  );
  const intern = createInterner();
  try {
    for await (const row of tables.query<FactRow>(ITEMS, { items })) {
      const origin = {
        drop: intern(row.drop),
        file: intern(row.file),
        row: row.line,
        license: intern(row.license),
        subject: row.subject,
      };
      const { item } = row;
      const [own, rewarded, demonstrated] = [await labelled.of(item), await scored.of(item), await shown.of(item)];
      yield candidateOf(row, origin, own, rewarded, demonstrated.length > 0);
    }
  } finally {
    await Promise.all([labelled.close(), scored.close(), shown.close()]);
  }
}
