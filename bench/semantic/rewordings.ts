/** Questions told in other words by rule: what a good eye would take for the same question, and what it would not. */

export interface Rewording {
  readonly name: string;
  /** Null where the rule does not apply to a text. */
  readonly of: (text: string) => string | null;
}

/** A full stop inside a number ends none. */
const sentencesOf = (text: string): string[] => text.split(/(?<=[.?!])\s+/).filter((part) => part !== '');

/** Words that may stand for each other in these questions. */
const SYNONYMS: readonly (readonly [RegExp, string])[] = [
  [/\bhow many\b/gi, 'what number of'],
  [/\bhow much\b/gi, 'what amount of'],
  [/\beach\b/gi, 'every'],
  [/\bbuys\b/gi, 'purchases'],
  [/\bbought\b/gi, 'purchased'],
  [/\bcosts\b/gi, 'is priced at'],
  [/\btotal\b/gi, 'sum'],
  [/\bkids\b/gi, 'children'],
  [/\bneeds to\b/gi, 'has to'],
  [/\bgets\b/gi, 'receives'],
  [/\bmakes\b/gi, 'produces'],
  [/\bhe has\b/gi, 'he owns'],
  [/\bshe has\b/gi, 'she owns'],
  [/\bthere are\b/gi, 'we have'],
  [/\balso\b/gi, 'in addition'],
  [/\bbut\b/gi, 'yet'],
  [/\bthen\b/gi, 'afterwards'],
];

/** The same question. */
export const SAME: readonly Rewording[] = [
  {
    name: 'asked first: the last sentence stands at the beginning',
    of: (text) => {
      const sentences = sentencesOf(text);
      const last = sentences.at(-1);
      return last === undefined || sentences.length < 3 ? null : [last, ...sentences.slice(0, -1)].join(' ');
    },
  },
  {
    name: 'synonyms: three kinds of words or more replaced',
    of: (text) => {
      const used = SYNONYMS.filter(([pattern]) => text.search(pattern) !== -1);
      return used.length < 3 ? null : used.reduce((told, [pattern, word]) => told.replace(pattern, word), text);
    },
  },
  {
    name: 'chatter: a greeting before, thanks after',
    of: (text) => `Hi! Could you please help me with the following exercise? ${text} Thanks a lot in advance.`,
  },
  {
    name: 'form: a list of lower-case lines without punctuation',
    of: (text) => {
      const sentences = sentencesOf(text);
      return sentences.length < 2
        ? null
        : sentences.map((part) => `- ${part.toLowerCase().replace(/[.,!?;:]+(?=\s|$)/g, '')}`).join('\n');
    },
  },
];

/** Another question, with another answer, in nearly the same words. */
export const OTHER: readonly Rewording[] = [
  {
    name: 'one number changed',
    of: (text) => (/\d/.test(text) ? text.replace(/\d+/, (number) => String(Number(number) + 7)) : null),
  },
  {
    name: 'a "not" put in',
    of: (text) => {
      const denied = text.replace(/\b(?:is|was|are|were|can|will)\b/, '$& not');
      return denied === text ? null : denied;
    },
  },
  {
    name: 'more and less changed over',
    of: (text) => {
      const swapped = text.replace(
        /\b(more|less|fewer|before|after)\b/gi,
        (word) => OPPOSITES[word.toLowerCase()] ?? word,
      );
      return swapped === text ? null : swapped;
    },
  },
];

const OPPOSITES: Readonly<Record<string, string>> = {
  more: 'less',
  less: 'more',
  fewer: 'more',
  before: 'after',
  after: 'before',
};
