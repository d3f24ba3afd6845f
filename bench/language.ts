/**
 * Accuracy of the language detector beside its script alone, per language, and how far its confidence can be trusted:
 * `node bench/language.ts [DATA]`; DATA holds MGSM, MSVAMP and MLQE-PE, none of which the profiles were made from.
 */
import { readFileSync } from 'node:fs';
import { wilson } from '../models/metrics/wilson.ts';
import { detectLanguage } from '../models/quality/language.ts';

const data = process.argv[2] ?? new URL('../../shared/data', import.meta.url).pathname;

type Row = Readonly<Record<string, string>>;
const rowsOf = (file: string): Row[] =>
  readFileSync(`${data}/${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

const TAGS = new Map([
  ['English', 'en'],
  ['Chinese', 'zh'],
  ['French', 'fr'],
  ['German', 'de'],
  ['Spanish', 'es'],
  ['Russian', 'ru'],
  ['Japanese', 'ja'],
  ['Swahili', 'sw'],
  ['Thai', 'th'],
  ['Bengali', 'bn'],
]);

interface Text {
  readonly set: string;
  readonly language: string;
  readonly text: string;
}

const texts: readonly Text[] = [
  ...rowsOf('google-research__url-nlp/mgsm_all.base.jsonl').map((row) => ({
    set: 'MGSM',
    language: row['lang'] ?? '',
    text: row['question'] ?? '',
  })),
  ...rowsOf('microsoft__MathOctopus/msvamp_10lang.base.jsonl').map((row) => ({
    set: 'MSVAMP',
    language: TAGS.get(row['lang'] ?? '') ?? '',
    text: row['m_query'] ?? '',
  })),
  ...rowsOf('sheffieldnlp__mlqe-pe/da_dev_7lp.base.jsonl').map((row) => ({
    set: 'MLQE-PE sources',
    language: (row['lp'] ?? '').slice(0, 2),
    text: row['original'] ?? '',
  })),
];

/** The best that a script can say: the language that most texts in it are of here. */
const scriptOnly = (text: string): string => {
  const guesses: readonly (readonly [RegExp, string])[] = [
    [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
    [/\p{Script=Han}/u, 'zh'],
    [/\p{Script=Thai}/u, 'th'],
    [/\p{Script=Bengali}/u, 'bn'],
    [/\p{Script=Telugu}/u, 'te'],
    [/\p{Script=Sinhala}/u, 'si'],
    [/\p{Script=Devanagari}/u, 'ne'],
    [/\p{Script=Cyrillic}/u, 'ru'],
  ];
  return guesses.find(([pattern]) => pattern.test(text))?.[1] ?? 'en';
};

const share = (right: number, n: number): string => {
  const [low, high] = wilson(right, n).map((value) => value.toFixed(3));
  return `${(right / n).toFixed(3)} [${low}, ${high}]`;
};

/** The first words of a text, up to 25 characters. */
const opening = (text: string): string => (text.length <= 25 ? text : text.slice(0, 25).replace(/\s+\S*$/, ''));

const groups = Map.groupBy(texts, ({ set, language }) => `${set} ${language}`);
const print = (name: string, own: readonly Text[]): void => {
  const count = (guess: (text: string) => string) =>
    own.filter(({ text, language }) => guess(text) === language).length;
  const whole = count((text) => detectLanguage(text).language);
  const first = count((text) => detectLanguage(opening(text)).language);
  console.log(
    `| ${name} | ${share(whole, own.length)} | ${share(first, own.length)} | ${share(count(scriptOnly), own.length)} | ${own.length} |`,
  );
};

console.log('| texts | detector | first 25 characters | script only | n |\n|---|---|---|---|---|');
for (const [name, own] of groups) print(name, own);
for (const [set, own] of Map.groupBy(texts, ({ set }) => set)) print(`${set}, all`, own);

const guesses = texts.flatMap(({ language: truth, text }) =>
  [text, opening(text)].map((read) => ({ truth, ...detectLanguage(read) })),
);
console.log('\n| confidence | mean | right | n |\n|---|---|---|---|');
for (const [low, high] of [
  [0, 0.5],
  [0.5, 0.9],
  [0.9, 0.99],
  [0.99, 1.01],
] as const) {
  const own = guesses.filter(({ confidence }) => confidence >= low && confidence < high);
  const mean = own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length;
  const right = own.filter((guess) => guess.language === guess.truth).length;
  console.log(`| ${low} to ${Math.min(1, high)} | ${mean.toFixed(3)} | ${share(right, own.length)} | ${own.length} |`);
}
