import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { iban, luhn } from '../../../models/quality/checksums.ts';
import { personalData } from '../../../models/quality/pii.ts';
import { redact } from '../../../models/quality/redact.ts';
import { characterEntropy } from '../../../models/quality/secrets.ts';

/** Synthetic texts: numbers reserved for fiction, test cards, documentation addresses, and two kinds that no rule here finds. */
const labelled = readFileSync(new URL('../../fixtures/quality/pii.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { text: string; found: [string, string][] });

const foundIn = (text: string): [string, string][] =>
  (personalData(text).spans ?? []).map(({ start, end, kind }) => [kind, text.slice(start, end)]);

test('S066: on the labelled texts precision is 1 and recall 29 of 31', () => {
  const key = ([kind, value]: [string, string]) => `${kind} ${value}`;
  let [hits, claimed, real] = [0, 0, 0];
  const wrong: string[] = [];
  for (const { text, found } of labelled) {
    const [mine, truth] = [foundIn(text).map(key), found.map(key)];
    hits += mine.filter((one) => truth.includes(one)).length;
    claimed += mine.length;
    real += truth.length;
    wrong.push(...mine.filter((one) => !truth.includes(one)));
  }
  expect(wrong).toEqual([]);
  expect({ hits, claimed, real }).toEqual({ hits: 29, claimed: 29, real: 31 });
});

test('Luhn: any wrong digit is seen', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{12,18}$/), fc.nat(), fc.integer({ min: 1, max: 9 }), (digits, place, change) => {
      const number = Array.from('0123456789', (check) => digits + check).find(luhn) ?? '';
      expect(number).not.toBe('');
      const at = place % number.length;
      const other = (Number(number[at]) + change) % 10;
      expect(luhn(number.slice(0, at) + other + number.slice(at + 1))).toBe(false);
    }),
  );
  expect([luhn(''), luhn('12a')]).toEqual([false, false]);
});

test('IBAN: known numbers hold, and fail with a digit changed, a letter too many or a country that has none', () => {
  for (const text of [
    'GB29NWBK60161331926819',
    'DE89370400440532013000',
    'FR1420041010050500013M02606',
    'NO9386011117947',
  ]) {
    expect(iban(text)).toBe(true);
    expect(iban(`${text.slice(0, -1)}${(Number(text.at(-1)) + 1) % 10}`)).toBe(false);
    expect(iban(`${text}0`)).toBe(false);
  }
  expect(iban('US64SVBKUS6S3300958879')).toBe(false);
});

test('redaction: typed placeholders, numbered where several, with both places', () => {
  const text = 'a@example.org wrote to b@example.org; a@example.org called +44 20 7946 0958.';
  const { text: redacted, replaced } = redact(text, personalData(text).spans ?? []);
  expect(redacted).toBe('[EMAIL 1] wrote to [EMAIL 2]; [EMAIL 1] called [PHONE].');
  for (const { from, to } of replaced) {
    expect(redacted.slice(to.start, to.end)).toMatch(/^\[(EMAIL \d|PHONE)\]$/);
    expect(text.slice(from.start, from.end)).toMatch(/@|^\+44/);
  }
});

test('redaction: what is redacted holds no personal data, and the rest of the text is as it was', () => {
  const piece = fc.oneof(
    fc.constantFrom(...labelled.map(({ text }) => text)),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
      const text = pieces.join('\n');
      const spans = personalData(text).spans ?? [];
      const { text: redacted, replaced } = redact(text, spans);
      expect(personalData(redacted).value).toBe(0);
      let [a, b] = [0, 0];
      for (const { from, to } of replaced) {
        expect(redacted.slice(b, to.start)).toBe(text.slice(a, from.start));
        [a, b] = [from.end, to.end];
      }
      expect(redacted.slice(b)).toBe(text.slice(a));
    }),
  );
});

test('entropy tells what was drawn from what was typed', () => {
  expect(characterEntropy('aaaa')).toBeCloseTo(0, 12);
  expect(characterEntropy('abcd')).toBe(2);
  expect(personalData('-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----').reason).toBe('secret');
});

test('long texts are read in linear time', () => {
  const hostile = ['1 ', 'a.', 'é.', "a'", 'a:', '0', 'AA00 ', 'eyJ-', '1.1.1.1 ', 'a@', '+1'];
  for (const piece of hostile) {
    const text = piece.repeat(Math.ceil(50_000 / piece.length));
    const spans = personalData(text).spans ?? [];
    expect(spans.length).toBe(piece === '1.1.1.1 ' ? 6250 : 0);
  }
});
