/** Statements as flat named answers and back: what forms of other tools ask, one control or question an answer. */
import { type Mark, type Statement, Statement as StatementSchema, TASKS, type Task } from '../../schemas/annotation.ts';
import { fromZod, invalid } from '../importers/fields.ts';

/** Where an answer stands: the task, the response (null: the item as a whole), then an aspect, criterion, step or part. */
export interface Place {
  readonly task: Task;
  readonly response: number | null;
  readonly parts: readonly string[];
}

type Span = { readonly start: number; readonly end: number; readonly tag: string };

export type AnswerValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'choice'; readonly value: string }
  | { readonly kind: 'choices'; readonly value: readonly string[] }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'ranks'; readonly value: readonly number[] }
  | { readonly kind: 'spans'; readonly value: readonly Span[] }
  | { readonly kind: 'marks'; readonly value: readonly Mark[] }
  | { readonly kind: 'words'; readonly value: readonly boolean[] };

export type Answer = Place & AnswerValue;

/** Choices of controls whose answers are not free. */
export const OPTIONS = {
  preferred: ['a', 'b', 'tie'],
  good: ['good', 'bad'],
  check: ['yes', 'no'],
  pass: ['pass', 'fail'],
} as const;

/** What the control of a choice offers; of a criterion, whose levels nobody lists here, what was chosen. */
export const optionsOf = ({ task, value }: Answer): readonly string[] => {
  if (task === 'pairwise') return OPTIONS.preferred;
  if (task === 'binary') return OPTIONS.good;
  if (task === 'checklist') return OPTIONS.check;
  if (task === 'assertion') return OPTIONS.pass;
  return typeof value === 'string' ? [value] : [];
};

/** The part of a criterion's numeric levels: a control has one type, and its other levels may be words. */
export const LEVEL = 'level';

/** The label of words that the response misses. */
export const MISALIGNED = 'misaligned';

/** The statement's answers; of keywords the flags only, their words being the item's. Empty where it says nothing by itself. */
export const answersOf = (statement: Statement): Answer[] => {
  const { task, value } = statement;
  const response = 'response' in value ? value.response : null;
  const at = (answer: AnswerValue, ...parts: string[]): Answer => ({ task, response, parts, ...answer });
  const number = (n: number, ...parts: string[]) => at({ kind: 'number', value: n }, ...parts);
  const choice = (said: string, ...parts: string[]) => at({ kind: 'choice', value: said }, ...parts);
  const text = (said: string, ...parts: string[]) => at({ kind: 'text', value: said }, ...parts);
  switch (task) {
    case 'pairwise':
      return [choice(value.preferred), ...(value.strength === null ? [] : [number(value.strength, 'strength')])];
    case 'ranking':
      return [at({ kind: 'ranks', value: value.ranks })];
    case 'rating':
      return Object.entries(value.aspects).map(([aspect, n]) => number(n, aspect));
    case 'binary':
      return [choice(value.good ? 'good' : 'bad')];
    case 'critique':
      return [text(value.text), ...(value.edited === null ? [] : [text(value.edited, 'edited')])];
    case 'regions':
      return [at({ kind: 'marks', value: value.marks })];
    case 'keywords':
      return [at({ kind: 'words', value: value.misaligned })];
    case 'steps':
      return value.labels.map((label, step) => number(label, String(step)));
    case 'rubric':
      return Object.entries(value.levels).map(([name, level]) =>
        typeof level === 'number' ? number(level, name) : choice(level, name),
      );
    case 'checklist':
      return Object.entries(value.checks).map(([name, holds]) => choice(holds ? 'yes' : 'no', name));
    case 'assertion': {
      const { name, pass, detail } = value;
      return [choice(pass ? 'pass' : 'fail', name), ...(detail === null ? [] : [text(detail, name, 'detail')])];
    }
    case 'safety':
      return [at({ kind: 'choices', value: value.tags }, 'tags'), number(value.severity, 'severity')];
    case 'demonstration':
      return [text(value.text)];
    case 'spans':
      return [at({ kind: 'spans', value: value.spans })];
  }
};

/** What one source says once: the task, the response, and of assertions their name. */
export const slotOf = ({ task, response, parts }: Place): string =>
  JSON.stringify([task, response, task === 'assertion' ? (parts[0] ?? '') : null]);

/** The slot of a whole statement. */
export const statementSlot = ({ task, value }: Statement): string =>
  slotOf({
    task,
    response: 'response' in value ? value.response : null,
    parts: task === 'assertion' ? [value.name] : [],
  });

/** One source's answers as statements, by slot; `words` are the item's, of keywords. Throws ASY-2002 where answers are no value of their task. */
export const statementsOf = (answers: readonly Answer[], words: readonly string[]): Statement[] => {
  const slots = Map.groupBy(answers, slotOf);
  return [...slots.values()].map((own) => {
    const { task = 'rating', response = null } = own[0] ?? {};
    const value = { ...(response === null ? {} : { response }), ...bodyOf(task, own, words) };
    const parsed = StatementSchema.safeParse({ task, value });
    if (!parsed.success) throw fromZod(parsed.error, task);
    return parsed.data;
  });
};

const bodyOf = (task: Task, own: readonly Answer[], words: readonly string[]): object => {
  const valueOf = (...parts: string[]) =>
    own.find((answer) => answer.parts.length === parts.length && answer.parts.every((part, i) => part === parts[i]))
      ?.value;
  /** `Object.fromEntries` defines, never sets: a part called `__proto__` stays a plain name. */
  const byPart = (of: (value: Answer['value']) => unknown = (value) => value) =>
    Object.fromEntries(own.map(({ parts, value }) => [parts[0] ?? '', of(value)]));
  switch (task) {
    case 'pairwise':
      return { preferred: valueOf(), strength: valueOf('strength') ?? null };
    case 'ranking':
      return { ranks: valueOf() };
    case 'rating':
      return { aspects: byPart() };
    case 'binary':
      return { good: isOne(valueOf(), OPTIONS.good) };
    case 'critique':
      return { text: valueOf() ?? '', edited: valueOf('edited') ?? null };
    case 'regions':
      return { marks: valueOf() };
    case 'keywords':
      return { words, misaligned: valueOf() };
    case 'steps':
      return { labels: own.map((_, step) => valueOf(String(step))) };
    case 'rubric':
      return { levels: byPart() };
    case 'checklist':
      return { checks: byPart((value) => isOne(value, OPTIONS.check)) };
    case 'assertion': {
      const name = own[0]?.parts[0] ?? '';
      return { name, pass: isOne(valueOf(name), OPTIONS.pass), detail: valueOf(name, 'detail') ?? null };
    }
    case 'safety':
      return { tags: valueOf('tags') ?? [], severity: valueOf('severity') };
    case 'demonstration':
      return { text: valueOf() };
    case 'spans':
      return { spans: valueOf() };
  }
};

const isOne = (value: Answer['value'] | undefined, [yes, no]: readonly [string, string]): boolean => {
  if (value !== yes && value !== no) throw invalid('value', `must be ${yes} or ${no}`);
  return value === yes;
};

/** `rating.0.quality`: the place as a name, each part encoded by `encode`; places of the item as a whole have no number. */
export const nameOf = ({ task, response, parts }: Place, separator: string, encode: (part: string) => string): string =>
  [task, ...(response === null ? [] : [String(response)]), ...parts.map(encode)].join(separator);

/** The place that a name of `nameOf` stands for, or null. */
export const placeOf = (name: string, separator: string, decode: (part: string) => string | null): Place | null => {
  const [task, ...rest] = name.split(separator);
  if (!isTask(task)) return null;
  const whole = task === 'pairwise' || task === 'ranking' || task === 'demonstration';
  const response = whole ? null : Number(rest[0]);
  if (response !== null && !/^\d{1,9}$/.test(rest[0] ?? '')) return null;
  const parts = (whole ? rest : rest.slice(1)).map(decode);
  return parts.every((part) => part !== null) ? { task, response, parts } : null;
};

const isTask = (name: string | undefined): name is Task => (TASKS as readonly (string | undefined)[]).includes(name);
