/** Figures of a run's votes for the people who manage it (S090, S328, S330–S333): who votes how well, how far people agree, what it took. */
import { scorecards } from '../models/aggregation/annotators/scorecard.ts';
import type { VoteRecord } from '../models/aggregation/annotators/vote-record.ts';
import { hashOf } from '../models/hash.ts';
import type { AnnotatorProfile } from '../schemas/annotator.ts';
import { AssayError } from '../schemas/errors.ts';
import type { AgreementFigures, AnnotatorFigures, CostFigures } from '../schemas/scorecard.ts';
import { readManifest } from './drop-plan.ts';
import { collectAgreement } from './figures/agreement.ts';
import { keepingBodies } from './figures/bodies.ts';
import { collectCost } from './figures/cost.ts';
import { extentOf, readVotes } from './figures/read.ts';
import { recordsOf } from './figures/records.ts';
import { findVotes, type OpenBatches, type RunVotes } from './figures/rounds.ts';
import { readPipeline } from './pipeline-file.ts';
import type { ObjectStore, TableStore } from './ports.ts';

/** All figures of a run: one reading of its votes makes them all. */
interface RunFigures {
  readonly annotators: AnnotatorFigures;
  readonly agreement: AgreementFigures;
  readonly cost: CostFigures;
}

export interface FigureDeps {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly batches: OpenBatches;
  readonly profiles: { list(): Promise<readonly AnnotatorProfile[]> };
  readonly now?: () => number;
  /** How long figures are given again without looking whether there are newer votes. */
  readonly freshMs?: number;
  /** Votes read at most; see `extentOf`. */
  readonly mostVotes?: number;
}

const FRESH_MS = 10_000;
/** Runs whose figures are kept. */
const KEPT = 32;

interface Kept {
  /** What the figures were made of. */
  readonly key: string;
  readonly at: number;
  readonly figures: RunFigures;
}

const keyOf = ({ items, stored, live, known }: RunVotes, profiles: readonly AnnotatorProfile[]): string =>
  hashOf({
    items: items.digest,
    stored: stored.map(({ round, shards }) => [round, shards.map(({ sha256 }) => sha256)]),
    live: live.map(({ round, votes }) => [round, votes]),
    known: [...known],
    profiles,
  });

const compute = async (
  { objects, bodies, tables, mostVotes }: FigureDeps & { readonly bodies: ObjectStore },
  run: string,
  votes: RunVotes,
  profiles: readonly AnnotatorProfile[],
): Promise<RunFigures> => {
  const { annotate, aggregate } = await readPipeline(objects, await readManifest(objects, run));
  const answers = { tasks: annotate.tasks, tolerance: annotate.checks?.tolerance ?? 0, known: votes.known };
  const registry = new Map(profiles.map((profile) => [profile.subject, profile]));
  const extent = extentOf(votes, mostVotes);
  const agreement = collectAgreement(aggregate.levels);
  const cost = collectCost((subject) => registry.get(subject)?.hourlyCost ?? null);
  const records: VoteRecord[] = [];
  let read = 0;
  for await (const item of readVotes({ objects: bodies, tables }, run, votes, extent)) {
    read += item.votes.length;
    for (const record of recordsOf(item, answers)) records.push(record);
    // Everybody answers a check: it would weigh more than any other item.
    if (!votes.known.has(item.item)) agreement.add(item);
    cost.add(item);
  }
  const known = new Map([...registry].map(([subject, { vendor, active }]) => [subject, { vendor, active }]));
  const coverage = { votes: read, of: extent.below === null ? read : extent.of };
  return {
    annotators: { ...scorecards(records, known), coverage },
    agreement: { ...agreement.end(), coverage },
    cost: { ...cost.end(), coverage },
  };
};

/**
 * Figures by run. Closed rounds are read from tables, ended batches of the open round from their shards, open batches from their
 * workflows; what was made of equal votes and profiles is made once. Throws ASY-1001 for a run without items.
 */
export const createFigures = (given: FigureDeps) => {
  const deps = { ...given, bodies: keepingBodies(given.objects) };
  const { now = Date.now, freshMs = FRESH_MS } = deps;
  const kept = new Map<string, Kept>();
  const running = new Map<string, Promise<RunFigures>>();

  const refresh = async (run: string): Promise<RunFigures> => {
    const at = now();
    const [votes, profiles] = await Promise.all([findVotes(deps, run), deps.profiles.list()]);
    if (votes === null) throw new AssayError('ASY-1001', { drop: run });
    const key = keyOf(votes, profiles);
    const before = kept.get(run);
    const figures = before?.key === key ? before.figures : await compute(deps, run, votes, profiles);
    kept.delete(run);
    kept.set(run, { key, at, figures });
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return figures;
  };
  const of = (run: string): Promise<RunFigures> => {
    const known = kept.get(run);
    if (known !== undefined && now() - known.at < freshMs) return Promise.resolve(known.figures);
    const shared = running.get(run) ?? refresh(run).finally(() => running.delete(run));
    running.set(run, shared);
    return shared;
  };
  return {
    annotators: async (run: string): Promise<AnnotatorFigures> => (await of(run)).annotators,
    agreement: async (run: string): Promise<AgreementFigures> => (await of(run)).agreement,
    cost: async (run: string): Promise<CostFigures> => (await of(run)).cost,
  };
};
