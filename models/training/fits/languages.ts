/** Which languages of a set get a head of their own, and how they are balanced. */
import { languagesWith } from '../../heads/language.ts';
import { byText } from '../../order.ts';
import type { HeadConfig, TrainingPair } from '../examples.ts';
import { languageWeights } from '../language-weights.ts';
import type { ShrinkageInput } from '../shrinkage.ts';
import { chooseShrinkage } from '../shrinkage.ts';

/** With fewer pairs a language has no head of its own; `auto` asks for more before it tries. */
const LEAST_PAIRS = { 'per-language': 8, auto: 50 } as const;

const countsOf = (pairs: readonly TrainingPair[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { language } of pairs) if (language !== null) counts.set(language, (counts.get(language) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => byText(a, b)));
};

/** Factor per pair that balances languages: p_l ∝ n_l^(1/T). */
export const balanceOf = (pairs: readonly TrainingPair[], temperature: number): ((pair: TrainingPair) => number) => {
  const counts = countsOf(pairs);
  const factors = languageWeights([...counts.values()], temperature);
  const byLanguage = new Map([...counts.keys()].map((language, i) => [language, factors[i] ?? 1]));
  return ({ language }) => (language === null ? 1 : (byLanguage.get(language) ?? 1));
};

/** Languages that get a head, and a note on those that do not. */
export const languagesOf = (
  pairs: readonly TrainingPair[],
  { l2, languages: { heads } }: HeadConfig,
): { readonly languages: readonly string[]; readonly notes: readonly string[] } => {
  if (heads === 'shared') return { languages: [], notes: [] };
  if (l2 === 0)
    return { languages: [], notes: ['one head for all languages: without l2 nothing shrinks language heads'] };
  const least = LEAST_PAIRS[heads];
  const { languages, few } = languagesWith(
    pairs.flatMap(({ language }) => language ?? []),
    least,
  );
  const named = few.map(({ language, n }) => `${language} (${n})`).join(', ');
  const notes = few.length === 0 ? [] : [`fewer than ${least} training pairs, scored by the shared head: ${named}`];
  return heads === 'auto' && languages.length < 2 ? { languages: [], notes } : { languages, notes };
};

/** The penalty on language heads as configured, or as held-out folds choose it; Infinity for one head for all. */
export const shrinkageOf = async (
  asked: HeadConfig['languages']['shrinkage'],
  pairs: readonly TrainingPair[],
  input: Omit<ShrinkageInput, 'groups' | 'loserGroups'>,
): Promise<number> => {
  if (input.count === 0) return Infinity;
  if (asked !== 'auto') return asked;
  const groups = pairs.map(({ group }) => group);
  const loserGroups = pairs.map(({ loserGroup }) => loserGroup);
  return (await chooseShrinkage({ ...input, groups, loserGroups })).shrinkage;
};
