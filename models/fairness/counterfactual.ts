/**
 * Counterfactual twins (S047; Kusner et al. 2017, for tokens Garg et al. 2019): a text with the words of one group put in place of
 * the other's. English. A twin's twin is the text itself.
 */
import { SENSITIVE_ATTRIBUTES, type SensitiveAttribute } from '../../schemas/monitor-kinds.ts';

/** Words of one group and of the other, whole and in lower case; no word stands twice under an attribute. */
const PAIRS: Readonly<Record<SensitiveAttribute, readonly (readonly [string, string])[]>> = {
  gender: [
    ['he', 'she'],
    ['himself', 'herself'],
    ['man', 'woman'],
    ['men', 'women'],
    ['boy', 'girl'],
    ['boys', 'girls'],
    ['male', 'female'],
    ['males', 'females'],
    ['gentleman', 'lady'],
    ['gentlemen', 'ladies'],
    ['father', 'mother'],
    ['fathers', 'mothers'],
    ['dad', 'mom'],
    ['son', 'daughter'],
    ['sons', 'daughters'],
    ['brother', 'sister'],
    ['brothers', 'sisters'],
    ['husband', 'wife'],
    ['husbands', 'wives'],
    ['boyfriend', 'girlfriend'],
    ['uncle', 'aunt'],
    ['nephew', 'niece'],
    ['grandfather', 'grandmother'],
    ['grandson', 'granddaughter'],
    ['widower', 'widow'],
    ['businessman', 'businesswoman'],
    ['actor', 'actress'],
    ['waiter', 'waitress'],
    ['mr', 'ms'],
    ['sir', 'madam'],
  ],
  religion: [
    ['christian', 'muslim'],
    ['christians', 'muslims'],
    ['christianity', 'islam'],
    ['church', 'mosque'],
    ['churches', 'mosques'],
    ['bible', 'quran'],
    ['priest', 'imam'],
    ['priests', 'imams'],
  ],
  origin: [
    ['european', 'african'],
    ['europeans', 'africans'],
    ['europe', 'africa'],
    ['canadian', 'mexican'],
    ['canadians', 'mexicans'],
    ['canada', 'mexico'],
    ['german', 'nigerian'],
    ['germans', 'nigerians'],
    ['germany', 'nigeria'],
  ],
};

/** After these no noun of "her" begins: "told her that", "saw her in town". Pronouns count among them, whichever group's. */
const CLOSED: ReadonlySet<string> = new Set(
  `he she him her his hers himself herself it they them we us you i me
   a an the this that these those my your our their its some any no every each both all what which who whom whose
   and or but nor so yet because although though while when whenever where if unless until till since than as
   about above across after against along among around at before behind below beside between beyond by down during except for from
   in inside into like near of off on onto out outside over past per through to toward towards under up upon with within without
   is was are were be been am has have had do does did will would can could shall should may might must not
   again ago alone already also always away back ever here how just later maybe never now often once only perhaps please quite
   rather really soon still then there today together tomorrow tonight too very well why yesterday yet`.split(/\s+/),
);

/** Words that are one in one grammatical role and another in the next: "her" is `his` before a noun and `him` elsewhere. */
const BEFORE_NOUN: readonly (readonly [string, string])[] = [['his', 'her']];
const ELSEWHERE: readonly (readonly [string, string])[] = [
  ['him', 'her'],
  ['his', 'hers'],
];

/** What a word becomes, and which group it was of: 1 the first of its pair, −1 the second. */
interface Twin {
  readonly word: string;
  readonly of: 1 | -1;
}

/** Both directions of each pair: a map that undoes itself. */
const twinsOf = (pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, Twin> =>
  new Map(
    pairs.flatMap(([first, second]): [string, Twin][] => [
      [first, { word: second, of: 1 }],
      [second, { word: first, of: -1 }],
    ]),
  );

const TWINS = Object.fromEntries(
  SENSITIVE_ATTRIBUTES.map((attribute) => [attribute, twinsOf(PAIRS[attribute])]),
) as Readonly<Record<SensitiveAttribute, ReadonlyMap<string, Twin>>>;
const ROLES = { noun: twinsOf(BEFORE_NOUN), elsewhere: twinsOf(ELSEWHERE) } as const;

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** The word in the case of another: lower, Capitalised or UPPER; null for a mixture, which could not be undone. */
const inCaseOf = (model: string, word: string): string | null => {
  const lower = model.toLowerCase();
  if (model === lower) return word;
  if (model === capital(lower)) return capital(word);
  return model === lower.toUpperCase() ? word.toUpperCase() : null;
};

/** Words between what is no letter, digit or underscore: "she'll" and "mother-in-law" are several. */
const WORD = /(?<![\p{L}\p{M}\p{N}_])[A-Za-z]+(?![\p{L}\p{M}\p{N}_])/gu;
/** The word that follows after a space alone. */
const NEXT = /\s+([\p{L}\p{M}\p{N}]+)/uy;

/** Whether what follows reads as a noun, or as what leads to one. */
const beforeNoun = (text: string, at: number): boolean => {
  NEXT.lastIndex = at;
  const next = NEXT.exec(text)?.[1]?.toLowerCase();
  return next !== undefined && !CLOSED.has(next);
};

export interface Swapped {
  readonly text: string;
  /** Words that were exchanged. */
  readonly words: number;
  /** Of them, words of the first group less those of the second: above 0 where the twin speaks of the second. */
  readonly lean: number;
}

/**
 * The text with each word of an attribute's groups exchanged for its twin, in its own case. It undoes itself: words are exchanged in
 * pairs, and which pair "his", "her", "him" and "hers" belong to follows from the next word alone, which a swap leaves in its class
 * (a noun stays a noun, a pronoun a pronoun). "him" or "hers" right before a noun has no twin there, and stays.
 */
export const swapGroups = (text: string, attribute: SensitiveAttribute): Swapped => {
  let [words, lean] = [0, 0];
  const swapped = text.replace(WORD, (found: string, at: number) => {
    const word = found.toLowerCase();
    const role = beforeNoun(text, at + found.length) ? 'noun' : 'elsewhere';
    const twin = TWINS[attribute].get(word) ?? (attribute === 'gender' ? ROLES[role].get(word) : undefined);
    const put = twin === undefined ? null : inCaseOf(found, twin.word);
    if (twin === undefined || put === null) return found;
    words += 1;
    lean += twin.of;
    return put;
  });
  return { text: swapped, words, lean };
};
