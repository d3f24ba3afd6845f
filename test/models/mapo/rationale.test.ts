import { expect, test } from 'vitest';
import { finalNumber, isCorrect, rationaleOf, repeatsLine } from '../../../models/mapo/rationale.ts';

test('a rationale is what stands before ####, without calculator marks', () => {
  expect(rationaleOf('She has 2+3=<<2+3=5>>5 apples. \n#### 5')).toBe('She has 2+3=5 apples.');
  expect(rationaleOf('a <<b>> c <<d>> e')).toBe('a  c  e');
  expect(rationaleOf('#### 5')).toBe('');
  expect(rationaleOf('a <<b <<c>>> d >> <<e\nf>> g')).toBe('a > d >> <<e\nf>> g');
});

test('half a megabyte of marks that open and never close takes no quadratic time', () => {
  const open = '<'.repeat(500_000);
  const started = performance.now();
  expect(rationaleOf(open)).toBe(open);
  expect(performance.now() - started).toBeLessThan(1000);
});

test.each([
  ['the answer is 42.', 42],
  ['first 7, then 1,234.5 in all', 1234.5],
  ['1,00,000', 100_000],
  ['উত্তর ৪৫', 45],
  ['คำตอบคือ ๑๒.๕ บาท', 12.5],
  ['الجواب ١٬٢٣٤٫٥', 1234.5],
  ['जवाब २०२४', 2024],
  ['答えは１，２３４', 1234],
  ['𝟙𝟚', 12],
  ['no number', null],
  ['', null],
])('the last number of %j is %j', (text, number) => {
  expect(finalNumber(text)).toBe(number);
});

test('a number is right within a thousandth; no number is never right, not even where 0 is', () => {
  expect(isCorrect('about 3.0009', 3)).toBe(true);
  expect(isCorrect('about 3.002', 3)).toBe(false);
  expect(isCorrect('none', 0)).toBe(false);
});

test('a line that stands twice repeats; blank lines do not', () => {
  expect(repeatsLine('one\ntwo\none')).toBe(true);
  expect(repeatsLine('one\n\ntwo\n\nthree')).toBe(false);
  expect(repeatsLine('one\n\n\n\n\n\ntwo')).toBe(false);
  expect(repeatsLine('one')).toBe(false);
});
