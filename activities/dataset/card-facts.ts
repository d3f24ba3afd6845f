/** What a card tells of the people and programs behind a version, and of whom its rows stand for. */

import { type Representation, representation } from '../../models/fairness/representation.ts';
import { type GroupVotes, type ToldGroups, tellGroups } from '../../models/fairness/small-groups.ts';
import { klDivergence } from '../../models/metrics/kl.ts';
import { vintageMix } from '../../models/selection/vintage.ts';
import type { AnnotatorProfile } from '../../schemas/annotator.ts';
import { ATTRIBUTES, type Attribute, type Population } from '../../schemas/population.ts';
import type { Shard, TableRef } from '../../schemas/table.ts';
import type { CurateInput } from '../contract.ts';
import { hasColumn } from '../has-column.ts';
import type { TableStore } from '../ports.ts';
import { shardsOf } from '../shards.ts';
import type { SelectionFile } from './selection-file.ts';

/** Who said how much. */
export interface Voices {
  readonly kind: string;
  readonly sources: number;
  readonly annotations: number;
}

export interface Represented extends Representation {
  readonly attribute: Attribute;
  /** KL(rows ‖ population) in nats; Infinity where a value of share 0 has rows. */
  readonly kl: number;
}

export interface CardFacts {
  readonly voices: readonly Voices[];
  /** Votes of annotators by the groups they belong to, small ones together; nothing where no group is known. */
  readonly voted: ToldGroups;
  readonly guidelines: readonly { readonly guideline: string | null; readonly annotations: number }[];
  /** Shares of annotations with a time, by year. */
  readonly vintage: readonly { readonly year: number; readonly share: number }[];
  readonly timed: number;
  readonly represented: readonly Represented[];
}

const all = <T>(rows: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(rows);

const VOICES = `SELECT source.kind AS kind, count(DISTINCT source.id) AS sources, count(*) AS annotations
  FROM {annotations} GROUP BY 1 ORDER BY 1`;

const GUIDELINES = 'SELECT guideline, count(*) AS annotations FROM {annotations} GROUP BY 1 ORDER BY 1 NULLS LAST';

/** Annotations by the day on which they were given, as its first millisecond. */
const DAYS = `SELECT "at"::BIGINT - "at"::BIGINT % 86400000 AS day, count(*) AS n
  FROM {annotations} WHERE "at" IS NOT NULL GROUP BY 1 ORDER BY 1`;

const GROUPS = `SELECT name AS "group", sum(CAST(json_extract(groups, '$."' || name || '".n') AS BIGINT)) AS votes
  FROM (SELECT unnest(json_keys(groups)) AS name, groups FROM {labels} WHERE groups IS NOT NULL) GROUP BY 1 ORDER BY 1`;

/** People that a group has at least whose votes the card tells, unless `curate.report.minGroup` says otherwise. */
const LEAST_PEOPLE = 5;

const PEOPLE = `SELECT DISTINCT source.id AS id FROM {annotations} WHERE source.kind = 'human'`;

/** Votes by group as labels know them, and the people of each as the registry does: who is no longer in it counts for none. */
const votesByGroup = async (
  tables: TableStore,
  { labels, annotations }: { readonly labels: TableRef; readonly annotations: readonly Shard[] },
  registry: () => Promise<readonly AnnotatorProfile[]>,
): Promise<GroupVotes[]> => {
  if (annotations.length === 0 || !(await hasColumn(tables, labels, 'groups'))) return [];
  const votes = await all(tables.query<{ group: string; votes: number }>(GROUPS, { labels }));
  if (votes.length === 0) return [];
  const people = new Set((await all(tables.query<{ id: string }>(PEOPLE, { annotations }))).map(({ id }) => id));
  const here = (await registry()).filter(({ subject }) => people.has(subject));
  return votes.map(({ group, votes: own }) => ({
    group,
    votes: own,
    people: here
      .filter(({ groups, vendor }) => groups.includes(group) || group === `vendor:${vendor}`)
      .map(({ subject }) => subject),
  }));
};

const vintageOf = async (tables: TableStore, annotations: readonly Shard[]) => {
  if (!(await hasColumn(tables, annotations, 'at'))) return { vintage: [], timed: 0 };
  const days = await all(tables.query<{ day: number; n: number }>(DAYS, { annotations }));
  const counts = days.map(({ n }) => n);
  const mix = vintageMix(
    days.map(({ day }) => day),
    counts,
  );
  return { vintage: mix, timed: counts.reduce((sum, n) => sum + n, 0) };
};

/** SQL of each attribute of a dataset's row. */
const COLUMNS: Readonly<Record<Attribute, string>> = {
  language: "coalesce(language, 'und')",
  source: 'origin."drop"',
  license: 'origin.license',
  task: "coalesce(task, 'none')",
  model: "coalesce(responses[coalesce(chosen, 0) + 1].model, 'not named')",
};

const representedOf = async (
  tables: TableStore,
  selection: SelectionFile,
  population: Population,
): Promise<Represented[]> => {
  const data = selection.data.map(({ shard }) => shard);
  const found: Represented[] = [];
  for (const attribute of ATTRIBUTES) {
    const target = population[attribute];
    if (target === undefined || data.length === 0) continue;
    const sql = `SELECT ${COLUMNS[attribute]} AS value, count(*) AS n FROM {data} GROUP BY 1 ORDER BY 1`;
    const counts = await all(tables.query<{ value: string; n: number }>(sql, { data }));
    const beside = representation(Object.fromEntries(counts.map(({ value, n }) => [value, n])), target);
    if (beside === null) continue;
    const kl = klDivergence(
      beside.groups.map(({ share }) => share),
      beside.groups.map((group) => group.target),
    );
    found.push({ attribute, kl, ...beside });
  }
  return found;
};

/** Everything that is counted for the card alone. */
export const cardFacts = async (
  tables: TableStore,
  { annotations: refs, labels, config }: Pick<CurateInput, 'annotations' | 'labels' | 'config'>,
  selection: SelectionFile,
  registry: () => Promise<readonly AnnotatorProfile[]>,
): Promise<CardFacts> => {
  const annotations = await shardsOf(tables, refs);
  const said = annotations.length > 0;
  return {
    voices: said ? await all(tables.query<Voices>(VOICES, { annotations })) : [],
    voted: tellGroups(
      await votesByGroup(tables, { labels, annotations }, registry),
      config.report?.minGroup ?? LEAST_PEOPLE,
    ),
    guidelines: said ? await all(tables.query<CardFacts['guidelines'][number]>(GUIDELINES, { annotations })) : [],
    ...(said ? await vintageOf(tables, annotations) : { vintage: [], timed: 0 }),
    represented: await representedOf(tables, selection, config.population ?? {}),
  };
};
