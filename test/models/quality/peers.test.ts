import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { iban, luhn } from '../../../models/quality/checksums.ts';
import { duplicateShare, topShare } from '../../../models/quality/repetition.ts';

const peers = JSON.parse(readFileSync(new URL('../../fixtures/quality/peers.json', import.meta.url), 'utf8')) as {
  cards: { digits: string; valid: boolean }[];
  ibans: { text: string; valid: boolean }[];
  repetition: { words: string[]; top: Record<string, number>; duplicate: Record<string, number> }[];
};

test('Luhn and IBAN agree with python-stdnum on numbers that hold and numbers that do not', () => {
  for (const { digits, valid } of peers.cards) expect(luhn(digits), digits).toBe(valid);
  for (const { text, valid } of peers.ibans) expect(iban(text), text).toBe(valid);
});

test('shares of repeated n-grams are those of plain counting', () => {
  for (const { words, top, duplicate } of peers.repetition) {
    for (const [n, share] of Object.entries(top)) expect(topShare(words, Number(n))).toBeCloseTo(share, 12);
    for (const [n, share] of Object.entries(duplicate)) expect(duplicateShare(words, Number(n))).toBeCloseTo(share, 12);
  }
});
