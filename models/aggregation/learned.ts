/** What the methods that need the whole drop learn of it, in a first pass over its votes; labels are made in a second. */
import type { Task } from '../../schemas/annotation.ts';
import { CategoryMethod, NumberMethod } from '../../schemas/label.ts';
import type { AggregateMethods } from '../../schemas/pipeline.ts';
import type { Fit } from './fit.ts';
import { CATEGORY_FITS } from './methods.ts';
import { EMPTY, grown, type Scales, type Spread } from './numbers.ts';
import { collectVotes, type VoteCollector, type VoteTable } from './vote-table.ts';
import type { VoteGroup } from './votes.ts';

/** What was learnt for one question. */
export type Learned =
  | {
      readonly kind: 'category';
      readonly method: CategoryMethod;
      /** Of every category met in the task, by text. */
      readonly posteriors: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'number'; readonly method: NumberMethod; readonly scales?: Scales };

const methodOf = (task: Task, methods: AggregateMethods): string | undefined =>
  (methods as Partial<Record<Task, string>>)[task];

/** The method for a group of categories; null where it is the majority, which needs no drop. */
const categoryMethod = ({ task, kind }: VoteGroup, methods: AggregateMethods): CategoryMethod | null => {
  const parsed = CategoryMethod.safeParse(methodOf(task, methods));
  return kind === 'category' && parsed.success && parsed.data !== 'majority' ? parsed.data : null;
};

/** The method for a group of numbers; null where it is the mean. */
const numberMethod = ({ task, kind }: VoteGroup, methods: AggregateMethods): NumberMethod | null => {
  const parsed = NumberMethod.safeParse(methodOf(task, methods));
  return kind === 'number' && parsed.success && parsed.data !== 'mean' ? parsed.data : null;
};

/** Questions that one fit takes together: those of a task under one aspect; steps and words are pooled. */
const poolOf = ({ task, pool }: VoteGroup): string => JSON.stringify([task, pool]);

interface Pool {
  readonly method: CategoryMethod;
  readonly votes: VoteCollector;
}

/** Gives each question of the second pass what was learnt; questions must come in the order of the first. */
export type Recall = (group: VoteGroup) => Learned | null;

export interface Learner {
  add(groups: readonly VoteGroup[]): void;
  /** Fits every pool. */
  end(): Recall;
}

const FROM_DROP: ReadonlySet<string> = new Set([
  ...CategoryMethod.options.filter((name) => name !== 'majority'),
  'z-mean',
]);

/** Whether these methods need a pass over the drop before labels can be made. */
export const needsDrop = (methods: AggregateMethods): boolean =>
  Object.values(methods).some((method) => FROM_DROP.has(method));

/**
 * Collects the votes of the first pass: per vote two integers of 4 bytes, per question one more and, once fitted, a posterior of 8
 * bytes a category; names once. Ten million votes on two million questions of three categories are about 140 MB, twice that while
 * a fit runs.
 */
export const createLearner = (methods: AggregateMethods): Learner => {
  const pools = new Map<string, Pool>();
  const spreads = new Map<string, { all: Spread; annotators: Map<string, Spread> }>();
  return {
    add(groups) {
      for (const group of groups) {
        const method = categoryMethod(group, methods);
        if (method !== null) {
          const pool = pools.get(poolOf(group)) ?? { method, votes: collectVotes() };
          pools.set(poolOf(group), pool);
          pool.votes.add(group.votes.map(({ source, value }) => ({ annotator: source, category: String(value) })));
        }
        if (numberMethod(group, methods) === 'z-mean') {
          const scales = spreads.get(poolOf(group)) ?? { all: EMPTY, annotators: new Map() };
          spreads.set(poolOf(group), scales);
          for (const { source, value } of group.votes) {
            scales.all = grown(scales.all, Number(value));
            scales.annotators.set(source, grown(scales.annotators.get(source) ?? EMPTY, Number(value)));
          }
        }
      }
    },
    end() {
      const fits = new Map<string, { fit: Fit; table: VoteTable; method: CategoryMethod; next: number }>();
      for (const [pool, { method, votes }] of pools) {
        const table = votes.end();
        fits.set(pool, { fit: CATEGORY_FITS[method](table), table, method, next: 0 });
      }
      return (group) => {
        const number = numberMethod(group, methods);
        if (number !== null) {
          const scales = spreads.get(poolOf(group));
          return { kind: 'number', method: number, ...(scales === undefined ? {} : { scales }) };
        }
        const fitted = categoryMethod(group, methods) === null ? undefined : fits.get(poolOf(group));
        if (fitted === undefined) return null;
        const { fit, table, method } = fitted;
        const row = fitted.next++ * table.categories.length;
        const posteriors = new Map(table.categories.map((category, k) => [category, fit.posteriors[row + k] ?? 0]));
        return { kind: 'category', method, posteriors };
      };
    },
  };
};
