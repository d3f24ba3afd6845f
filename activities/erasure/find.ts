/** Finds everything that a person reached. Reads much and changes nothing. */
import { Annotation } from '../../schemas/annotation.ts';
import { keys } from '../../schemas/keys.ts';
import { type Shard, TABLES, type TableName } from '../../schemas/table.ts';
import { readReceipt } from '../receipts.ts';
import { literal } from '../shards.ts';
import type { RowSource } from '../unit-rows.ts';
import { mediaFiles, mediaOnlyOf } from './find-media.ts';
import { allWithdrawn, ownAnswers, ownObjects, ownStudies } from './find-own.ts';
import { listings, type Place, quarantinedPlaces, scanDrop } from './find-rows.ts';
import { datasetsWith, headsWith } from './find-versions.ts';
import type { Person } from './person.ts';
import type { ErasurePlan, ReachedDrop } from './plan.ts';
import { among, newestPartitions, ORIGIN, placeName, QUARANTINED, rowsIn, shardsWith, storedShards } from './tables.ts';
import { keyedContent } from './tombstones.ts';

/** Rows of the table as it stands for which the condition holds. */
const countIn = async ({ objects, tables }: RowSource, table: TableName, condition: string): Promise<number> => {
  const shards = (await newestPartitions(objects, table)).flatMap((partition) => partition.shards);
  const sql = `SELECT count(*) AS n FROM {rows} WHERE ${condition}`;
  let sum = 0;
  for await (const { n } of rowsIn<{ n: number }>(tables, sql, shards)) sum += n;
  return sum;
};

/** Adds a place to the suspects of its drop. */
const suspect = (suspects: Map<string, Map<string, Set<number>>>, { drop, file, row }: Place): void => {
  const files = suspects.get(drop) ?? new Map<string, Set<number>>();
  suspects.set(drop, files);
  files.set(file, (files.get(file) ?? new Set<number>()).add(row));
};

interface Sources extends RowSource {
  readonly person: Person;
  /** Every stored shard of the two tables that name people. */
  readonly items: readonly Shard[];
  readonly annotations: readonly Shard[];
  readonly beat: () => void;
}

/** Conditions by which rows are the person's. */
const conditionsOf = ({ subject }: Person) => ({
  whose: `origin.subject = ${literal(subject)}`,
  says: `(source.kind = 'human' AND source.id = ${literal(subject)})`,
});

const PLACE = 'origin.drop AS "drop", origin.file AS file, origin."row" AS "row"';

/** What tables say they said, and the raw rows that name them: where tables and quarantine say so, and of drops nobody ingested all. */
const findRaw = async (sources: Sources) => {
  const { tables, person, items, annotations, beat } = sources;
  const { whose, says } = conditionsOf(person);
  const suspects = new Map<string, Map<string, Set<number>>>();
  for await (const place of rowsIn<Place>(tables, `SELECT ${PLACE} FROM {rows} WHERE ${whose}`, items))
    suspect(suspects, place);
  const said: Annotation[] = [];
  for await (const row of rowsIn(tables, `SELECT * FROM {rows} WHERE ${whose} OR ${says}`, annotations)) {
    const annotation = Annotation.parse(row);
    suspect(suspects, annotation.origin);
    if (annotation.source.id === person.subject) said.push(annotation);
  }
  for await (const place of quarantinedPlaces(sources, person)) suspect(suspects, place);
  beat();
  const files = new Map<string, ReachedDrop['files']>();
  const unread: string[] = [];
  const ingested = async (drop: string) => (await tables.find('items', drop)) !== null;
  for await (const listing of listings(sources, async (drop) => suspects.has(drop) || !(await ingested(drop)))) {
    const { name } = listing.manifest;
    const known = (await ingested(name)) ? (suspects.get(name) ?? new Map<string, Set<number>>()) : null;
    const found = await scanDrop(sources, listing, person, known, beat);
    unread.push(...found.unread);
    if (found.files.length > 0) files.set(name, found.files);
  }
  const places = (which: 'emptied' | 'cut'): string[] =>
    [...files].flatMap(([drop, some]) =>
      some.flatMap((file) => file[which].map((row) => placeName(drop, file.path, row))),
    );
  return { said, files, unread: unread.sort(), emptied: places('emptied'), cut: places('cut') };
};

type Raw = Awaited<ReturnType<typeof findRaw>>;

/** Items that go with the only row that brought them, those that stay without a word of the person, and contents that are theirs. */
const findItems = async ({ tables, person, items, annotations }: Sources, { said, emptied }: Raw, key: string) => {
  const { whose, says } = conditionsOf(person);
  const at = among(ORIGIN, emptied);
  const sql = `SELECT DISTINCT id, "contentHash", origin.subject AS subject FROM {rows} WHERE ${at} OR ${whose}`;
  type Going = { readonly id: string; readonly contentHash: string; readonly subject: string | null };
  const going = await Array.fromAsync(rowsIn<Going>(tables, sql, items));
  const named = among(
    'item',
    going.map(({ id }) => id),
  );
  const others = `SELECT DISTINCT item FROM {rows} WHERE ${named} AND NOT (${at} OR ${whose} OR ${says})`;
  const kept = new Set<string>();
  for await (const { item } of rowsIn<{ item: string }>(tables, others, annotations)) kept.add(item);
  const gone = new Set(going.flatMap(({ id }) => (kept.has(id) ? [] : [id])));
  const touched = new Set([...said.map(({ item }) => item), ...kept].filter((id) => !gone.has(id)));
  const contents = going.flatMap(({ id, subject, contentHash }) =>
    gone.has(id) && subject === person.subject ? [keyedContent(key, contentHash)] : [],
  );
  return { gone: [...gone].sort(), touched: [...touched].sort(), contents: [...new Set(contents)].sort() };
};

/** Counts of rows as tables stand, and every stored shard that holds one, or was made from one. */
const findShards = async (sources: Sources, raw: Raw, gone: readonly string[], touched: readonly string[]) => {
  const { objects, tables, beat } = sources;
  const { whose, says } = conditionsOf(sources.person);
  const derived = among('item', gone);
  const made = among('item', [...gone, ...touched]);
  const quarantine = among(QUARANTINED, [...raw.emptied, ...raw.cut]);
  const annotations = `${whose} OR ${says} OR ${derived}`;
  const items = `${whose} OR ${among('id', gone)}`;
  const counted = {
    items,
    annotations,
    quarantine,
    labels: derived,
    scores: derived,
    features: derived,
    heatmaps: derived,
  };
  const held = { ...counted, labels: made, scores: made, features: made, heatmaps: made };
  const reached: Record<string, number> = { rows: raw.emptied.length + raw.cut.length };
  const shards: ErasurePlan['shards'] = [];
  for (const table of TABLES) {
    reached[table] = await countIn(sources, table, counted[table]);
    for (const shard of await shardsWith(tables, held[table], await storedShards(objects, table)))
      shards.push({ table, shard });
    beat();
  }
  return { reached, shards };
};

/** What they wrote outside the tables, and the runs in which they took back an answer. */
const findOwn = async (sources: Sources, { said }: Raw) => {
  const { objects, tables, annotations, person } = sources;
  const { subject } = person;
  const withdrawn = await allWithdrawn(objects);
  const theirs = new Set(said.map(({ id }) => id));
  async function* foreign(): AsyncGenerator<Annotation> {
    // Only answers of the console are objects of their own; they name a guideline.
    for await (const row of rowsIn(tables, 'SELECT * FROM {rows} WHERE guideline IS NOT NULL', annotations)) {
      const annotation = Annotation.parse(row);
      if (!theirs.has(annotation.id)) yield annotation;
    }
  }
  const answers = await ownAnswers(objects, said, withdrawn, foreign(), subject);
  const written = await ownObjects(objects, subject);
  const runs = withdrawn.flatMap(({ key, votes }) =>
    votes.some(({ annotator }) => annotator === subject) ? [key.split('/')[1] ?? ''] : [],
  );
  return { answers, written, runs };
};

/** The plan of an erasure; null where nothing names the person. `key`: of the subject hash. */
export const findReach = async (
  source: RowSource,
  person: Person,
  key: string,
  began: string,
  beat: () => void,
): Promise<ErasurePlan | null> => {
  const { objects } = source;
  const items = await storedShards(objects, 'items');
  const annotations = await storedShards(objects, 'annotations');
  const sources = { ...source, person, items, annotations, beat };
  const raw = await findRaw(sources);
  const { gone, touched, contents } = await findItems(sources, raw, key);
  const { reached, shards } = await findShards(sources, raw, gone, touched);
  const { answers, written, runs } = await findOwn(sources, raw);
  const names = new Set([...raw.files.keys(), ...raw.said.map(({ origin }) => origin.drop), ...runs]);
  const { studies, entries } = await ownStudies(objects, person.subject, names);
  if (names.size + written.length + entries === 0) return null;
  const affected = [...gone, ...touched];
  const datasets = affected.length === 0 ? [] : await datasetsWith(source, affected);
  const models = affected.length === 0 ? [] : await headsWith(source, affected);
  const media = gone.length === 0 ? new Set<string>() : await mediaOnlyOf(source, gone, items, annotations);
  const drops: ReachedDrop[] = [];
  for (const drop of [...names].sort())
    drops.push({
      drop,
      files: raw.files.get(drop) ?? [],
      media: await mediaFiles(source, drop, media),
      again: await howFar(source, drop),
    });
  const outside = { media: media.size, answers: answers.length, notes: written.length, grades: entries };
  return {
    subject: person.subject,
    began,
    drops,
    items: gone,
    touched,
    shards,
    media: [...media].sort(),
    contents,
    own: [...answers, ...written],
    studies,
    datasets,
    models,
    reached: { ...reached, ...outside, datasets: datasets.length, models: models.length },
    unread: raw.unread,
  };
};

/** How far a drop had come: its run published a dataset, or ended before, or nobody ingested it. */
const howFar = async ({ objects, tables }: RowSource, drop: string): Promise<ReachedDrop['again']> => {
  if ((await tables.find('items', drop)) === null) return 'none';
  const report = await readReceipt<{ status?: string }>(objects, keys.report(drop));
  return report?.status === 'completed' ? 'run' : 'ingest';
};
