/** How many people an item needs and whom to ask next (S387). Plain arithmetic without imports: workflows use it as it is. */

/** An answer to one question and how far its source is trusted: P(right), all wrong categories alike (one-coin). */
export interface Answer {
  /** Null: the source could not say. */
  readonly category: string | null;
  readonly accuracy: number;
}

/** `min` to `max` people; between them nobody more is asked once the leading category has this posterior. */
export interface VotePolicy {
  readonly min: number;
  readonly max: number;
  readonly confidence: number;
}

/** Categories there are at least: an answer could always have been another one. */
export const LEAST_CATEGORIES = 2;

/**
 * P(category | answers) ∝ Π P(answer | category), all categories alike beforehand, the likeliest first (equal ones by text). Only
 * categories that somebody gave are told apart; an answer's error is shared among the others, `categories` of them in all.
 */
export const posteriorOf = (
  answers: readonly Answer[],
  categories = LEAST_CATEGORIES,
): [category: string, p: number][] => {
  const given = answers.filter(({ category }) => category !== null);
  const names = [...new Set(given.map(({ category }) => category ?? ''))].sort();
  const K = Math.max(LEAST_CATEGORIES, categories, names.length);
  const likelihood = (name: string | null) =>
    given.reduce((p, { category, accuracy: a }) => p * (category === name ? a : (1 - a) / (K - 1)), 1);
  const weights = names.map((name): [string, number] => [name, likelihood(name)]);
  const sum = weights.reduce((all, [, weight]) => all + weight, (K - names.length) * likelihood(null));
  return weights.map(([name, weight]): [string, number] => [name, weight / sum]).sort(([, a], [, b]) => b - a);
};

/**
 * How many people should have answered in all. Beyond `min` it is as many more as must agree with the leader before it can reach
 * `confidence`: fewer never suffice, so they may be asked at once.
 */
export const votesWanted = (
  { people, answers }: { readonly people: number; readonly answers: readonly Answer[] },
  { min, max, confidence }: VotePolicy,
): number => {
  if (people < min || people >= max) return people < min ? min : people;
  const [leader] = posteriorOf(answers);
  if (leader === undefined) return people + 1;
  const accuracy = answers.reduce((sum, answer) => sum + answer.accuracy, 0) / answers.length;
  let more = 0;
  const agreeing = [...answers];
  for (; people + more < max && (posteriorOf(agreeing)[0]?.[1] ?? 0) < confidence; more++)
    agreeing.push({ category: leader[0], accuracy });
  return people + more;
};

const entropy = (shares: readonly number[]): number =>
  -shares.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);

/**
 * Information in nats that an answer of this accuracy is expected to give about the category: I = H(answer) − H(answer | category)
 * (Lindley 1956; BALD of Houlsby et al. 2011), `posterior` over all categories. Of an uncertain accuracy Beta(α, β) its mean
 * α / (α + β) is exact: what an answer says is linear in it.
 */
export const expectedInformation = (posterior: readonly number[], accuracy: number): number => {
  const wrong = (1 - accuracy) / (posterior.length - 1);
  const answers = posterior.map((p) => p * accuracy + (1 - p) * wrong);
  return Math.max(0, entropy(answers) - entropy(posterior.map((_, k) => (k === 0 ? accuracy : wrong))));
};

/** Whom to ask: the source whose answer is expected to say most per cost, the first of equal ones; null where none says anything. */
export const nextAsk = <S extends { readonly right: number; readonly wrong: number; readonly cost: number }>(
  posterior: readonly number[],
  sources: readonly S[],
): S | null => {
  const worth = ({ right, wrong, cost }: S) => expectedInformation(posterior, right / (right + wrong)) / cost;
  return sources.reduce<S | null>(
    (best, source) => (worth(source) > (best === null ? 1e-12 : worth(best)) ? source : best),
    null,
  );
};
