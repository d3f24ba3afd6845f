import { changeAlarm } from '../../models/drift/change-point.ts';
import { psiAlarm, psiCategoriesAlarm } from '../../models/drift/psi.ts';
import { about, noData, together } from '../../models/drift/reading.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import type { TableStore } from '../ports.ts';
import { literal } from '../shards.ts';
import { type Arrival, bothSides } from './drops.ts';
import { drawn, queryDrops, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

interface Label {
  readonly question: string;
  readonly drop: string;
  readonly category: string | null;
  readonly value: number | null;
}

/** Labels that a drop must have for its level to count. */
const LEAST_OF_DROP = 10;

/** Labels by question (task and aspect), one a prompt and question, drawn by hash. Steps and words differ from item to item, and are left out. */
const labelsOf = async (
  tables: TableStore,
  drops: readonly Arrival[],
  watch: Watch<'label-drift'>,
): Promise<Map<string, Label[]>> => {
  const only = watch.task === undefined ? '' : `AND l.task = ${literal(watch.task)}`;
  const rows = `SELECT concat(i."group", ':', l.task, ':', l.aspect) AS "group", concat(l.item, ':', l.response) AS unit,
      concat_ws(' ', l.task, l.aspect) AS question, i.origin.drop AS drop, l.category AS category, l.value AS value
    FROM {labels} l JOIN {items} i ON l.item = i.id
    WHERE l.task NOT IN ('steps', 'keywords', 'critique', 'demonstration', 'regions', 'spans', 'ranking') ${only}`;
  const found = await Array.fromAsync(queryDrops<Label>(tables, drops, ['labels', 'items'], drawn(rows, watch)));
  return Map.groupBy(found, ({ question }) => question);
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The level of each drop, oldest first: the mean of numbers, or the share of the category that is commonest over all. */
const levelsOf = (labels: readonly Label[], drops: readonly Arrival[]): number[] => {
  const categories = [...Map.groupBy(labels, ({ category }) => category)].sort((a, b) => b[1].length - a[1].length);
  const commonest = categories[0]?.[0] ?? null;
  const numeric = labels.every(({ value, category }) => value !== null && category === null);
  const own = Map.groupBy(labels, ({ drop }) => drop);
  return drops.flatMap(({ name }) => {
    const of = own.get(name) ?? [];
    if (of.length < LEAST_OF_DROP) return [];
    return mean(of.map(({ value, category }) => (numeric ? (value ?? 0) : Number(category === commonest))));
  });
};

/** PSI of one question's answers, over deciles of numbers or over categories. */
const shift = (before: readonly Label[], after: readonly Label[], limit: number): Reading => {
  const numbers = (labels: readonly Label[]) =>
    labels.flatMap(({ value, category }) => (category === null ? (value ?? []) : []));
  const categories = (labels: readonly Label[]) => labels.flatMap(({ category }) => category ?? []);
  const named = categories(before).length + categories(after).length > 0;
  return named
    ? psiCategoriesAlarm(categories(before), categories(after), limit)
    : psiAlarm(numbers(before), numbers(after), 10, limit);
};

/** Labels then and now, question by question: PSI (S123), and Pettitt's test for a change of level from drop to drop. */
export const labelDrift = async (
  { objects, tables }: MonitorSources,
  watch: Watch<'label-drift'>,
  now: number,
): Promise<Reading> => {
  const { reference, current } = await bothSides(objects, watch, now);
  const [before, after] = [await labelsOf(tables, reference, watch), await labelsOf(tables, current, watch)];
  const { least, alpha, limit } = watch;
  const questions = [...new Set([...before.keys(), ...after.keys()])].sort();
  if (questions.length === 0) return noData('no drop has labels of the kind watched');
  const readings = questions.map((question): Reading => {
    const [then, lately] = [before.get(question) ?? [], after.get(question) ?? []];
    if (then.length < least) return about(question, noData(tooFew('labels in the reference', then.length, least)));
    if (lately.length < least) return about(question, noData(tooFew('current labels', lately.length, least)));
    const levels = levelsOf([...then, ...lately], [...reference, ...current]);
    // The drops of all questions are tested: each gets its part of alpha.
    const change = changeAlarm(levels, alpha / questions.length);
    return about(question, together([shift(then, lately, limit), ...(change.state === 'no-data' ? [] : [change])]));
  });
  return together(readings);
};
