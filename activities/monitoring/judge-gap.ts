import { judgeGapAlarm } from '../../models/drift/judge-gap.ts';
import { type JudgedQuestion, judgedQuestions } from '../../models/drift/judged.ts';
import { about, found, noData, together } from '../../models/drift/reading.ts';
import { bootstrapMean } from '../../models/trust/bootstrap.ts';
import type { Annotation } from '../../schemas/annotation.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { significant } from '../../schemas/significant.ts';
import type { TableStore } from '../ports.ts';
import { literal } from '../shards.ts';
import { type Arrival, currentDrops } from './drops.ts';
import { drawn, queryDrops, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

type Row = Annotation & { readonly group: string };

/** What judges and people say of items that both judged, one item a prompt, drawn by hash. */
const questionsOf = async (
  tables: TableStore,
  drops: readonly Arrival[],
  watch: Watch<'judge-gap'>,
): Promise<JudgedQuestion[]> => {
  const of = watch.judge === undefined ? '' : `AND source.id = ${literal(watch.judge)}`;
  const task = watch.task === undefined ? '' : `AND task = ${literal(watch.task)}`;
  const said = `SELECT * FROM {annotations} WHERE (source.kind = 'human' OR (source.kind = 'judge' ${of})) ${task}`;
  const both = `SELECT i."group" AS "group", a.item AS unit FROM (${said}) a JOIN {items} i ON a.item = i.id
    GROUP BY ALL HAVING bool_or(a.source.kind = 'human') AND bool_or(a.source.kind = 'judge')`;
  const sql = `SELECT a.*, d."group" AS "group" FROM (${said}) a JOIN (${drawn(both, watch)}) d ON a.item = d.unit ORDER BY a.item, a.id`;
  const rows = await Array.fromAsync(queryDrops<Row>(tables, drops, ['annotations', 'items'], sql));
  return [...Map.groupBy(rows, ({ item }) => item).values()].flatMap((own) =>
    judgedQuestions(own, own[0]?.group ?? ''),
  );
};

/** How far judge and people agree, red where the whole interval lies below the floor. */
const agreement = (questions: readonly JudgedQuestion[], { floor, seed }: Watch<'judge-gap'>): Reading => {
  const groups = questions.map(({ group }) => group);
  const { value, ci, n } = bootstrapMean(
    questions.map((question) => question.agreement),
    groups,
    { seed },
  );
  const red = floor !== undefined && ci[1] < floor;
  const limit = floor === undefined ? '' : `, floor ${floor}`;
  return found(red, `agreement ${significant(value)} [${significant(ci[0])}, ${significant(ci[1])}]${limit}`, [
    { name: 'agreement', value, ci, n, limit: floor ?? null },
  ]);
};

/** Judges beside people on the same questions, judge by judge and task by task (S229). */
export const judgeGaps = async (
  { objects, tables }: MonitorSources,
  watch: Watch<'judge-gap'>,
  now: number,
): Promise<Reading> => {
  const questions = await questionsOf(tables, await currentDrops(objects, watch, now), watch);
  if (questions.length === 0) return noData('no question was answered by a judge and by people');
  const parts = [...Map.groupBy(questions, ({ source, task }) => `${source} on ${task}`)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return together(
    parts.map(([part, own]) => {
      const groups = new Set(own.map(({ group }) => group)).size;
      if (groups < watch.least) return about(part, noData(tooFew('prompts judged by both', groups, watch.least)));
      return about(part, together([judgeGapAlarm(own, watch.tolerance, watch.seed), agreement(own, watch)]));
    }),
  );
};
