/** What rounds of annotation keep as receipts, without a person and without items that are gone. */
import { z } from 'zod';
import { Annotation } from '../../schemas/annotation.ts';
import { keys } from '../../schemas/keys.ts';
import { Shard, type TableRef } from '../../schemas/table.ts';
import { findPlan, keptShards } from '../annotation/round.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';
import { rewrite } from './versions.ts';

const Vote = z.looseObject({ item: z.string(), annotator: z.string(), sha256: z.string() });

/** A batch's withdrawn votes, which are no annotations. */
export interface WithdrawnVotes {
  readonly key: string;
  readonly votes: readonly z.infer<typeof Vote>[];
}

const stageOf = (key: string): string => key.split('/')[2] ?? '';

/** Withdrawn votes below a prefix of runs. */
export const withdrawnIn = async (objects: ObjectStore, prefix: string): Promise<WithdrawnVotes[]> => {
  const found: WithdrawnVotes[] = [];
  for await (const { key } of objects.list(prefix)) {
    if (!/^withdrawn-\d+-/.test(stageOf(key))) continue;
    found.push({ key, ...z.object({ votes: z.array(Vote) }).parse(await readReceipt(objects, key)) });
  }
  return found;
};

export interface Gone {
  readonly subject: string;
  readonly items: ReadonlySet<string>;
}

/** Whether an annotation is the person's, about their data, or about an item that goes. */
export const isGone = ({ item, source, origin }: Annotation, { subject, items }: Gone): boolean =>
  items.has(item) || origin.subject === subject || (source.kind === 'human' && source.id === subject);

async function* remaining(rows: AsyncIterable<Annotation>, gone: Gone): AsyncGenerator<Annotation> {
  for await (const row of rows) if (!isGone(row, gone)) yield row;
}

const Line = z.union([z.string(), z.looseObject({ id: z.string() })]);
const Batch = z.looseObject({ items: z.array(Line) });
const Checks = z.looseObject({ checks: z.array(z.looseObject({ id: z.string() })) });

const idOf = (line: z.infer<typeof Line>): string => (typeof line === 'string' ? line : line.id);

/** A receipt of a round's plan without the items, or null where it holds none of them. */
const planWithout = (unit: string, value: unknown, items: ReadonlySet<string>): object | null => {
  if (unit.startsWith('batch-')) {
    const batch = Batch.parse(value);
    const rest = batch.items.filter((line) => !items.has(idOf(line)));
    return rest.length === batch.items.length ? null : { ...batch, items: rest };
  }
  if (!unit.startsWith('checks-')) return null;
  const plan = Checks.parse(value);
  const rest = plan.checks.filter(({ id }) => !items.has(id));
  return rest.length === plan.checks.length ? null : { ...plan, checks: rest };
};

/** Stages whose receipts are read when a run has ended. */
const READ = /^(annotate|votes|checks|withdrawn)-\d+/;

/** All other receipts of a run: what they say holds no more, and a later attempt must not find them. `again`: the report neither. */
export const staleReceipts = async (objects: ObjectStore, run: string, again: boolean): Promise<string[]> => {
  const found: string[] = [];
  for await (const { key } of objects.list(keys.run(run)))
    if (!READ.test(stageOf(key)) && (again || key !== keys.report(run))) found.push(key);
  return found;
};

/**
 * Rewrites a run's rounds: plans without the items, votes without the person. Commits each round's votes anew and returns them in
 * the order of their rounds, those without a vote left out.
 */
export const rewriteRounds = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  { id, run }: { readonly id: string; readonly run: string },
  reached: ReadonlySet<string>,
  gone: Gone,
  beat: () => void,
): Promise<TableRef[]> => {
  const put = (key: string, value: unknown): Promise<void> =>
    rewrite(objects, id, key, () => objects.put(key, JSON.stringify(value), { contentType: 'application/json' }));
  const rounds = new Set<number>();
  const listed = (await Array.fromAsync(objects.list(keys.run(run)))).map(({ key }) => key).sort();
  for (const key of listed) {
    beat();
    const unit = key.split('/').at(-1) ?? '';
    if (/^annotate-\d+$/.test(stageOf(key))) {
      const rest = planWithout(unit, await readReceipt(objects, key), gone.items);
      if (rest !== null) await put(key, rest);
    }
    if (/^withdrawn-\d+-/.test(stageOf(key))) {
      const { votes } = z.object({ votes: z.array(Vote) }).parse(await readReceipt(objects, key));
      const rest = votes.filter(({ annotator, item }) => annotator !== gone.subject && !gone.items.has(item));
      if (rest.length < votes.length) await put(key, { votes: rest });
    }
    const [, round] = /^(?:votes|checks)-(\d+)-/.exec(stageOf(key)) ?? [];
    if (round === undefined) continue;
    rounds.add(Number(round));
    const shard = Shard.parse(await readReceipt(objects, key));
    if (!reached.has(shard.sha256)) continue;
    const rows = remaining(tables.readShard(shard, Annotation), gone);
    await put(key, await tables.writeShard('annotations', Annotation, rows));
  }
  const committed: TableRef[] = [];
  for (const round of [...rounds].sort((a, b) => a - b)) {
    const partition = `${run}-r${round}`;
    const plan = await findPlan(objects, run, round);
    // A round that was never committed did not end.
    if (plan === null || (await tables.find('annotations', partition)) === null) continue;
    const some = (await keptShards(objects, run, round, plan)).filter(({ rows }) => rows > 0);
    const written = some.length > 0 ? some : [await tables.writeShard('annotations', Annotation, [])];
    const ref = await tables.commit('annotations', partition, written);
    if (ref.rows > 0) committed.push(ref);
  }
  return committed;
};
