/** `assay model align`: from a file of answers to preference pairs and counts that say where every answer went. */
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { Language } from '../../schemas/primitives.ts';
import { byText } from '../order.ts';
import type { AlignmentPreference } from './pairs.ts';
import { alignmentPairs, canWin } from './pairs.ts';
import { finalNumber, rationaleOf } from './rationale.ts';
import type { Sample } from './references.ts';
import { collectReferences, isPivot } from './references.ts';
import type { AlignedSample } from './rewards.ts';
import { alignSamples } from './rewards.ts';
import type { AlignmentOptions, AlignmentScorer } from './scorer.ts';

/** A row of the file. `answer` is a text that ends in the right number, or the number. */
const Row = z.object({
  question_id: z.coerce.string().min(1),
  language: Language,
  prompt: z.string().min(1),
  response: z.string(),
  answer: z.union([z.string(), z.number()]).nullish(),
});

/** Answers of one language and what became of them: the first four kinds add up to `answers`. */
export interface LanguageCounts {
  readonly answers: number;
  /** Nothing stands before `####`. */
  readonly empty: number;
  /** No reference in the pivot language answers the question. */
  readonly unreferenced: number;
  /** Scored, and ending in the right number: can be chosen. */
  readonly right: number;
  /** Scored, but ending in another number or with none known: can only be rejected. */
  readonly wrong: number;
  readonly pairs: number;
  /** Mean score; null where none was scored. */
  readonly meanScore: number | null;
}

export interface AlignmentReport {
  readonly scorer: string;
  readonly pivot: string;
  /** `correct` holds references to the right number; `all`, as the released code does, does not. */
  readonly references: 'correct' | 'all';
  readonly questions: number;
  readonly pivotAnswers: number;
  readonly pivotReferences: number;
  readonly pairs: number;
  readonly train: number;
  readonly dev: number;
  readonly languages: Readonly<Record<string, LanguageCounts>>;
}

export interface AlignmentDocumentOptions extends AlignmentOptions {
  readonly pivot: string;
  readonly references: 'correct' | 'all';
}

export interface AlignmentDocument {
  readonly pairs: readonly AlignmentPreference[];
  /** Every scored answer, in file order. */
  readonly scored: readonly AlignedSample[];
  readonly report: AlignmentReport;
}

const sampleOf = (line: string, file: string, at: number): Sample => {
  const refuse = (reason: string, cause?: unknown) => new AssayError('ASY-7001', { file, line: at, reason }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  const row = Row.safeParse(value);
  if (!row.success) {
    const [issue] = row.error.issues;
    throw refuse(`${issue?.path.join('.') || 'row'}: ${issue?.message}`);
  }
  const { question_id: question, language, prompt, response, answer } = row.data;
  const number = answer === null || answer === undefined ? null : finalNumber(String(answer));
  if (number === null && answer !== null && answer !== undefined) throw refuse('answer: holds no number');
  return { question, language, prompt, response, answer: number };
};

const countsOf = (
  own: readonly Sample[],
  scored: readonly AlignedSample[],
  pairs: readonly AlignmentPreference[],
): LanguageCounts => {
  const empty = own.filter(({ response }) => rationaleOf(response) === '').length;
  const right = scored.filter(canWin).length;
  return {
    answers: own.length,
    empty,
    unreferenced: own.length - empty - scored.length,
    right,
    wrong: scored.length - right,
    pairs: pairs.length,
    meanScore: scored.length === 0 ? null : scored.reduce((sum, { mean }) => sum + mean, 0) / scored.length,
  };
};

/**
 * Pairs from JSON Lines `{question_id, language, prompt, response, answer?}`. Throws ASY-7001 (file, line) on the first row that
 * is none, ASY-5035 where no answer can be held against a reference in the pivot language.
 */
export const alignmentDocument = async (
  text: string,
  file: string,
  scorer: AlignmentScorer,
  { pivot, references: wanted, ...options }: AlignmentDocumentOptions,
): Promise<AlignmentDocument> => {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const samples = lines.flatMap((line, i) => (line.trim() === '' ? [] : [sampleOf(line, file, i + 1)]));
  const references = collectReferences(samples, { pivot, correctOnly: wanted === 'correct' });
  if (references.size === 0)
    throw new AssayError('ASY-5035', { file, reason: `no usable answer in the pivot language ${pivot}` });
  const scored = await alignSamples(samples, references, scorer, { pivot, ...options });
  if (scored.length === 0)
    throw new AssayError('ASY-5035', { file, reason: `no answer beside those in ${pivot} has a reference` });
  const pairs = alignmentPairs(scored);
  const others = samples.filter(({ language }) => !isPivot(language, pivot));
  const languages = [...new Set(others.map(({ language }) => language))].sort(byText);
  const of = <T extends { readonly language: string }>(rows: readonly T[], language: string) =>
    rows.filter((row) => row.language === language);
  const train = pairs.filter(({ split }) => split === 'train').length;
  return {
    pairs,
    scored,
    report: {
      scorer: scorer.name,
      pivot,
      references: wanted,
      questions: new Set(samples.map(({ question }) => question)).size,
      pivotAnswers: samples.length - others.length,
      pivotReferences: [...references.values()].reduce((sum, { length }) => sum + length, 0),
      pairs: pairs.length,
      train,
      dev: pairs.length - train,
      languages: Object.fromEntries(
        languages.map((language) => [
          language,
          countsOf(of(others, language), of(scored, language), of(pairs, language)),
        ]),
      ),
    },
  };
};
