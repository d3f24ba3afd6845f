/** Which of a round's items are sensitive: by their domain, or by a safety tag that anybody gave them. */
import type { Escalated } from '../../schemas/sensitive.ts';
import type { AnnotateActivities } from '../contract.ts';
import type { TableStore } from '../ports.ts';
import { literal, shardsOf } from '../shards.ts';

type PlanInput = Parameters<AnnotateActivities['planBatches']>[0];

const listed = (names: readonly string[]): string => names.map(literal).join(', ');

const ids = async (rows: AsyncIterable<{ readonly id: string }>): Promise<string[]> =>
  (await Array.fromAsync(rows)).map(({ id }) => id);

/** Ids of sensitive items; none where the round names no such items. One tag by one person is enough: whom it protects cannot wait for a vote. */
export const sensitiveItems = async (
  tables: TableStore,
  { items, sensitive }: Pick<PlanInput, 'items' | 'sensitive'>,
): Promise<ReadonlySet<string>> => {
  if (sensitive === undefined) return new Set();
  const { domains, tags, told } = sensitive;
  const byDomain =
    domains.length === 0
      ? []
      : await ids(tables.query(`SELECT id FROM {items} WHERE domain IN (${listed(domains)})`, { items }));
  const annotations = await shardsOf(tables, told);
  const given = `CAST(json_extract(value, '$.tags') AS VARCHAR[])`;
  const byTag =
    tags.length === 0 || annotations.length === 0
      ? []
      : await ids(
          tables.query(
            `SELECT DISTINCT item AS id FROM {annotations} WHERE task = 'safety' AND list_has_any(${given}, [${listed(tags)}])`,
            { annotations },
          ),
        );
  return new Set([...byDomain, ...byTag]);
};

/** Ids that a report has room for. */
const NAMED = 100;

/** What a report says of items that nobody was asked about. */
export const namedEscalated = (items: readonly string[]): Omit<Escalated, 'round'> => ({
  items: items.length,
  first: items.slice(0, NAMED),
});
