/** Agreement per task and aspect over a whole drop, gathered item by item in memory that does not grow with the drop. */
import type { Annotation, Task } from '../../schemas/annotation.ts';
import { TASKS } from '../../schemas/annotation.ts';
import type { Label, LabelSummary, MeasurementLevel } from '../../schemas/label.ts';
import { bootstrapMeans } from '../agreement/bootstrap.ts';
import { unitAgreement } from '../agreement/unit-agreement.ts';
import type { UnitCollector } from '../agreement/units.ts';
import { collectUnits } from '../agreement/units.ts';
import { byText } from '../order.ts';
import { labelOf } from './item.ts';
import { itemAgreement } from './item-agreement.ts';
import type { Recall } from './learned.ts';
import { standardised } from './standardise.ts';
import type { RoundOf, VoteGroup } from './votes.ts';
import { voteGroups } from './votes.ts';

export interface SummaryConfig {
  readonly levels?: Partial<Record<Task, MeasurementLevel>>;
  readonly bootstraps?: number;
  readonly seed?: number;
  readonly roundOf?: RoundOf;
  /** Ratings are averaged as shares of the scale they state. */
  readonly standardise?: boolean;
  /** What was learnt of the whole drop, for labels that are not by majority or mean. */
  readonly recall?: Recall;
}

export interface Summary {
  /** Takes all annotations of one item, each item once, and returns its labels as `aggregateItem` does. */
  add(annotations: readonly Annotation[]): Label[];
  end(): LabelSummary[];
}

/** Levels of numbers where the configuration names none; categories are nominal. */
const NUMBER_LEVELS: Partial<Record<Task, MeasurementLevel>> = {
  ranking: 'ordinal',
  rubric: 'ordinal',
  safety: 'ordinal',
};

type Coefficients = NonNullable<LabelSummary['coefficients']>;

interface Pool {
  readonly task: Task;
  readonly aspect: string | null;
  /** Categories met: then no numeric level applies, whatever is configured. */
  named: boolean;
  labels: number;
  readonly annotations: Set<string>;
  annotationCount: number;
  readonly annotators: Set<string>;
  readonly units: UnitCollector;
  /** Rankings, words and spans: agreement within each item, by name of the coefficient. */
  readonly within: Map<string, number[]>;
}

const levelOf = ({ task, named }: Pool, levels: SummaryConfig['levels']): MeasurementLevel =>
  named ? 'nominal' : (levels?.[task] ?? NUMBER_LEVELS[task] ?? 'interval');

/** The questions that an item's annotations answer, as labels are made of them. */
export const groupsOf = (annotations: readonly Annotation[], { standardise, roundOf }: SummaryConfig): VoteGroup[] =>
  voteGroups(standardise === true ? annotations.map(standardised) : annotations, roundOf);

/** Mean over items of what is measured within each. */
const withinItems = ({ within }: Pool, options: SummaryConfig): Coefficients =>
  [...within].map(([name, values]) => ({
    name,
    value: values.reduce((sum, value) => sum + value, 0) / values.length,
    ci: bootstrapMeans(values, options),
    n: values.length,
  }));

/** A collector for one drop; `end` may be called once all items were added. */
export const createSummary = (config: SummaryConfig = {}): Summary => {
  const pools = new Map<string, Pool>();
  const poolOf = ({ task, pool: aspect }: VoteGroup): Pool => {
    const key = JSON.stringify([task, aspect]);
    const known = pools.get(key);
    if (known !== undefined) return known;
    const made: Pool = {
      task,
      aspect,
      named: false,
      labels: 0,
      annotations: new Set(),
      annotationCount: 0,
      annotators: new Set(),
      units: collectUnits(),
      within: new Map(),
    };
    pools.set(key, made);
    return made;
  };
  return {
    add(annotations) {
      const [first] = annotations;
      if (first === undefined) return [];
      const groups = groupsOf(annotations, config);
      const touched = new Set<Pool>();
      for (const group of groups) {
        const pool = poolOf(group);
        touched.add(pool);
        pool.labels++;
        if (group.kind !== 'number') pool.named = true;
        for (const { annotation, source } of group.votes) {
          pool.annotations.add(annotation);
          pool.annotators.add(source);
        }
        if (group.kind !== 'count') pool.units.add(group.votes.map(({ value }) => value));
      }
      for (const pool of touched) {
        pool.annotationCount += pool.annotations.size;
        pool.annotations.clear();
      }
      for (const { task, name, value } of itemAgreement(annotations, config.roundOf)) {
        const pool = pools.get(JSON.stringify([task, null]));
        const values = pool?.within.get(name) ?? [];
        pool?.within.set(name, values);
        values.push(value);
      }
      return groups.map((group) => labelOf(first.item, group, config.recall?.(group)));
    },
    end: () =>
      [...pools.values()]
        .sort((a, b) => TASKS.indexOf(a.task) - TASKS.indexOf(b.task) || byText(a.aspect ?? '', b.aspect ?? ''))
        .map((pool) => {
          const level = levelOf(pool, config.levels);
          const { coefficients: ofVotes, ...agreement } = unitAgreement(pool.units.end(), level, config);
          const coefficients: Coefficients = [
            ...ofVotes.flatMap(({ name, value, ci, n }) =>
              value === null || name === 'percent' ? [] : { name, value, ci, n },
            ),
            ...withinItems(pool, config),
          ];
          return {
            task: pool.task,
            aspect: pool.aspect,
            level,
            n: pool.labels,
            annotations: pool.annotationCount,
            annotators: pool.annotators.size,
            ...agreement,
            ...(coefficients.length === 0 ? {} : { coefficients }),
          };
        }),
  };
};
