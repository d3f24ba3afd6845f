import type { z } from 'zod';
import type { CurateFilter, SelectRule } from '../../schemas/curation.ts';
import type { CurateConfig } from '../../schemas/pipeline.ts';
import { catchProbability } from '../dedup/minhash.ts';

export type Selecting = z.infer<typeof CurateConfig>;

/** The funnel's steps in order: nothing else says what comes before what. */
export const STEPS = [
  'items',
  'label',
  'ties',
  'agreement',
  'filters',
  'score',
  'dedup',
  'decontaminate',
  'select',
  'split',
  'rows',
] as const;
export type Step = (typeof STEPS)[number];

const NONE = 'no rule set';

/** A declaration in words: its name, and what it was given. */
const spelled = (name: string, settings: object): string => {
  const given = Object.entries(settings)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return given.length === 0 ? name : `${name} (${given.join(', ')})`;
};

const filterRule = ({ kind, ...settings }: CurateFilter): string => spelled(kind, settings);
const selectRule = ({ method, ...settings }: SelectRule): string => spelled(method, settings);

const scoreRule = (config: Selecting): string => {
  const { bestPerGroup, maxMass, maxScoreContradiction, minRating, minScores, topShare } = config;
  const rules = [
    ...Object.entries(minScores).map(([aspect, least]) => `${aspect} ≥ ${least} where it is known`),
    ...Object.entries(maxMass).map(([kind, most]) => `at most ${most} of the image marked for ${kind}`),
    ...(minRating === null ? [] : [`rating ≥ ${minRating}`]),
    ...(maxScoreContradiction === null ? [] : [`reward(chosen) − reward(rejected) ≥ −${maxScoreContradiction}`]),
    ...(bestPerGroup === null ? [] : [`the best ${bestPerGroup} of each group by reward, or else by rating`]),
    ...(topShare === 1 ? [] : [`the best ${topShare} of those left by reward`]),
  ];
  return rules.join('; ') || NONE;
};

const dedupRule = ({ dedup, near }: Selecting): string => {
  if (dedup === 'none') return NONE;
  if (dedup === 'exact') return 'the first of equal content; none where its labels contradict each other';
  const { threshold, ngram, bands, rows, distance, frameShare, against, semantic } = near;
  const caught = catchProbability(threshold, { bands, rows }).toFixed(3);
  return [
    'the first of equal or nearly equal content; none where its labels contradict each other',
    `texts: prompts and responses both ≥ ${threshold} by Jaccard of word ${ngram}-grams, compared with probability ${caught} (MinHash, ${bands} bands × ${rows})`,
    `images: at most ${distance} of 64 bits apart; videos: ${frameShare} of frames`,
    ...(semantic === undefined
      ? []
      : [
          `meaning: prompts and responses both ≥ ${semantic.threshold} by cosine of embeddings, compared within clusters${semantic.guarded ? ', and equal in numbers and polarity' : ''}`,
        ]),
    ...(against.length === 0 ? [] : [`none that is in ${against.join(', ')}`]),
  ].join('; ');
};

/** What each step asks under a configuration, in words; lineage and decisions quote it. */
export const ruleOf = (step: Step, config: Selecting): string => {
  switch (step) {
    case 'items':
      return 'every item of the drop';
    case 'label':
      return 'a preference, a rating, a binary label, judged steps, a demonstration or marked regions, on responses that are not empty and differ';
    case 'ties':
      return config.dropTies ? 'one response won' : 'ties are kept';
    case 'agreement':
      return config.minAgreement === 0 ? NONE : `share of agreeing votes ≥ ${config.minAgreement}; one vote passes`;
    case 'filters':
      return config.filters.map(filterRule).join('; ') || NONE;
    case 'score':
      return scoreRule(config);
    case 'dedup':
      return dedupRule(config);
    case 'decontaminate':
      return (
        config.decontaminate
          .map(
            ({ name, file, ngram, similarity }) =>
              `fewer than ${ngram} words in a row of ${name} (${file})${similarity === undefined ? '' : `, no question of it ≥ ${similarity} by cosine of embeddings`}`,
          )
          .join('; ') || NONE
      );
    case 'select':
      return config.select.map(selectRule).join('; then ') || NONE;
    case 'split':
      return `validation where hash(seed ${config.seed}, group) < ${config.validation}; at least one of two groups, never all`;
    case 'rows':
      return 'what is left';
  }
};

export const rulesOf = (config: Selecting): { step: Step; rule: string }[] =>
  STEPS.map((step) => ({ step, rule: ruleOf(step, config) }));
