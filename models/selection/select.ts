/** Which items become rows, and why the others do not: steps in order, each with its count (design: funnel). */
import type { ClusterRow, Decision, FunnelStep } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { unitHash } from '../hash.ts';
import { byText } from '../order.ts';
import type { Screened } from '../quality/screen.ts';
import { type Candidate, marginOf, rewardOf, type Split } from './candidate.ts';
import { type Beside, chosenBy } from './choice.ts';
import { checkFigures, declaredFilter, type Terms } from './declared.ts';
import { duplicates } from './dedup.ts';
import {
  agreementFilter,
  belowBest,
  belowTop,
  type Filter,
  labelFilter,
  type Removal,
  scoreFilter,
  tieFilter,
} from './filters.ts';
import { ruleOf, type Selecting, STEPS, type Step } from './rules.ts';

export interface Selection {
  /** One per candidate, in their order. */
  readonly decisions: readonly Decision[];
  /** One per candidate; null where it was not selected. */
  readonly splits: readonly (Split | null)[];
  readonly funnel: readonly FunnelStep[];
  /** Members of clusters of copies and near-copies among those that came to the step. */
  readonly clusters: readonly ClusterRow[];
}

/** What the steps look at beside the candidates. */
export interface Context extends Omit<Beside, 'seed'> {
  readonly terms: Terms;
}

type Removals = ReadonlyMap<number, Removal>;

const NOBODY: Removals = new Map();

const textNamed = (response: number): string => (response === -1 ? 'prompt' : `response ${response}`);

/** What means nearly the same as a question of a benchmark; the nearest is quoted. */
const resembling: Filter = ({ resemblances }) => {
  const [nearest] = resemblances.toSorted((a, b) => b.similarity - a.similarity || byText(a.benchmark, b.benchmark));
  if (nearest === undefined) return null;
  const { benchmark, row, line, response, similarity, question } = nearest;
  return {
    reason: 'resembles-benchmark',
    values: { benchmark, row, line, text: textNamed(response), similarity, question },
  };
};

/** What shares a run of words with a benchmark (the longest of the runs is quoted), or else means nearly the same. */
const contaminated: Filter = (candidate, config) => {
  const [longest] = candidate.overlaps.toSorted((a, b) => b.words - a.words || byText(a.benchmark, b.benchmark));
  if (longest === undefined) return resembling(candidate, config);
  const { benchmark, row, response, words, start, end, span } = longest;
  return { reason: 'contaminated', values: { benchmark, row, text: textNamed(response), words, start, end, span } };
};

/** Who goes at a step, and of `dedup` the clusters that it looked at. */
type Outcome = Partial<Pick<Selection, 'clusters'>> & { readonly removed: Removals };

const outcomeOf = async (
  step: Step,
  candidates: readonly Candidate[],
  alive: readonly number[],
  config: Selecting,
  context: Context,
): Promise<Outcome> => {
  const each = (filter: Filter, among = alive): { removed: Map<number, Removal> } => {
    const removed = new Map<number, Removal>();
    for (const index of among) {
      const removal = filter(candidates[index] as Candidate, config);
      if (removal !== null) removed.set(index, removal);
    }
    return { removed };
  };
  switch (step) {
    case 'label':
      return each(labelFilter);
    case 'ties':
      return each(tieFilter);
    case 'agreement':
      return each(agreementFilter);
    case 'filters':
      checkFigures(
        alive.map((index) => candidates[index] as Candidate),
        config.filters,
      );
      return each((candidate) => declaredFilter(candidate, config.filters, context.terms));
    case 'score': {
      const { removed } = each(scoreFilter);
      const good = alive.filter((index) => !removed.has(index));
      const behind = config.bestPerGroup === null ? NOBODY : belowBest(candidates, good, config.bestPerGroup);
      const left = good.filter((index) => !behind.has(index));
      return { removed: new Map([...removed, ...behind, ...belowTop(candidates, left, config.topShare)]) };
    }
    case 'dedup':
      return config.dedup === 'none' ? { removed: NOBODY } : duplicates(candidates, alive);
    case 'decontaminate':
      return each(contaminated);
    case 'select': {
      const beside = { seed: config.seed, vectors: context.vectors };
      return { removed: await chosenBy(config.select, candidates, alive, beside) };
    }
    case 'items':
    case 'split':
    case 'rows':
      return { removed: NOBODY };
  }
};

/** A step's entry of the funnel. Throws RangeError where reasons do not sum to in − out, which no input can bring about. */
const count = (step: Step, before: number, after: number, removed: Removals): FunnelStep => {
  const tally = new Map<string, number>();
  for (const { reason } of removed.values()) tally.set(reason, (tally.get(reason) ?? 0) + 1);
  const reasons = Object.fromEntries([...tally].sort(([a], [b]) => byText(a, b)));
  const sum = Object.values(reasons).reduce((all, n) => all + n, 0);
  if (sum !== before - after)
    throw new RangeError(`funnel step ${step}: ${before} in, ${after} out, ${sum} with a reason`);
  return { step, in: before, out: after, reasons };
};

/**
 * The split of each group: by its own hash, so that a growing set never moves a group across. Only where that leaves a side empty
 * does the group nearest to it change over: one of two groups or more validates, and something always trains.
 */
const splitGroups = (groups: Iterable<string>, { seed, validation }: Selecting): Map<string, Split> => {
  const keyed = [...new Set(groups)].map((group) => ({ group, key: unitHash(seed, group) }));
  keyed.sort((a, b) => a.key - b.key || byText(a.group, b.group));
  const splits = new Map<string, Split>(
    keyed.map(({ group, key }) => [group, key < validation ? 'validation' : 'train'] as const),
  );
  const [first, last] = [keyed[0], keyed.at(-1)];
  if (first !== undefined && validation > 0 && keyed.length > 1 && splits.get(first.group) === 'train')
    splits.set(first.group, 'validation');
  if (last !== undefined && splits.get(last.group) === 'validation') splits.set(last.group, 'train');
  return splits;
};

/** A filter's figure by its number and kind; of faces also which picture the dataset shows. */
const screenedValues = (
  number: number,
  { value, detail }: Screened,
  filters: Selecting['filters'],
): [string, number | string][] => {
  const kind = filters[number]?.kind;
  const name = `${number + 1} ${kind}`;
  return kind === 'faces' && detail !== null
    ? [
        [name, value],
        [`${name} found`, detail],
      ]
    : [[name, value]];
};

/** The figures a decision quotes; what is absent is left out. */
const valuesOf = (candidate: Candidate, removal: Removal | undefined, { filters }: Selecting): Decision['values'] => {
  const { verdict } = candidate;
  const figures = {
    task: verdict?.task ?? null,
    chosen: verdict?.chosen ?? null,
    rating: verdict?.rating ?? null,
    agreement: verdict?.agreement ?? null,
    pFlip: verdict?.pFlip ?? null,
    n: verdict?.n ?? null,
    reward: rewardOf(candidate),
    margin: marginOf(candidate),
    ...Object.fromEntries([...candidate.screened].flatMap(([number, found]) => screenedValues(number, found, filters))),
    ...removal?.values,
  };
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null));
};

/** Steps by which people say what they want: one that leaves nothing is taken for a mistake. */
const DECLARED: ReadonlySet<string> = new Set<Step>(['filters', 'decontaminate', 'select']);

/**
 * Runs the steps over the candidates (in the order in which the first of two duplicates is meant to stay). Train and validation
 * never share a group. Throws ASY-6202 where a declared rule takes out the last candidate, and what the rules themselves throw.
 */
export const selectCandidates = async (
  candidates: readonly Candidate[],
  config: Selecting,
  context: Context,
): Promise<Selection> => {
  const ended = new Map<number, { step: Step; removal: Removal }>();
  const funnel: FunnelStep[] = [];
  let clusters: readonly ClusterRow[] = [];
  let alive = candidates.map((_, index) => index);
  for (const step of STEPS) {
    const { removed, clusters: found = clusters } = await outcomeOf(step, candidates, alive, config, context);
    clusters = found;
    for (const [index, removal] of removed) ended.set(index, { step, removal });
    const left = removed.size === 0 ? alive : alive.filter((index) => !removed.has(index));
    const counted = count(step, alive.length, left.length, removed);
    if (left.length === 0 && alive.length > 0 && DECLARED.has(step)) {
      const reasons = Object.entries(counted.reasons).map(([reason, n]) => `${reason}: ${n}`);
      throw new AssayError('ASY-6202', { step, items: candidates.length, reasons: reasons.join(', ') });
    }
    funnel.push(counted);
    alive = left;
  }
  const groupOf = (index: number): string => candidates[index]?.group ?? '';
  const sides = splitGroups(alive.map(groupOf), config);
  const splits: (Split | null)[] = candidates.map(() => null);
  for (const index of alive) splits[index] = sides.get(groupOf(index)) ?? 'train';
  const decisions = candidates.map((candidate, index): Decision => {
    const end = ended.get(index);
    const step = end?.step ?? 'rows';
    return {
      item: candidate.item,
      step,
      rule: ruleOf(step, config),
      kept: end === undefined,
      reason: end?.removal.reason ?? 'selected',
      values: valuesOf(candidate, end?.removal, config),
      origin: candidate.origin,
    };
  });
  return { decisions, splits, funnel, clusters };
};
