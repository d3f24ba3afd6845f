import type { RegionKind, Task } from '../../schemas/annotation.ts';
import type { DatasetRow } from '../../schemas/dataset.ts';
import type { Label } from '../../schemas/label.ts';
import type { Origin } from '../../schemas/primitives.ts';
import type { Nearness } from '../dedup/near.ts';
import type { Screened } from '../quality/screen.ts';

/** What selection reads of a label. */
export type LabelFact = Pick<
  Label,
  'task' | 'response' | 'aspect' | 'category' | 'value' | 'pFlip' | 'agreement' | 'n'
>;

/** What an item's labels say about its responses. */
export interface Verdict {
  readonly task: Task;
  /** Index of the better response; for a demonstration the index after the last response, where its text is put. */
  readonly chosen: number | null;
  readonly rejected: number | null;
  /** Two responses were compared and neither won. */
  readonly tie: boolean;
  /** Mean over aspects, and each aspect, of response 0. */
  readonly rating: number | null;
  readonly ratings: Readonly<Record<string, number>> | null;
  /** Whether response 0 is good. */
  readonly good: boolean | null;
  readonly agreement: number | null;
  readonly pFlip: number | null;
  readonly n: number;
}

/** Everything selection knows of an item: figures and hashes, never its content. */
export interface Candidate {
  readonly item: string;
  readonly group: string;
  readonly origin: Origin;
  readonly language: string | null;
  readonly domain: string | null;
  /** Whether any source said anything. */
  readonly labelled: boolean;
  readonly verdict: Verdict | null;
  /** Hash per response of its text or medium; null where there is neither (an empty response). */
  readonly responses: readonly (string | null)[];
  /** Hash of prompt and responses; the two sides of a pair in either order hash alike. */
  readonly content: string;
  /** Reward per response, in order; null where one of them was not scored. */
  readonly scores: readonly number[] | null;
  /** Spread of those rewards over an ensemble's members; null for a response whose model has none. */
  readonly spreads: readonly (number | null)[] | null;
  /** What made the response that counts (`shownResponse`); null where nobody says. */
  readonly generator: string | null;
  /** That response's figure by aspect: people's mean rating, or else a model's. */
  readonly aspects: Readonly<Record<string, Aspect>>;
  /** How much of that response's image is marked, by kind: the mean of its heatmap; absent without one. */
  readonly masses: Readonly<Partial<Record<RegionKind, Mass>>>;
  /** What the filters on texts found, by the filter's number; none where nothing was examined. */
  readonly screened: ReadonlyMap<number, Screened>;
  /** The longest run of words shared with each benchmark. */
  readonly overlaps: readonly Overlap[];
  /** Of each benchmark told by meaning the nearest question, where one is near. */
  readonly resemblances: readonly Resemblance[];
  /** Safety tags by response, of those that somebody judged for safety. */
  readonly tags: ReadonlyMap<number, readonly string[]>;
  /** The cluster of near-duplicates that it is in; null: it is alone, or nobody looked. */
  readonly near: Near | null;
  /** By how much the preferred response differs from the other, by aspect or check that both were judged on. */
  readonly differences: readonly number[];
  /** When the newest vote behind its label was given, in milliseconds since 1970; null where no filter asks, or nobody knows. */
  readonly votedAt: number | null;
  /** Who labelled it; null where no rule asks. */
  readonly voices: Voices | null;
}

/** A run of words that stands in a benchmark too. */
export interface Overlap {
  readonly benchmark: string;
  readonly row: string;
  /** −1: the prompt. */
  readonly response: number;
  readonly words: number;
  readonly start: number;
  readonly end: number;
  readonly span: string;
}

/** A text that means nearly the same as a question of a benchmark. */
export interface Resemblance {
  readonly benchmark: string;
  readonly row: string;
  readonly line: number;
  /** −1: the prompt. */
  readonly response: number;
  readonly similarity: number;
  readonly question: string;
}

export interface Near extends Omit<Nearness, 'kind'> {
  /** Null: found before meaning was looked at. */
  readonly kind: Nearness['kind'] | null;
  readonly cluster: string;
  /** A row of an earlier dataset in the cluster; null: none. */
  readonly earlier: { readonly dataset: string; readonly item: string } | null;
}

export interface Voices {
  /** Kinds of source: `human`, `judge` … */
  readonly labeller: readonly string[];
  readonly annotator: readonly string[];
  readonly vendor: readonly string[];
}

export interface Aspect {
  readonly value: number;
  /** Whether people rated it so. */
  readonly rated: boolean;
}

/** Null where nobody marked, or no model was asked. */
export interface Mass {
  readonly merged: number | null;
  readonly predicted: number | null;
}

export type Split = DatasetRow['split'];

/** Index of the response a trainer would imitate: the chosen one, or the only one. */
export const shownResponse = (verdict: Verdict | null): number => verdict?.chosen ?? 0;

/** The reward of the response a trainer would imitate. */
export const rewardOf = ({ verdict, scores }: Candidate): number | null => scores?.[shownResponse(verdict)] ?? null;

/** A figure of a candidate by the name that rules use: `reward`, `margin`, `rating`, `agreement`, `pFlip`, or else an aspect's. */
export const figureOf = (candidate: Candidate, by: string): number | null => {
  switch (by) {
    case 'reward':
      return rewardOf(candidate);
    case 'margin':
      return marginOf(candidate);
    case 'rating':
    case 'agreement':
    case 'pFlip':
      return candidate.verdict?.[by] ?? null;
    default:
      return candidate.aspects[by]?.value ?? null;
  }
};

/** How much of the image is marked: by people where there are any, else as a model expects; null where neither is known. */
export const massOf = ({ masses }: Candidate, kind: RegionKind): number | null =>
  masses[kind]?.merged ?? masses[kind]?.predicted ?? null;

/** Reward of the chosen response minus that of the rejected one. */
export const marginOf = ({ verdict, scores }: Candidate): number | null => {
  if (verdict === null || verdict.chosen === null || verdict.rejected === null) return null;
  const [won, lost] = [scores?.[verdict.chosen], scores?.[verdict.rejected]];
  return won === undefined || lost === undefined ? null : won - lost;
};
