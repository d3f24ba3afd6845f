/** What a declared filter finds in one text. */
import type { TextFilter } from '../../schemas/curation.ts';
import type { Finding, Span } from './finding.ts';
import { detectLanguage } from './language.ts';
import { lengthOf } from './length.ts';
import { boilerplate, refusals } from './phrases.ts';
import { personalData } from './pii.ts';
import { repetition } from './repetition.ts';
import { brokenStructure } from './structure.ts';

/** A filter's figure of a text, what was found in words that hold nothing of the text, and why it goes; null: it stays. */
export interface Screened {
  readonly value: number;
  readonly detail: string | null;
  readonly reason: string | null;
}

/** Personal data of the kinds that a filter asks about. */
export const personalSpans = (text: string, kinds: readonly string[]): Span[] =>
  (personalData(text).spans ?? []).filter(({ kind }) => kinds.includes(kind));

const subtag = (language: string): string => language.toLowerCase().replace(/-.*/, '');

const screenLanguage = (
  text: string,
  stated: string | null,
  { languages, confidence }: Extract<TextFilter, { kind: 'language' }>,
): Screened => {
  const wanted = languages ?? (stated === null ? null : [stated]);
  const found = detectLanguage(text);
  const other = wanted !== null && found.language !== 'und' && !wanted.map(subtag).includes(found.language);
  const reason = other && found.confidence >= confidence ? 'other-language' : null;
  return { value: found.confidence, detail: found.language, reason };
};

const above = ({ value, reason }: Finding, most: number, name: string): Screened => ({
  value,
  detail: reason ?? null,
  reason: value > most ? name : null,
});

/**
 * Reads a text in a language that its item states, or null. A text without letters is in no language and passes there. `tokens` is how
 * many it has, for a length in tokens.
 */
export const screenText = (filter: TextFilter, text: string, stated: string | null, tokens?: number): Screened => {
  switch (filter.kind) {
    case 'length': {
      const { min: least, max } = filter;
      const { value, reason } = lengthOf(text, filter.unit, { least, ...(max !== null && { most: max }) }, tokens);
      return { value, detail: filter.unit, reason: reason?.replace(' ', '-') ?? null };
    }
    case 'language':
      return screenLanguage(text, stated, filter);
    case 'pii': {
      const spans = personalSpans(text, filter.kinds);
      const kinds = [...new Set(spans.map(({ kind }) => kind))].sort().join(', ');
      const rejected = filter.action === 'reject' && spans.length > 0;
      return { value: spans.length, detail: kinds || null, reason: rejected ? 'personal-data' : null };
    }
    case 'refusals':
      return above(refusals(text), filter.max, 'refusal');
    case 'boilerplate':
      return above(boilerplate(text), filter.max, 'boilerplate');
    case 'repetition':
      return above(repetition(text), filter.max, 'repetition');
    case 'structure':
      return above(brokenStructure(text), filter.max, 'broken-structure');
  }
};
