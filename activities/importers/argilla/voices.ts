/** Who answered which question of a record, in either shape that Argilla writes. */
import { asRow, field, invalid, optionalText, type Row } from '../fields.ts';

/** One answer: a person's response, or what a model suggested. */
export interface Said {
  readonly question: string;
  readonly value: unknown;
  readonly who: string | null;
  readonly suggested: boolean;
}

/** Statuses of responses that their authors did not hand in. */
const UNSAID = new Set(['draft', 'discarded']);

/** Of `Record.to_dict`: `responses: {question: [{value, user_id}]}`, `suggestions: {question: {value, agent}}`. */
export const nestedAnswers = (record: Row): Said[] => {
  const people = Object.entries(asRow(field(record, 'responses') ?? {})).flatMap(([question, given]) => {
    if (!Array.isArray(given)) throw invalid(`responses.${question}`, 'must be a list');
    return given.map(asRow).flatMap((one): Said[] => {
      const value = field(one, 'value');
      if (value === undefined || UNSAID.has(optionalText(one, 'status') ?? '')) return [];
      return [{ question, value, who: optionalText(one, 'user_id'), suggested: false }];
    });
  });
  const suggested = Object.entries(asRow(field(record, 'suggestions') ?? {})).flatMap(([question, given]): Said[] => {
    const value = given == null ? undefined : field(asRow(given), 'value');
    return value === undefined ? [] : [{ question, value, who: optionalText(asRow(given), 'agent'), suggested: true }];
  });
  return [...people, ...suggested];
};

/** Of a row on the Hub: columns `q.responses`, `q.responses.users`, `q.responses.status`, `q.suggestion`, `q.suggestion.agent`. */
export const flatAnswers = (row: Row): Said[] =>
  Object.keys(row).flatMap((column): Said[] => {
    const [, question, kind] = /^(.+)\.(responses|suggestion)$/.exec(column) ?? [];
    const value = field(row, column);
    if (question === undefined || value === undefined) return [];
    if (kind === 'suggestion') return [{ question, value, who: optionalText(row, `${column}.agent`), suggested: true }];
    if (!Array.isArray(value)) throw invalid(column, 'must be a list');
    const [users, statuses] = [field(row, `${column}.users`), field(row, `${column}.status`)];
    return value.flatMap((one: unknown, i): Said[] => {
      if (one == null || (Array.isArray(statuses) && UNSAID.has(String(statuses[i])))) return [];
      const user: unknown = Array.isArray(users) ? users[i] : null;
      return [{ question, value: one, who: typeof user === 'string' ? user : null, suggested: false }];
    });
  });

/** Whether a row is one of the Hub's. */
export const isFlat = (row: Row): boolean => field(row, 'fields') === undefined;
