/** Scores of rows: of responses with their aspects and Pareto fronts, of solutions step by step. */

import { paretoFronts } from '../models/pareto.ts';
import { firstWrongStep, logProcessReward, type StepReduction, stepTexts } from '../models/process-reward.ts';
import type { Scorer, ScorerInput, ScorerOutput } from '../models/scorer.ts';
import { chunked } from './pace.ts';
import type { ResponseRow, SolutionRow } from './score-rows.ts';

/** A response's score; `aspects`, `front` and `probability` only where the head gives them. */
export interface ScoredResponse {
  readonly id: string;
  readonly score: number;
  readonly std: number | null;
  readonly ood: number | null;
  readonly probability?: number;
  readonly aspects?: Readonly<Record<string, number>>;
  /** Of the responses to one prompt that stand together: 1 where none is as good in all aspects and better in one, 2 where only those of 1 are, and so on. */
  readonly front?: number;
}

export interface ScoredSolution {
  readonly id: string;
  /** Product or minimum of `steps`. */
  readonly score: number;
  /** P(right) of each step. */
  readonly steps: readonly number[];
  /** Index of the first step that is more likely wrong than right; null where there is none. */
  readonly firstWrong: number | null;
  /** The largest distance of a step. */
  readonly ood: number | null;
}

/** Texts scored at once. */
const AT_ONCE = 256;

const scoredOf = ({ id }: ResponseRow, { value, std, ood, aspects, probability }: ScorerOutput): ScoredResponse => ({
  id,
  score: value,
  std,
  ood,
  ...(probability === null ? {} : { probability }),
  ...(aspects === null ? {} : { aspects }),
});

/** With one aspect there is nothing to trade. */
const hasFronts = ({ aspects }: ScoredResponse): boolean => Object.keys(aspects ?? {}).length >= 2;

const withFronts = (scored: readonly ScoredResponse[]): readonly ScoredResponse[] => {
  const [first] = scored;
  if (first === undefined || !hasFronts(first)) return scored;
  const names = Object.keys(first.aspects ?? {});
  const fronts = new Map<number, number>();
  const points = scored.map(({ aspects }) => names.map((name) => aspects?.[name] ?? Number.NaN));
  for (const [at, front] of paretoFronts(points).entries()) for (const i of front) fronts.set(i, at + 1);
  return scored.map((row, i) => ({ ...row, front: fronts.get(i) ?? 0 }));
};

/** Scores of responses in order; with fronts, a prompt's are held until the next prompt begins. */
export async function* scoreResponses(
  scorer: Scorer,
  rows: AsyncIterable<ResponseRow>,
): AsyncGenerator<readonly ScoredResponse[]> {
  let open: ScoredResponse[] = [];
  let prompt: string | null = null;
  for await (const batch of chunked(rows, AT_ONCE)) {
    const outputs = await scorer.score(batch);
    const closed: ScoredResponse[] = [];
    for (const [i, output] of outputs.entries()) {
      const row = batch[i] as ResponseRow;
      const scored = scoredOf(row, output);
      if (row.prompt !== prompt || !hasFronts(scored)) {
        for (const each of withFronts(open)) closed.push(each);
        open = [];
        prompt = row.prompt;
      }
      open.push(scored);
    }
    if (closed.length > 0) yield closed;
  }
  if (open.length > 0) yield withFronts(open);
}

/** Texts of all steps of solutions, in order. */
function* stepsOf(rows: readonly SolutionRow[]): Generator<ScorerInput> {
  for (const { prompt, completions, language } of rows)
    for (const text of stepTexts(prompt, completions)) yield { ...text, language };
}

const solutionOf = (id: string, outputs: readonly ScorerOutput[], reduction: StepReduction): ScoredSolution => {
  const steps = outputs.map(({ probability }) => probability ?? Number.NaN);
  const distances = outputs.flatMap(({ ood }) => (ood === null ? [] : [ood]));
  return {
    id,
    score: Math.exp(logProcessReward(steps, reduction)),
    steps,
    firstWrong: firstWrongStep(steps),
    ood: distances.length === 0 ? null : distances.reduce((a, b) => Math.max(a, b)),
  };
};

/** Scores of solutions by a process head, in order. */
export async function* scoreSolutions(
  scorer: Scorer,
  rows: AsyncIterable<SolutionRow>,
  reduction: StepReduction,
): AsyncGenerator<readonly ScoredSolution[]> {
  for await (const batch of chunked(rows, AT_ONCE)) {
    const outputs: ScorerOutput[] = [];
    for await (const texts of chunked(stepsOf(batch), AT_ONCE)) outputs.push(...(await scorer.score(texts)));
    let from = 0;
    yield batch.map(({ id, completions }) => {
      const own = outputs.slice(from, from + completions.length);
      from += completions.length;
      return solutionOf(id, own, reduction);
    });
  }
}
