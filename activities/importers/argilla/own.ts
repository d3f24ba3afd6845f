/** Records that Assay wrote for Argilla, read back: by the names of their questions, and by `metadata.assay`. */
import { codePointOf } from '../../../schemas/pieces.ts';
import { type Answer, LEVEL, statementsOf } from '../../interchange/answers.ts';
import { placeOfQuestion, subjectOfUser } from '../../interchange/argilla/names.ts';
import { isNumeric } from '../../interchange/argilla/questions.ts';
import { readContent } from '../../interchange/content.ts';
import { draftOf, type Sidecar, sourceOfName, type Voice } from '../../interchange/sidecar.ts';
import { locateWords } from '../../interchange/words.ts';
import { UNKNOWN_SOURCE } from '../../item-builder.ts';
import type { Draft } from '../draft.ts';
import { asNumber, asRow, checkStatement, fromZod, invalid, optionalText, type Row } from '../fields.ts';
import { Ranks, Spans } from './values.ts';
import type { Said } from './voices.ts';

/** The draft of a record of our making. Throws ASY-2002 where it is broken. */
export const readOwn = (fields: Row, sidecar: Sidecar, said: readonly Said[]): Draft => {
  const content = readContent(fields, sidecar);
  const prompt = optionalText(asRow(fields), 'prompt') ?? '';
  const by = Map.groupBy(said, ({ who, suggested }) => `${suggested} ${who}`);
  const voices = [...by.values()].map((own): Voice => {
    const { who = null, suggested = false } = own[0] ?? {};
    return {
      source: suggested
        ? sourceOfName(who ?? 'unnamed')
        : { kind: 'human', id: (who === null ? null : (subjectOfUser(who) ?? who)) ?? UNKNOWN_SOURCE },
      statements: statementsOf(
        own.map((each) => answerOf(each, sidecar, prompt)),
        sidecar.words,
      ),
      seconds: null,
    };
  });
  const draft = draftOf(sidecar, content, voices);
  draft.annotations.forEach(({ statement }, i) => {
    checkStatement(statement, content.responses.length, `responses.${i}`);
  });
  return draft;
};

const answerOf = ({ question, value }: Said, { words }: Sidecar, prompt: string): Answer => {
  const place = placeOfQuestion(question);
  if (place === null) throw invalid(question, 'is no question of a record that Assay wrote');
  const { task, parts } = place;
  const whole = { ...place, parts: [] };
  if (isNumeric(place)) {
    const number = asNumber(value);
    if (number === null) throw invalid(question, 'must be a number');
    const at = task === 'rubric' && parts[1] === LEVEL ? { ...place, parts: parts.slice(0, 1) } : place;
    return { ...at, kind: 'number', value: number };
  }
  if (task === 'ranking') {
    const ranks = Ranks.safeParse(value);
    if (!ranks.success) throw fromZod(ranks.error, question);
    return { ...whole, kind: 'ranks', value: ranks.data.map((_, i) => rankOf(ranks.data, `response-${i + 1}`)) };
  }
  if (task === 'spans' || task === 'keywords') {
    const spans = Spans.safeParse(value);
    if (!spans.success) throw fromZod(spans.error, question);
    if (task === 'spans')
      return {
        ...whole,
        kind: 'spans',
        value: spans.data.map(({ start, end, label }) => ({ start, end, tag: label })),
      };
    const places = (locateWords(prompt, words) ?? []).map(
      ([start, end]) => [codePointOf(prompt, start), codePointOf(prompt, end)] as const,
    );
    const missed = places.map(([from, to]) => spans.data.some(({ start, end }) => from < end && start < to));
    return { ...whole, kind: 'words', value: words.map((_, i) => missed[i] ?? false) };
  }
  if (Array.isArray(value)) return { ...place, kind: 'choices', value: value.map(String) };
  if (typeof value !== 'string') throw invalid(question, 'must be text');
  const isText = task === 'critique' || task === 'demonstration' || parts.at(-1) === 'detail';
  return { ...place, kind: isText ? 'text' : 'choice', value };
};

const rankOf = (ranks: Ranks, option: string): number => ranks.find(({ value }) => value === option)?.rank ?? 0;
