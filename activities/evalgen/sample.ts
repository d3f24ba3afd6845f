/** The outputs a study grades, drawn from a drop, and their texts. */
import { AssayError } from '../../schemas/errors.ts';
import type { Output } from '../../schemas/evalgen.ts';
import { Item, type Message } from '../../schemas/item.ts';
import type { TableRef } from '../../schemas/table.ts';
import type { TableStore } from '../ports.ts';
import { literal } from '../shards.ts';
import type { PredicateInput } from './predicate.ts';

export interface SampledOutput extends Output {
  readonly prompt: readonly Message[];
  readonly text: string;
}

const itemsOf = async (tables: TableStore, drop: string): Promise<TableRef> => {
  const items = await tables.find('items', drop);
  if (items === null) throw new AssayError('ASY-1001', { drop });
  return items;
};

/** At most `n` responses with text, in an order that `seed` alone decides: those whose hashes with it are the smallest. */
export const drawOutputs = async (tables: TableStore, drop: string, n: number, seed: number): Promise<Output[]> => {
  const items = await itemsOf(tables, drop);
  const sql = `SELECT id, response FROM (SELECT id, responses, UNNEST(range(len(responses))) AS response FROM {items})
    WHERE responses[response + 1].text IS NOT NULL ORDER BY md5('${seed} ' || id || ' ' || response), id, response LIMIT ${n}`;
  const outputs: Output[] = [];
  for await (const { id, response } of tables.query<{ id: string; response: number }>(sql, { items }))
    outputs.push({ item: id, response: Number(response) });
  return outputs;
};

/** The texts of outputs, in their order; those whose item is not in the drop any more are left out. */
export const readOutputs = async (
  tables: TableStore,
  drop: string,
  outputs: readonly Output[],
): Promise<SampledOutput[]> => {
  const items = await itemsOf(tables, drop);
  const ids = [...new Set(outputs.map(({ item }) => item))].sort().map(literal);
  const found = new Map<string, Item>();
  if (ids.length > 0)
    for await (const row of tables.query(`SELECT * FROM {items} WHERE id IN (${ids.join(', ')})`, { items })) {
      const item = Item.parse(row);
      found.set(item.id, item);
    }
  return outputs.flatMap(({ item, response }) => {
    const known = found.get(item);
    const text = known?.responses[response]?.text;
    return known === undefined || text == null ? [] : [{ item, response, prompt: known.prompt, text }];
  });
};

/** What code is given of an output: a prompt of one message as its text, of several with who speaks before each. */
export const inputOf = ({ prompt, text }: SampledOutput): PredicateInput => ({
  prompt:
    prompt.length === 1 && prompt[0] !== undefined
      ? prompt[0].content
      : prompt.map(({ role, content }) => `${role}: ${content}`).join('\n\n'),
  response: text,
});
