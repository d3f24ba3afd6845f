/** What one person, or one model, says of a task in Label Studio, as statements: one for each of Assay's tasks. */
import type { Mark, RegionKind, Statement } from '../../../schemas/annotation.ts';
import type { DropManifest } from '../../../schemas/drop.ts';
import { AssayError } from '../../../schemas/errors.ts';
import { asNumber, asRow, field, invalid, optionalText, type Row } from '../fields.ts';
import { marksOf, SHAPES } from './shapes.ts';

export interface ResultContext {
  readonly regionLabels: DropManifest['regionLabels'];
  /** Response 0's text, whose offsets spans are told in; null where it is a medium. */
  readonly text: string | null;
  /** Whether people were asked to mark regions: who marks nothing then says that nothing is wrong. */
  readonly asksRegions: boolean;
}

export type Span = { start: number; end: number; tag: string };

/** Everything that results can say, before it is cut into statements. */
interface Said {
  readonly marks: Mark[];
  readonly aspects: Record<string, number>;
  readonly levels: Record<string, string>;
  readonly checks: Record<string, boolean>;
  readonly spans: Span[];
  readonly texts: string[];
  preferred: 'a' | 'b' | null;
}

/** The type of results that are messages of a conversation. */
export const CHAT = 'chatmessage';

export const typeOf = (result: Row): string => optionalText(result, 'type') ?? '';

/**
 * Relations between results, and results of types that have no task here, say nothing: `unknown` is ASY-2018 for the first of the
 * latter, for a task of which nothing else is left. Throws ASY-2016 for a region's label that stands for nothing here.
 */
export const statementsOf = (
  results: readonly Row[],
  context: ResultContext,
  path: string,
): { readonly statements: readonly Statement[]; readonly unknown: AssayError | null } => {
  const said: Said = { marks: [], aspects: {}, levels: {}, checks: {}, spans: [], texts: [], preferred: null };
  let unknown: AssayError | null = null;
  results.forEach((result, i) => {
    const at = `${path}.result.${i}`;
    if (!take(said, result, results, context, at))
      unknown ??= new AssayError('ASY-2018', { path: at, type: typeOf(result) });
  });
  const { marks, aspects, levels, checks, spans, texts, preferred } = said;
  const statements: Statement[] = [];
  const any = (values: object) => Object.keys(values).length > 0;
  if (preferred !== null) statements.push({ task: 'pairwise', value: { preferred, strength: null } });
  if (any(aspects)) statements.push({ task: 'rating', value: { response: 0, aspects, min: null, max: null } });
  if (any(levels)) statements.push({ task: 'rubric', value: { response: 0, levels } });
  if (any(checks)) statements.push({ task: 'checklist', value: { response: 0, checks } });
  if (texts.length > 0)
    statements.push({ task: 'critique', value: { response: 0, text: texts.join('\n\n'), edited: null } });
  if (spans.length > 0) statements.push({ task: 'spans', value: { response: 0, spans } });
  // Whoever drew only what cannot be read did not say that nothing is wrong.
  if (marks.length > 0 || (context.asksRegions && unknown === null))
    statements.push({ task: 'regions', value: { response: 0, marks } });
  return { statements, unknown };
};

/** Whether the result's type is known. */
const take = (said: Said, result: Row, all: readonly Row[], context: ResultContext, path: string): boolean => {
  const type = typeOf(result);
  const name = optionalText(result, 'from_name') ?? type;
  const value = asRow(field(result, 'value') ?? {});
  if (Object.hasOwn(SHAPES, type)) {
    said.marks.push(...marksOf(type, result, labelled(labelOf(type, result, all), context, path), path));
    return true;
  }
  switch (type) {
    case 'rating':
    case 'number': {
      const number = asNumber(field(value, type));
      if (number === null) throw invalid(`${path}.value.${type}`, 'must be a finite number');
      said.aspects[name] = number;
      return true;
    }
    case 'choices':
      choose(said, name, listOf(value, 'choices', path));
      return true;
    case 'taxonomy':
      choose(said, name, pathsOf(value, path));
      return true;
    case 'textarea':
      said.texts.push(...listOf(value, 'text', path).filter((text) => text.trim() !== ''));
      return true;
    case 'pairwise': {
      const selected = field(value, 'selected');
      if (selected !== 'left' && selected !== 'right') throw invalid(`${path}.value.selected`, 'must be left or right');
      said.preferred = selected === 'left' ? 'a' : 'b';
      return true;
    }
    case 'timelinelabels':
      said.spans.push(...rangesOf(value, path));
      return true;
    case 'labels':
      // Beside a region of the same id these name it; by themselves they mark text.
      if (!isBeside(result, all)) said.spans.push(...textSpans(value, context.text, path));
      return true;
    default:
      // A conversation is what is judged, not what is said of it.
      return type === 'relation' || type === CHAT;
  }
};

/** One choice is the level of a criterion, several are checks that hold. */
const choose = (said: Said, name: string, choices: readonly string[]): void => {
  const [only, ...more] = choices;
  if (only !== undefined && more.length === 0) said.levels[name] = only;
  else for (const choice of choices) said.checks[`${name}: ${choice}`] = true;
};

export const listOf = (value: Row, name: string, path: string): string[] => {
  const given = field(value, name) ?? [];
  const list: unknown[] = Array.isArray(given) ? given : [given];
  if (!list.every((each): each is string => typeof each === 'string'))
    throw invalid(`${path}.value.${name}`, 'must be text or a list of texts');
  return list;
};

const pathsOf = (value: Row, path: string): string[] => {
  const given = field(value, 'taxonomy');
  if (!Array.isArray(given)) throw invalid(`${path}.value.taxonomy`, 'must be a list');
  return given.map((each: unknown) => (Array.isArray(each) ? each.join(' / ') : String(each)));
};

const isBeside = (result: Row, all: readonly Row[]): boolean => {
  const id = optionalText(result, 'id');
  return id !== null && all.some((other) => Object.hasOwn(SHAPES, typeOf(other)) && optionalText(other, 'id') === id);
};

/** The label of a region: its own, that of a `labels` result with its id, or the name of what drew it. */
export const labelOf = (type: string, result: Row, all: readonly Row[]): string => {
  const id = optionalText(result, 'id');
  const named = all.find((other) => typeOf(other) === 'labels' && id !== null && optionalText(other, 'id') === id);
  for (const [row, name] of [
    [result, type],
    [result, 'labels'],
    [named, 'labels'],
  ] as const) {
    const labels = row === undefined ? undefined : field(asRow(field(row, 'value') ?? {}), name);
    if (Array.isArray(labels) && typeof labels[0] === 'string') return labels[0];
  }
  return optionalText(result, 'from_name') ?? '';
};

/** What a region's label stands for, and the label itself where that is another word. */
export const labelled = (
  label: string,
  context: Pick<ResultContext, 'regionLabels'>,
  path: string,
): Pick<Mark, 'kind' | 'label'> => {
  const kind = kindOf(label, context, path);
  return label === kind ? { kind } : { kind, label };
};

const kindOf = (
  label: string,
  { regionLabels = {} }: Pick<ResultContext, 'regionLabels'>,
  path: string,
): RegionKind => {
  const mapped = Object.hasOwn(regionLabels, label) ? regionLabels[label] : undefined;
  if (mapped !== undefined) return mapped;
  if (/implaus|artifact|artefact/i.test(label)) return 'implausibility';
  if (/misalign|mismatch/i.test(label)) return 'misalignment';
  throw new AssayError('ASY-2016', { path, label });
};

/** Frames, from 1 and both ends in, as spans from 0 before their end. */
export const rangesOf = (value: Row, path: string): Span[] => {
  const [tag] = listOf(value, 'timelinelabels', path);
  const ranges = field(value, 'ranges');
  if (!Array.isArray(ranges)) throw invalid(`${path}.value.ranges`, 'must be a list');
  return ranges.map((range, i) => {
    const [start, end] = [field(asRow(range), 'start'), field(asRow(range), 'end')];
    if (typeof start !== 'number' || typeof end !== 'number' || !isSpan(start - 1, end))
      throw invalid(`${path}.value.ranges.${i}`, 'must be frames from start to end, counted from 1');
    return { start: start - 1, end, tag: tag ?? '' };
  });
};

const isSpan = (start: number, end: number): boolean =>
  Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end > start;

/** Offsets count UTF-16 units there, code points here. */
export const textSpans = (value: Row, text: string | null, path: string): Span[] => {
  const [start, end] = [field(value, 'start'), field(value, 'end')];
  if (text === null || typeof start !== 'number' || typeof end !== 'number' || !isSpan(start, end) || end > text.length)
    throw invalid(`${path}.value.start`, 'and end must be places of the text');
  const at = (units: number) => Array.from(text.slice(0, units)).length;
  return listOf(value, 'labels', path).map((tag) => ({ start: at(start), end: at(end), tag }));
};
