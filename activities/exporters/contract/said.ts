/** Texts of a row in either of a trainer's two forms: a string (standard), or turns (conversational). */
import { Message } from '../../../schemas/item.ts';
import { type Breach, breach, type Rule } from './breach.ts';

interface Part {
  readonly type: string;
  readonly text?: unknown;
}

interface SaidTurn {
  readonly role: string;
  readonly content: string | readonly Part[];
}

export type Said = string | readonly SaidTurn[];

const ROLES: ReadonlySet<string> = new Set(Message.shape.role.options);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPart = (value: unknown): value is Part =>
  isRecord(value) &&
  typeof value['type'] === 'string' &&
  (value['type'] !== 'text' || typeof value['text'] === 'string');

/** A turn that calls tools need not say anything. */
const isTurn = (value: unknown): value is SaidTurn =>
  isRecord(value) &&
  typeof value['role'] === 'string' &&
  (typeof value['content'] === 'string' ||
    (Array.isArray(value['content']) && value['content'].every(isPart)) ||
    (value['content'] == null && Array.isArray(value['tool_calls'])));

const nameOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;

/** The column as a text or turns, or the breach that it is neither. */
const reading = (column: string, value: unknown): Said | Breach => {
  if (value === undefined) return breach('ASY-6101', `there is no column ${column}`);
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return breach('ASY-6102', `${column} is ${nameOf(value)}, neither a text nor turns`);
  const odd = value.findIndex((turn) => !isTurn(turn));
  return odd < 0
    ? (value as SaidTurn[])
    : breach('ASY-6102', `turn ${odd + 1} of ${column} has no role, or neither text nor parts as content`);
};

/** The column's turns; none where it is a text or nothing. */
export const turnsIn = (value: unknown): readonly SaidTurn[] =>
  Array.isArray(value) && value.every(isTurn) ? (value as SaidTurn[]) : [];

/** What a turn says, without what it shows. */
export const wordsOf = ({ content }: SaidTurn): string =>
  typeof content === 'string'
    ? content
    : (content ?? []).map(({ text }) => (typeof text === 'string' ? text : '')).join('\n');

export const showsPicture = (part: Part): boolean => part.type === 'image';

export const partsOf = (turns: readonly SaidTurn[]): readonly Part[] =>
  turns.flatMap(({ content }) => (typeof content === 'string' ? [] : (content ?? [])));

const callsTools = (turn: SaidTurn): boolean => Object.hasOwn(turn, 'tool_calls');

const saysNothing = (turn: SaidTurn): boolean => {
  const { content } = turn;
  if (callsTools(turn)) return false;
  if (typeof content === 'string') return content.trim() === '';
  return content.length === 0 || content.some(({ type, text }) => type === 'text' && String(text).trim() === '');
};

/** What holds of all turns, wherever they stand. */
const turnsFault = (column: string, turns: readonly SaidTurn[]): Breach | null => {
  const odd = turns.find(({ role }) => !ROLES.has(role));
  if (odd !== undefined) return breach('ASY-6103', `a turn of ${column} has no known role: ${odd.role}`);
  if (turns.some(saysNothing)) return breach('ASY-6104', `a turn of ${column} is empty`);
  return turns.some(({ role }, at) => role === 'system' && at > 0)
    ? breach('ASY-6103', `a system turn of ${column} is not the first`)
    : null;
};

type Reader = (column: string, turns: readonly SaidTurn[]) => Breach | null;

const said =
  (column: string, read: Reader): Rule =>
  (row) => {
    const found = reading(column, row[column]);
    if (typeof found === 'string') return found.trim() === '' ? breach('ASY-6104', `${column} is empty`) : null;
    if ('code' in found) return found;
    return found.length === 0
      ? breach('ASY-6104', `${column} is empty`)
      : (turnsFault(column, found) ?? read(column, found));
  };

/** What a model is to answer: turns end with the user's, or with what a tool gave. */
export const prompt = (column: string): Rule =>
  said(column, (name, turns) => {
    const last = turns.at(-1)?.role;
    return last === 'user' || last === 'tool'
      ? null
      : breach('ASY-6103', `${name} ends with a turn of ${last}, not of the user`);
  });

/** An answer alone: turns begin and end with the assistant's. */
export const answer = (column: string): Rule =>
  said(column, (name, turns) => {
    const other = [turns[0], turns.at(-1)].find((turn) => turn?.role !== 'assistant');
    return other === undefined ? null : breach('ASY-6103', `${name} is said by ${other.role}`);
  });

/** A prompt with its answer: turns end with the assistant's, after the user's. */
export const conversation = (column: string): Rule =>
  said(column, (name, turns) => {
    const last = turns.at(-1)?.role;
    if (last !== 'assistant') return breach('ASY-6103', `${name} ends with a turn of ${last}, not of the assistant`);
    return turns.some(({ role }) => role === 'user') ? null : breach('ASY-6103', `${name} has no turn of the user`);
  });

/** A column of turns where a text would not do. */
export const turnsOnly =
  (column: string): Rule =>
  (row) =>
    typeof row[column] === 'string' ? breach('ASY-6102', `${column} is a text, not turns`) : null;

/** `text`, `turns`, or `parts` for turns that may show pictures: what all rows of a file must have in common. */
export const formOf = (value: unknown): string => {
  if (typeof value === 'string') return 'text';
  const turns = turnsIn(value);
  if (turns.length === 0) return nameOf(value);
  return turns.some(({ content }) => Array.isArray(content)) ? 'parts' : 'turns';
};
