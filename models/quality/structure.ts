/** Markup that broke off: code fences, tables, links and JSON. */
import { type Finding, findingOf, type Span } from './finding.ts';

interface Line {
  readonly text: string;
  readonly start: number;
}

const linesOf = (text: string): Line[] => {
  let start = 0;
  return text.split('\n').map((line) => {
    const at = start;
    start += line.length + 1;
    return { text: line, start: at };
  });
};

interface Fence {
  readonly info: string;
  readonly start: number;
  readonly body: string;
  /** Index after the body; the text's length where the fence was never closed. */
  readonly end: number;
  readonly closed: boolean;
}

const OPENING = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;

/** Fenced code as CommonMark 0.31 (section 4.5) reads it: closed by at least as many of the same characters and nothing else. */
const fencesOf = (lines: readonly Line[], length: number): { fences: Fence[]; outside: Line[] } => {
  const fences: Fence[] = [];
  const outside: Line[] = [];
  let open: { mark: string; info: string; start: number; body: string[] } | null = null;
  for (const line of lines) {
    if (open === null) {
      const match = OPENING.exec(line.text);
      if (match === null) outside.push(line);
      else open = { mark: match[1] ?? '', info: (match[2] ?? '').trim(), start: line.start, body: [] };
      continue;
    }
    const { mark, info, start, body } = open;
    const closing = line.text.trim();
    if (closing.length >= mark.length && closing === mark.charAt(0).repeat(closing.length)) {
      fences.push({ info, start, body: body.join('\n'), end: line.start + line.text.length, closed: true });
      open = null;
    } else body.push(line.text);
  }
  if (open !== null)
    fences.push({ info: open.info, start: open.start, body: open.body.join('\n'), end: length, closed: false });
  return { fences, outside };
};

/** Whether a text is JSON; null where it does not look like any. */
const isJson = (text: string): boolean | null => {
  const body = text.trim();
  // A bracket alone opens a Markdown link or a footnote as often as a list.
  if (!/^(?:\{\s*["}]|\[\s*[[{"\]\d-])/.test(body)) return null;
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
};

const cellsOf = (line: string): number =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .replace(/\\\|/g, '')
    .split('|').length;

const RULE = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?$/;

/** Tables (GitHub's Markdown) whose head has not as many cells as its rule: they are shown as plain text. */
const brokenTables = (lines: readonly Line[]): Span[] =>
  lines.flatMap(({ text, start }, i) => {
    const head = lines[i - 1];
    if (!RULE.test(text.trim()) || head === undefined || !head.text.includes('|')) return [];
    return cellsOf(head.text) === cellsOf(text)
      ? []
      : [{ start: head.start, end: start + text.length, kind: 'broken table' }];
  });

/** A link or image whose target begins and never ends on its line. */
const brokenLinks = (lines: readonly Line[]): Span[] =>
  lines.flatMap(({ text, start }) =>
    Array.from(text.matchAll(/!?\[[^\][]*\]\((?![^()]*(?:\([^()]*\)[^()]*)*\))/g), (match) => ({
      start: start + match.index,
      end: start + text.length,
      kind: 'broken link',
    })),
  );

/**
 * Fences that are never closed, JSON that does not parse (a whole response that opens as JSON, or a fence that says `json`), tables
 * and links that break off; `value` is how many.
 */
export const brokenStructure = (text: string): Finding => {
  const { fences, outside } = fencesOf(linesOf(text), text.length);
  const unclosed = fences.filter(({ closed }) => !closed).map(({ start, end }) => ({ start, end, kind: 'open fence' }));
  const json = fences
    .filter(({ info, body, closed }) => closed && /^json$/i.test(info) && body.trim() !== '' && isJson(body) === false)
    .map(({ start, end }) => ({ start, end, kind: 'broken JSON' }));
  const whole = isJson(text) === false ? [{ start: 0, end: text.length, kind: 'broken JSON' }] : [];
  if (whole.length > 0) return findingOf(whole);
  return findingOf(
    [...unclosed, ...json, ...brokenTables(outside), ...brokenLinks(outside)].sort((a, b) => a.start - b.start),
  );
};
