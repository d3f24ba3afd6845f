/** Decimal digits of every script. */

const DIGIT = /\p{Nd}/u;

/**
 * The value of a decimal digit of any script. Unicode keeps each script's digits together in order from 0 to 9, so it is the
 * distance from where the run of digits starts, modulo 10 (runs of several sets stand back to back).
 */
const digitValue = (digit: string): number => {
  const code = digit.codePointAt(0) ?? 0;
  let start = code;
  while (DIGIT.test(String.fromCodePoint(start - 1))) start--;
  return (code - start) % 10;
};

/** The text with 0 to 9 in the place of other scripts' digits. */
export const latinDigits = (text: string): string =>
  text.replace(/(?=\P{ASCII})\p{Nd}/gu, (digit) => String(digitValue(digit)));
