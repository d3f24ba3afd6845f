import { isCorrect, rationaleOf, repeatsLine } from './rationale.ts';

/** One model answer to a question in one language. Languages are BCP-47. */
export interface Sample {
  readonly question: string;
  readonly language: string;
  /** The question as it was asked, in that language. */
  readonly prompt: string;
  readonly response: string;
  /** The right final number; null where it is not known. */
  readonly answer: number | null;
}

export interface ReferenceOptions {
  readonly pivot: string;
  /** Only answers that end in the right number, where it is known. The released code takes all. */
  readonly correctOnly: boolean;
}

/** The language without script or region: `en` of `en-GB`. */
const baseOf = (language: string): string => language.split('-')[0]?.toLowerCase() ?? language;

/** Whether a language is the pivot, whatever its region. */
export const isPivot = (language: string, pivot: string): boolean => baseOf(language) === baseOf(pivot);

/**
 * The pivot language's rationales per question: what answers in other languages are held against. Equal texts count once; a
 * rationale that repeats a line or is empty is none (MAPO's Preprocess/extract_mutliL_en.py).
 */
export const collectReferences = (
  samples: readonly Sample[],
  { pivot, correctOnly }: ReferenceOptions,
): Map<string, string[]> => {
  const found = new Map<string, Set<string>>();
  for (const { question, language, response, answer } of samples) {
    if (!isPivot(language, pivot)) continue;
    const text = rationaleOf(response);
    if (text === '' || repeatsLine(text)) continue;
    if (correctOnly && answer !== null && !isCorrect(response, answer)) continue;
    found.set(question, (found.get(question) ?? new Set()).add(text));
  }
  return new Map([...found].map(([question, texts]) => [question, [...texts]]));
};
