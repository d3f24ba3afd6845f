/** The rules of `curate.select`: each keeps some of the rows that the one before left. */
import type { CAP_ATTRIBUTES, SelectRule } from '../../schemas/curation.ts';
import { AssayError } from '../../schemas/errors.ts';
import { bestOfGroups, rejectionSample } from './best-of-n.ts';
import { type Candidate, figureOf, shownResponse } from './candidate.ts';
import { capShares } from './caps.ts';
import { determinantal } from './determinant.ts';
import { facilityLocation } from './facility-location.ts';
import type { Removal } from './filters.ts';
import { kCenter } from './k-center.ts';
import { paretoSelect } from './pareto-front.ts';
import { type Shortfall, selectByQuotas } from './quotas.ts';
import { atLeast, inBand, mostDifferent, topK } from './ranking.ts';
import { mostVaried } from './variance.ts';

/** What rules look at beside the candidates. */
export interface Beside {
  readonly seed: number;
  /** Features of the shown responses of candidates, by their item; one without features is absent. */
  readonly vectors: (items: readonly string[]) => Promise<ReadonlyMap<string, Float32Array>>;
}

interface Row {
  readonly id: string;
  readonly index: number;
  readonly candidate: Candidate;
}

/** Rows that stay, and those that a rule cannot judge, with the reason. */
interface Choice {
  readonly kept: readonly Pick<Row, 'index'>[];
  readonly unjudged: ReadonlyMap<number, string>;
}

const REASONS: Readonly<Record<SelectRule['method'], string>> = {
  'top-k': 'not-in-top-k',
  threshold: 'below-threshold',
  'margin-band': 'outside-margin-band',
  pareto: 'not-on-pareto-front',
  'k-center': 'not-a-center',
  'facility-location': 'not-a-facility',
  determinant: 'not-in-diverse-set',
  'best-of-n': 'not-best-of-group',
  rejection: 'not-sampled',
  difference: 'too-little-difference',
  variance: 'too-little-variance',
  quotas: 'beyond-quotas',
  caps: 'beyond-caps',
};

/** Rows with what a rule reads of them. Throws ASY-6201 where it can be read of none. */
const having = <T extends object>(
  rows: readonly Row[],
  rule: string,
  needs: string,
  read: (row: Row) => T | null,
): { readonly rows: (Row & T)[]; readonly unjudged: Map<number, string> } => {
  const unjudged = new Map<number, string>();
  const found = rows.flatMap((row) => {
    const values = read(row);
    if (values !== null) return [{ ...row, ...values }];
    unjudged.set(row.index, `no-${needs}`);
    return [];
  });
  if (found.length === 0 && rows.length > 0) throw new AssayError('ASY-6201', { rule: `select ${rule}`, needs });
  return { rows: found, unjudged };
};

const scored = (rows: readonly Row[], rule: string, by: string) =>
  having(rows, rule, by, ({ candidate }) => {
    const score = figureOf(candidate, by);
    return score === null ? null : { score, group: candidate.group };
  });

/** For rules that only rank by a figure: one without it comes last. */
const rankedLast = (rows: readonly Row[], by: string): (Row & { score: number })[] => {
  const figures = rows.map(({ candidate }) => figureOf(candidate, by));
  const least = figures.reduce<number>((low, figure) => Math.min(low, figure ?? low), 0) - 1;
  return rows.map((row, i) => ({ ...row, score: figures[i] ?? least }));
};

const countOf = ({ size, share = 1 }: { size?: number | undefined; share?: number | undefined }, n: number): number =>
  Math.min(n, size ?? Math.ceil(share * n));

/** Multiplications that one choice may cost: some seconds, in which nothing else of the process runs. */
const MOST_WORK = 4e9;

const embedded = async (
  rows: readonly Row[],
  rule: Extract<SelectRule, { method: 'k-center' | 'facility-location' | 'determinant' }>,
  { vectors }: Beside,
) => {
  const known = await vectors(rows.map(({ id }) => id));
  const found = having(rows, rule.method, 'features', ({ id }) => {
    const vector = known.get(id);
    return vector === undefined ? null : { vector };
  });
  const n = found.rows.length;
  const k = countOf(rule, n);
  const dims = found.rows[0]?.vector.length ?? 0;
  const work = { 'k-center': k * n * dims, 'facility-location': n * n * dims, determinant: k * n * (dims + k) };
  if (work[rule.method] > MOST_WORK) throw new AssayError('ASY-6205', { rule: `select ${rule.method}`, rows: n, dims });
  return { ...found, k };
};

const attributesOf = ({ language, domain, group, verdict, origin, generator, tags, voices }: Candidate) => {
  const values: Record<(typeof CAP_ATTRIBUTES)[number], readonly string[]> = {
    language: [language ?? 'und'],
    domain: domain === null ? [] : [domain],
    group: [group],
    task: verdict === null ? [] : [verdict.task],
    source: [origin.file],
    license: [origin.license],
    generator: generator === null ? [] : [generator],
    tag: tags.get(shownResponse(verdict)) ?? [],
    labeller: voices?.labeller ?? [],
    annotator: voices?.annotator ?? [],
    vendor: voices?.vendor ?? [],
  };
  return values;
};

const spell = ({ attribute, value, asked, missing }: Shortfall): string =>
  attribute === null
    ? `${missing} of the ${asked} rows asked for`
    : `${missing} of the floor ${asked} of ${attribute} ${value}`;

const choose = async (rule: SelectRule, rows: readonly Row[], beside: Beside): Promise<Choice> => {
  const only = (kept: Choice['kept'], { unjudged }: Pick<Choice, 'unjudged'>): Choice => ({ kept, unjudged });
  const everyone = { unjudged: new Map<number, string>() };
  switch (rule.method) {
    case 'top-k': {
      const found = scored(rows, rule.method, rule.by);
      return only(topK(found.rows, countOf(rule, rows.length)), found);
    }
    case 'threshold': {
      const found = scored(rows, rule.method, rule.by);
      return only(atLeast(found.rows, rule.least), found);
    }
    case 'margin-band': {
      const found = scored(rows, rule.method, 'margin');
      return only(inBand(found.rows, [rule.low, rule.high]), found);
    }
    case 'pareto': {
      const found = having(rows, rule.method, rule.objectives.join(' and '), ({ candidate }) => {
        const objectives = rule.objectives.flatMap((name) => figureOf(candidate, name) ?? []);
        return objectives.length === rule.objectives.length ? { objectives } : null;
      });
      return only(paretoSelect(found.rows, countOf(rule, rows.length)), found);
    }
    case 'k-center': {
      const found = await embedded(rows, rule, beside);
      return only(kCenter(found.rows, found.k, beside.seed).rows, found);
    }
    case 'facility-location': {
      const found = await embedded(rows, rule, beside);
      return only(facilityLocation(found.rows, found.k).rows, found);
    }
    case 'determinant': {
      const found = await embedded(rows, rule, beside);
      const scores = new Map(rankedLast(found.rows, 'reward').map(({ id, score }) => [id, score]));
      const weighed = found.rows.map((row) => ({ ...row, score: scores.get(row.id) ?? 0 }));
      return only(determinantal(weighed, found.k, rule.tradeoff).rows, found);
    }
    case 'best-of-n': {
      const found = scored(rows, rule.method, rule.by);
      return only(bestOfGroups(found.rows), found);
    }
    case 'rejection': {
      const found = scored(rows, rule.method, 'reward');
      const groups = Map.groupBy(found.rows, ({ group }) => group).values();
      return only(
        [...groups].flatMap((own) => rejectionSample(own, rule.count, rule.beta, beside.seed)),
        found,
      );
    }
    case 'difference': {
      const found = having(rows, rule.method, 'differences', ({ candidate: { differences } }) =>
        differences.length === 0 ? null : { differences },
      );
      return only(mostDifferent(found.rows, rule.share), found);
    }
    case 'variance': {
      const found = having(rows, rule.method, 'reward', ({ candidate: { scores } }) =>
        scores === null ? null : { scores },
      );
      const groups = [...Map.groupBy(found.rows, ({ candidate }) => candidate.group)].map(([id, own]) => ({
        id,
        own,
        rewards: own.flatMap(({ scores }) => scores),
      }));
      return only(
        mostVaried(groups, rule.groups).flatMap(({ own }) => own),
        found,
      );
    }
    case 'quotas': {
      const given = rankedLast(rows, rule.by).map((row) => ({ ...row, attributes: attributesOf(row.candidate) }));
      const quotas = rule.quotas.map(({ attribute, value, floor, cap }) => ({
        attribute,
        value,
        ...(floor !== undefined && { floor }),
        ...(cap !== undefined && { cap }),
      }));
      const outcome = await selectByQuotas(given, rule.size, quotas);
      if (!outcome.feasible) throw new AssayError('ASY-6203', { missing: outcome.missing.map(spell).join('; ') });
      return only(outcome.rows, everyone);
    }
    case 'caps': {
      const given = rankedLast(rows, rule.by).map((row) => ({ ...row, attributes: attributesOf(row.candidate) }));
      return only(capShares(given, rule.caps), everyone);
    }
  }
};

/**
 * Runs the rules in order; for each candidate that goes, the rule and the reason. Equal whatever the order of the candidates. Throws
 * ASY-6201 where a rule can judge nobody, ASY-6203 for quotas that no choice keeps, ASY-6205 where a choice would take too long.
 */
export const chosenBy = async (
  rules: readonly SelectRule[],
  candidates: readonly Candidate[],
  alive: readonly number[],
  beside: Beside,
): Promise<Map<number, Removal>> => {
  const removed = new Map<number, Removal>();
  let rows = alive.map((index): Row => {
    const candidate = candidates[index] as Candidate;
    return { id: candidate.item, index, candidate };
  });
  for (const [number, rule] of rules.entries()) {
    const { kept, unjudged } = await choose(rule, rows, beside);
    const staying = new Set(kept.map(({ index }) => index));
    const values = { rule: `${number + 1} ${rule.method}` };
    for (const { index } of rows)
      if (!staying.has(index)) removed.set(index, { reason: unjudged.get(index) ?? REASONS[rule.method], values });
    rows = rows.filter(({ index }) => staying.has(index));
  }
  return removed;
};

/** Whether a rule looks at who labelled the items. */
export const readsVoices = (rules: readonly SelectRule[]): boolean =>
  rules.some(
    (rule) =>
      rule.method === 'caps' &&
      rule.caps.some(({ attribute }) => ['labeller', 'annotator', 'vendor'].includes(attribute)),
  );
