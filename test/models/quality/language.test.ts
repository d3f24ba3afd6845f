import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { detectLanguage, languageMismatch } from '../../../models/quality/language.ts';

/** MSVAMP (MIT) and MLQE-PE (CC0), which the profiles were not made from. */
const { msvamp, mlqe } = JSON.parse(
  readFileSync(new URL('../../fixtures/models/multilingual-texts.json', import.meta.url), 'utf8'),
) as { msvamp: Record<string, string[]>; mlqe: Record<string, [string, string][]> };

const rightShare = (texts: readonly string[], language: string) =>
  texts.filter((text) => detectLanguage(text).language === language).length / texts.length;

test.each([
  ['en', 'English', 0.96],
  ['zh', 'Chinese', 1],
  ['fr', 'French', 0.93],
  ['de', 'German', 0.93],
  ['es', 'Spanish', 0.9],
  ['ru', 'Russian', 0.93],
  ['ja', 'Japanese', 1],
  ['sw', 'Swahili', 0.93],
  ['th', 'Thai', 1],
  ['bn', 'Bengali', 1],
])('%s is told on held-out word problems', (language, name, least) => {
  expect(rightShare(msvamp[name] ?? [], language)).toBeGreaterThanOrEqual(least);
});

test.each([
  ['et', 'et-en', 0.9],
  ['ro', 'ro-en', 0.9],
  ['si', 'si-en', 1],
])('%s is told on held-out sentences', (language, pair, least) => {
  expect(
    rightShare(
      (mlqe[pair] ?? []).map(([source]) => source),
      language,
    ),
  ).toBeGreaterThanOrEqual(least);
});

test.each([
  ['Сьогодні гарна погода.', 'uk'],
  ['ما شاء الله، الطقس جميل اليوم', 'ar'],
  ['امروز هوا خوب است', 'fa'],
  ['오늘 날씨가 좋네요', 'ko'],
  ['今日は天気がいいですね', 'ja'],
  ['Bugün hava çok güzel, değil mi?', 'tr'],
  ['Il fait beau aujourd’hui, n’est-ce pas ?', 'fr'],
])('%s', (text, language) => {
  const found = detectLanguage(text);
  expect(found.language).toBe(language);
  expect(found.confidence).toBeGreaterThan(0.8);
});

test('a text without letters has no language, a short one little confidence', () => {
  expect(detectLanguage('123 — 456 👍')).toEqual({ language: 'und', confidence: 0 });
  expect(detectLanguage('').confidence).toBe(0);
  expect(detectLanguage('ok').confidence).toBeLessThan(0.5);
});

test('letters of another script take confidence away', () => {
  const english = 'Every day she walks to the market and buys apples.';
  expect(detectLanguage(english).confidence).toBeGreaterThan(0.99);
  const mixed = detectLanguage(`${english} โดยไม่มีอะไรเกิดขึ้นเลยวันนี้`);
  expect(mixed.language).toBe('en');
  expect(mixed.confidence).toBeLessThan(0.8);
});

test('a text is held against its stated language by primary subtag, and only when sure', () => {
  const english = 'Every day she walks to the market and buys three apples for her sister.';
  expect(languageMismatch(english, 'en-GB').reason).toBeUndefined();
  expect(languageMismatch(english, 'sw').reason).toBe('reads as en, not sw');
  expect(languageMismatch('ok', 'sw').reason).toBeUndefined();
  expect(languageMismatch('42', 'sw')).toEqual({ value: 0 });
});
