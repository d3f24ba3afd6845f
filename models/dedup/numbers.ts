/** The numbers that a text states, in one notation: digits of every script, and English words. */
import { latinDigits } from '../digits.ts';

const UNITS = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen';
const SMALL: Readonly<Record<string, number>> = Object.fromEntries([
  ...`${UNITS} seventeen eighteen nineteen`.split(' ').map((word, value) => [word, value]),
  ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, i) => [word, 10 * (i + 2)]),
]);
/** Powers of ten that a number before them is multiplied by. */
const POWERS: Readonly<Record<string, number>> = { hundred: 2, thousand: 3, million: 6, billion: 9, trillion: 12 };
/** Words that are a number by themselves. First and second are not among them: they order sentences, and one is a unit of time. */
const WHOLE: Readonly<Record<string, string>> = {
  half: '0.5',
  twice: '2',
  double: '2',
  thrice: '3',
  triple: '3',
  dozen: '12',
  ...Object.fromEntries(
    'third fourth fifth sixth seventh eighth ninth tenth'.split(' ').map((word, i) => [word, String(i + 3)]),
  ),
};

/** The English words that are read as numbers, but for names of months. */
export const NUMBER_WORDS: readonly string[] = [SMALL, POWERS, WHOLE].flatMap((words) => Object.keys(words));

const MONTHS =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';
const DAY = String.raw`\d(?:st|nd|rd|th)?(?: of)?[\s,-]+`;
/** A month beside a number, by its name or the beginning of it; or a name that means nothing else. */
const DATED = new RegExp(
  String.raw`(?<=${DAY})\b(?:${MONTHS})\b|\b(?:${MONTHS})\b(?=\.?[\s,-]+\d)|\b(?:january|february|april|june|july|august|september|october|november|december)\b`,
  'g',
);
const STARTS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const monthNumber = (name: string): string => String(STARTS.indexOf(name.slice(0, 3)) + 1);

const THIN = String.raw`['’٬_\u00a0\u2009\u202f]`;
/** A number whole, its digits grouped or not, and its decimals; the plainest first. */
const NOTATIONS: readonly RegExp[] = [
  /^(?<whole>\d+)$/,
  /^(?<whole>[1-9]\d{0,2}(?:,\d{2,3})*,\d{3})(?:[.٫](?<part>\d+))?$/,
  new RegExp(String.raw`^(?<whole>[1-9]\d{0,2}(?:${THIN}\d{3})+)(?:[.,٫](?<part>\d+))?$`),
  /^(?<whole>[1-9]\d{0,2}(?:\.\d{3})+),(?<part>\d+)$/,
  /^(?<whole>[1-9]\d{0,2}(?:\.\d{3}){2,})$/,
  /^(?<whole>\d+)[.,٫](?<part>\d+)$/,
];
/** A thousand in some languages and one in others: like nothing but itself. */
const AMBIGUOUS = /^[1-9]\d{0,2}\.\d{3}$/;

const written = (whole: string, part = ''): string => {
  const decimals = part.replace(/0+$/, '');
  return `${whole.replace(/\D/g, '').replace(/^0+(?=\d)/, '')}${decimals === '' ? '' : `.${decimals}`}`;
};

/** A run of digits and separators: one number, or as many as it has groups (dates, versions, lists). */
const readRun = (run: string): string[] => {
  if (AMBIGUOUS.test(run)) return [run];
  for (const notation of NOTATIONS) {
    const { whole, part } = notation.exec(run)?.groups ?? {};
    if (whole !== undefined) return [written(whole, part)];
  }
  return run.split(/\D/).map((group) => written(group));
};

/** The number times a power of ten. */
const shifted = (number: string, power: number): string => {
  const [whole = '', part = ''] = number.split('.');
  return written(whole + part.padEnd(power, '0').slice(0, power), part.slice(power));
};

/** A minus is a sign where nothing stands before it that it could be subtracted from, or join. */
const RUN = String.raw`(?:(?<![\p{L}\p{N}\p{M}.,)\]%°])[-−])?\d+(?:(?:[.,٫]|${THIN})\d+)*`;
const tokens = (words: readonly string[]): RegExp =>
  new RegExp(String.raw`${RUN}|\b(?:${words.join('|')})(?![\p{L}\p{M}])`, 'gu');
const WITH_POWERS = tokens(Object.keys(POWERS));
const WITH_WORDS = tokens(['and', ...NUMBER_WORDS]);

/** Digits up to which a number is multiplied: a row of millions must not grow without end. */
const LONGEST = 30;

/** What may stand between the parts of one number. */
const JOINT = /^[\s-]*$/;

/** A number in words as it is heard: `sum` of the thousands and millions said, `open` below them. */
interface Spelled {
  readonly sum: number;
  readonly open: number | null;
}

const NOTHING: Spelled = { sum: 0, open: null };

/** The number with one more word; null where that begins another. */
const joined = ({ sum, open }: Spelled, word: string): Spelled | null => {
  if (Object.hasOwn(WHOLE, word)) return null;
  const power = POWERS[word];
  if (power === 2) return { sum, open: 100 * (open ?? 1) };
  if (power !== undefined) return { sum: sum + 10 ** power * (open ?? 1), open: null };
  const value = SMALL[word] ?? 0;
  if (open === null) return { sum, open: value };
  const tens = open % 100;
  const fits = open > 0 && (tens === 0 || (tens >= 20 && tens % 10 === 0 && value > 0 && value < 10));
  return fits ? { sum, open: open + value } : null;
};

/**
 * The numbers of a text in the order of their places, as decimals: 1,000 is 1000 and 5 million 5000000; dates are their parts, a
 * month its number. With `english` numbers in words count too, but for `one` by itself, which is a pronoun as well.
 */
export const numbersOf = (text: string, english: boolean): string[] => {
  const plain = latinDigits(text)
    .replace(/\p{No}+/gu, (sign) => ` ${sign.normalize('NFKC')} `)
    .toLowerCase();
  const dated = plain.replace(DATED, monthNumber);
  const numbers: string[] = [];
  let spelled: Spelled | null = null;
  const close = (): void => {
    const value = spelled === null ? 1 : spelled.sum + (spelled.open ?? 0);
    if (value !== 1) numbers.push(String(value));
    spelled = null;
  };
  /** Where the last token ended, and whether a power of ten multiplies it. */
  let [end, multiplied] = [0, false];
  for (const { 0: token, index } of dated.matchAll(english ? WITH_WORDS : WITH_POWERS)) {
    if (!JOINT.test(dated.slice(end, index))) {
      close();
      multiplied = false;
    }
    end = index + token.length;
    if (/\d$/.test(token)) {
      close();
      const sign = /^[-−]/.test(token) ? '-' : '';
      for (const [i, number] of readRun(token.slice(sign.length)).entries())
        numbers.push(i === 0 ? sign + number : number);
      multiplied = true;
    } else if (multiplied && Object.hasOwn(POWERS, token)) {
      const product = shifted(numbers.pop() ?? '', POWERS[token] ?? 0);
      numbers.push(product);
      multiplied = product.length < LONGEST;
    } else if (english && token !== 'and') {
      multiplied = false;
      const longer: Spelled | null = spelled === null ? null : joined(spelled, token);
      if (longer === null) close();
      if (Object.hasOwn(WHOLE, token)) numbers.push(WHOLE[token] ?? '');
      else spelled = longer ?? joined(NOTHING, token);
    }
  }
  close();
  return numbers;
};
