/** What a response looks like, whatever it says: length, marks, and how much of the question it repeats. */

import { characterTable, DIGIT, PUNCTUATION, SPACE, UPPER } from './characters.ts';
import type { Words } from './ngrams.ts';
import { READ_UNITS } from './ngrams.ts';

/** The style features, in the order they are stored. Counts are log(1 + n); shares are of the code units read. */
export const STYLE = [
  'chars',
  'words',
  'lines',
  'sentences',
  'word-length',
  'list-items',
  'headings',
  'bold',
  'code-fences',
  'ticks',
  'punctuation-share',
  'digit-share',
  'upper-share',
  'non-ascii-share',
  'space-share',
  'questions',
  'exclamations',
  'links',
  'root-type-token-ratio',
  'prompt-coverage',
  'prompt-overlap',
  'length-ratio',
  'ends-with-stop',
] as const;

const code = (character: string): number => character.charCodeAt(0);
const NEWLINE = code('\n');
const STAR = code('*');
const TICK = code('`');
const HASH = code('#');
const DASH = code('-');
const DOT = code('.');
const PAREN = code(')');
const BULLET = code('•');
const QUESTIONS = new Set(['?', '？', '؟'].map(code));
const EXCLAMATIONS = new Set(['!', '！'].map(code));
const STOPS = new Set(['.', '!', '?', '。', '！', '？', '।', '؟', '۔', '…'].map(code));

interface Marks {
  lines: number;
  sentences: number;
  lists: number;
  headings: number;
  bold: number;
  fences: number;
  ticks: number;
  punctuation: number;
  digits: number;
  upper: number;
  nonAscii: number;
  spaces: number;
  questions: number;
  exclamations: number;
}

/** Whether a list item starts at `i`: a dash, star or bullet and a space, or up to three digits with a dot or bracket. */
const startsList = (text: string, i: number): boolean => {
  const unit = text.charCodeAt(i);
  if (unit === DASH || unit === STAR || unit === BULLET) return text.charCodeAt(i + 1) === 32;
  let j = i;
  while (j < i + 3 && text.charCodeAt(j) >= 48 && text.charCodeAt(j) <= 57) j++;
  return j > i && (text.charCodeAt(j) === DOT || text.charCodeAt(j) === PAREN) && text.charCodeAt(j + 1) === 32;
};

const markRun = (text: string, i: number, unit: number): number => {
  let j = i;
  while (text.charCodeAt(j) === unit) j++;
  return j - i;
};

const countMarks = (text: string, units: number): Marks => {
  const classes = characterTable();
  const marks: Marks = {
    lines: units > 0 ? 1 : 0,
    sentences: 0,
    lists: 0,
    headings: 0,
    bold: 0,
    fences: 0,
    ticks: 0,
    punctuation: 0,
    digits: 0,
    upper: 0,
    nonAscii: 0,
    spaces: 0,
    questions: 0,
    exclamations: 0,
  };
  let lineStart = true;
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    const bits = classes[unit] ?? 0;
    if (unit > 127) marks.nonAscii++;
    if ((bits & UPPER) !== 0) marks.upper++;
    if ((bits & SPACE) !== 0) {
      marks.spaces++;
      if (unit === NEWLINE) {
        marks.lines++;
        lineStart = true;
      }
      continue;
    }
    if (lineStart) {
      lineStart = false;
      if (unit === HASH) marks.headings++;
      else if (startsList(text, i)) marks.lists++;
    }
    if ((bits & DIGIT) !== 0) marks.digits++;
    if ((bits & PUNCTUATION) === 0) continue;
    marks.punctuation++;
    if (STOPS.has(unit)) marks.sentences++;
    if (QUESTIONS.has(unit)) marks.questions++;
    else if (EXCLAMATIONS.has(unit)) marks.exclamations++;
    else if (unit === STAR && text.charCodeAt(i - 1) !== STAR && markRun(text, i, STAR) === 2) marks.bold++;
    else if (unit === TICK && text.charCodeAt(i - 1) !== TICK) {
      if (markRun(text, i, TICK) >= 3) marks.fences++;
      else marks.ticks++;
    }
  }
  return marks;
};

const countLinks = (text: string): number => {
  let links = 0;
  for (let at = text.indexOf('http'); at >= 0; at = text.indexOf('http', at + 4))
    if (text.startsWith('://', at + 4) || text.startsWith('s://', at + 4)) links++;
  return links;
};

const endsWithStop = (text: string): boolean => {
  const trimmed = text.slice(-64).trimEnd();
  return trimmed.length > 0 && STOPS.has(trimmed.charCodeAt(trimmed.length - 1));
};

const stamps = new Int32Array(65_536);
let stamp = 0;

/** Kinds of words, and how many words and kinds were marked with `other` before. */
const countKinds = (words: Words, other: number): { kinds: number; shared: number; sharedKinds: number } => {
  const own = ++stamp;
  let kinds = 0;
  let shared = 0;
  let sharedKinds = 0;
  const fromOther = new Uint8Array(words.length);
  for (let i = 0; i < words.length; i++) if (stamps[words.ids[i] ?? 0] === other) fromOther[i] = 1;
  for (let i = 0; i < words.length; i++) {
    const id = words.ids[i] ?? 0;
    const known = fromOther[i] === 1;
    if (known) shared++;
    if (stamps[id] === own) continue;
    stamps[id] = own;
    kinds++;
    if (known) sharedKinds++;
  }
  return { kinds, shared, sharedKinds };
};

/** Writes the style features of one response to `out` from `at`. `words` are the response's, `promptWords` the prompt's. */
export const writeStyle = (
  out: Float32Array,
  at: number,
  response: string,
  words: Words,
  prompt: string,
  promptWords: Words,
): void => {
  if (stamp > 2 ** 30) {
    stamps.fill(0);
    stamp = 0;
  }
  const ofPrompt = ++stamp;
  let promptKinds = 0;
  for (let i = 0; i < promptWords.length; i++) {
    const id = promptWords.ids[i] ?? 0;
    if (stamps[id] !== ofPrompt) {
      stamps[id] = ofPrompt;
      promptKinds++;
    }
  }
  const { kinds, shared, sharedKinds } = countKinds(words, ofPrompt);
  const units = Math.min(response.length, READ_UNITS);
  const marks = countMarks(response, units);
  const share = (n: number): number => (units === 0 ? 0 : n / units);
  const values: readonly number[] = [
    Math.log1p(response.length),
    Math.log1p(words.length),
    Math.log1p(marks.lines),
    Math.log1p(marks.sentences),
    words.length === 0 ? 0 : Math.min(20, (units - marks.spaces - marks.punctuation) / words.length),
    Math.log1p(marks.lists),
    Math.log1p(marks.headings),
    Math.log1p(marks.bold),
    Math.log1p(marks.fences),
    Math.log1p(marks.ticks),
    share(marks.punctuation),
    share(marks.digits),
    share(marks.upper),
    share(marks.nonAscii),
    share(marks.spaces),
    Math.log1p(marks.questions),
    Math.log1p(marks.exclamations),
    Math.log1p(countLinks(response.length > READ_UNITS ? response.slice(0, READ_UNITS) : response)),
    words.length === 0 ? 0 : kinds / Math.sqrt(words.length),
    promptKinds === 0 ? 0 : sharedKinds / promptKinds,
    words.length === 0 ? 0 : shared / words.length,
    Math.log1p(response.length) - Math.log1p(prompt.length),
    endsWithStop(response) ? 1 : 0,
  ];
  out.set(values, at);
};
