/** Which language a text is in: its script, and where several share one, character n-grams (after Cavnar & Trenkle 1994). */
import { readFileSync } from 'node:fs';
import { byText } from '../order.ts';
import type { Finding } from './finding.ts';

/** Scripts and the language that alone is written in them here; those of n-gram profiles are told by `profiles`. */
const SCRIPTS: Readonly<Record<string, string | null>> = {
  Latin: null,
  Cyrillic: null,
  Arabic: null,
  Devanagari: null,
  Han: 'zh',
  Hangul: 'ko',
  Greek: 'el',
  Hebrew: 'he',
  Armenian: 'hy',
  Georgian: 'ka',
  Thai: 'th',
  Lao: 'lo',
  Khmer: 'km',
  Myanmar: 'my',
  Sinhala: 'si',
  Bengali: 'bn',
  Gurmukhi: 'pa',
  Gujarati: 'gu',
  Tamil: 'ta',
  Telugu: 'te',
  Kannada: 'kn',
  Malayalam: 'ml',
  Thaana: 'dv',
  Ethiopic: 'am',
};

/** Letters of each script: vowel signs and tones count with none of them. */
const TESTS = Object.keys(SCRIPTS).map(
  (script) => [script, new RegExp(`(?=\\p{L})\\p{Script=${script}}`, 'gu')] as const,
);
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const HAN = /\p{Script=Han}/gu;
const LETTERS = /\p{L}/gu;
const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Units of a text that are read: more would not change the answer. */
const READ = 2000;

/** Log₂ probability of a gram that a profile does not hold: rarer than its last band. */
const ABSENT = -17;
/** Of the first band; each next is half a bit less (models/bundled/language/train.py). */
const FIRST = -4.5;

/** The languages of a script, and per gram those whose profiles hold it, with how many bits it says for each. */
interface Profiles {
  readonly languages: readonly string[];
  readonly grams: ReadonlyMap<string, readonly { readonly language: number; readonly bits: number }[]>;
}

interface Script {
  readonly script: string;
  /** Of all letters. */
  readonly share: number;
}

/** The script of most letters; null where there are none. */
const scriptOf = (text: string): Script | null => {
  const letters = countOf(text, LETTERS);
  let found: Script | null = null;
  for (const [script, pattern] of TESTS) {
    const share = countOf(text, pattern) / letters;
    if (share > (found?.share ?? 0)) found = { script, share };
    if (share > 0.5) break;
  }
  return found;
};

/** Grams of one to four UTF-16 units of every word, `_` where it begins and ends, as train.py draws them. */
function* gramsOf(text: string): Generator<string> {
  const lower = text.normalize('NFC').replaceAll('İ', 'i').toLowerCase();
  for (const [word] of lower.matchAll(/[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu)) {
    const padded = `_${word.replaceAll('’', "'")}_`;
    for (let size = 1; size <= 4; size++)
      for (let start = 0; start + size <= padded.length; start++)
        if (size > 1 || padded[start] !== '_') yield padded.slice(start, start + size);
  }
}

const readProfiles = (): Map<string, Profiles> => {
  const file = new URL('../bundled/language/profiles.json', import.meta.url);
  type Holders = { language: number; bits: number }[];
  const made = new Map<string, { languages: string[]; grams: Map<string, Holders> }>();
  for (const [name, text] of Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)) {
    const script = scriptOf(text)?.script ?? '';
    const { languages, grams: holdersOf } = made.get(script) ?? {
      languages: [] as string[],
      grams: new Map<string, Holders>(),
    };
    made.set(script, { languages, grams: holdersOf });
    const language = languages.push(name.replace(/-.*/, '')) - 1;
    for (const [band, grams] of text.split(';').entries())
      for (const gram of grams.split(' ').filter((piece) => piece !== '')) {
        const holders = holdersOf.get(gram) ?? [];
        holders.push({ language, bits: FIRST - band / 2 - ABSENT });
        holdersOf.set(gram, holders);
      }
  }
  return made;
};

let profiles: ReturnType<typeof readProfiles> | undefined;

export interface LanguageGuess {
  /** BCP-47; `und` where the text has no letter or its script no profile. */
  readonly language: string;
  /** Between 0 and 1: the language's share of the belief, times its script's share of the letters. */
  readonly confidence: number;
}

/**
 * Neighbouring grams say nearly the same, so that a text's evidence is this share of their sum; chosen so that confidence is near
 * the share of right answers (models/bundled/language/card.md).
 */
const EVIDENCE = 0.1;

const among = (text: string, { languages, grams }: Profiles): LanguageGuess => {
  // What every profile would lose for not holding a gram is the same for all, and left out.
  const bits = new Float64Array(languages.length);
  for (const gram of gramsOf(text))
    for (const holder of grams.get(gram) ?? []) bits[holder.language] = (bits[holder.language] ?? 0) + holder.bits;
  const most = Math.max(...bits);
  const beliefs = languages.map((language, i) => ({ language, belief: 2 ** (EVIDENCE * ((bits[i] ?? 0) - most)) }));
  const total = beliefs.reduce((sum, { belief }) => sum + belief, 0);
  const [first] = beliefs.sort((a, b) => b.belief - a.belief || byText(a.language, b.language));
  return { language: first?.language ?? 'und', confidence: (first?.belief ?? 0) / total };
};

/** The language of a text and how sure that is: of 68 by n-grams, of 21 by script alone. No letter gives `und`, 0. */
export const detectLanguage = (text: string): LanguageGuess => {
  const read = text.slice(0, READ);
  const found = scriptOf(read);
  if (found === null) return { language: 'und', confidence: 0 };
  const { script, share } = found;
  // Japanese mixes kana with Han; a Chinese text hardly quotes any.
  const letters = countOf(read, LETTERS);
  const kana = countOf(read, KANA) / letters;
  if (kana >= 0.1) return { language: 'ja', confidence: Math.min(1, kana + countOf(read, HAN) / letters) };
  const only = SCRIPTS[script];
  if (only != null) return { language: only, confidence: share };
  profiles ??= readProfiles();
  const { language, confidence } = among(read, profiles.get(script) ?? { languages: [], grams: new Map() });
  return { language, confidence: confidence * share };
};

/** Whether a text is in the language stated, by primary subtag: `value` is the confidence in the one found; `und` says nothing against it. */
export const languageMismatch = (text: string, stated: string, least = 0.9): Finding => {
  const { language, confidence } = detectLanguage(text);
  const differs = language !== 'und' && language !== stated.toLowerCase().replace(/-.*/, '') && confidence >= least;
  return differs ? { value: confidence, reason: `reads as ${language}, not ${stated}` } : { value: confidence };
};
