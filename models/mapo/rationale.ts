/** What MAPO reads of an answer (She et al. 2024, arXiv 2401.06838; released code, Preprocess/): its rationale and its last number. */
import { latinDigits } from '../digits.ts';

/** A line without calculator marks. By hand: `<<.*?>>` takes quadratic time where marks open and never close. */
const withoutMarks = (line: string): string => {
  let kept = '';
  let from = 0;
  for (;;) {
    const open = line.indexOf('<<', from);
    const close = open < 0 ? -1 : line.indexOf('>>', open + 2);
    if (close < 0) return kept + line.slice(from);
    kept += line.slice(from, open);
    from = close + 2;
  }
};

/** Text before `####`, without calculator marks `<<…>>`, which end on the line they begin on. */
export const rationaleOf = (text: string): string =>
  (text.split('####', 1)[0] ?? '').split('\n').map(withoutMarks).join('\n').trim();

/**
 * The last number of a text, digits of any script; null where there is none. As in the released code a comma between two digits
 * groups them (so 3,5 is 35) and a minus sign is not read, which also makes `7-2` end in 2. Unlike it, no number is not 0.
 */
export const finalNumber = (text: string): number | null => {
  const plain = latinDigits(text)
    .replace(/(?<=\d)[,٬，](?=\d)/g, '')
    .replace(/(?<=\d)[٫．](?=\d)/g, '.');
  const last = plain.match(/\d+(?:\.\d+)?/g)?.at(-1);
  return last === undefined ? null : Number(last);
};

/** Numbers no further apart than this are one number. */
const TOLERANCE = 1e-3;

/** Whether a text's last number is the expected one. */
export const isCorrect = (text: string, expected: number): boolean => {
  const found = finalNumber(text);
  return found !== null && Math.abs(found - expected) <= TOLERANCE;
};

/** Whether a line that is not blank stands twice: the mark of a model that loops. */
export const repeatsLine = (text: string): boolean => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return new Set(lines).size < lines.length;
};
