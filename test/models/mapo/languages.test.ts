import { expect, test } from 'vitest';
import { languageId, languageTokens } from '../../../models/mapo/languages.ts';

test('a language is looked up as NLLB names it, then as M2M100 does; a region does not matter', () => {
  expect(languageTokens('bn')).toEqual(['ben_Beng', '__bn__']);
  expect(languageTokens('pt-BR')).toEqual(['por_Latn', '__pt__']);
  expect(languageTokens('zh-TW')).toEqual(['zho_Hant', '__zh__']);
  // The released code writes jpn_Hani, which no tokenizer of NLLB has.
  expect(languageTokens('ja')).toContain('jpn_Jpan');
});

test('a tag is never taken for a piece of words, and a language without a token is refused', () => {
  const ids: Readonly<Record<string, number>> = { ben_Beng: 7, __sw__: 9, ayr_Latn: 11, qu: 13 };
  const idOf = (language: string) => languageId(language, (token) => ids[token], 'm');
  expect(['bn', 'sw', 'ayr-Latn'].map(idOf)).toEqual([7, 9, 11]);
  for (const language of ['yo', 'qu'])
    expect(() => idOf(language)).toThrow(
      expect.objectContaining({ code: 'ASY-5036', details: { model: 'm', language } }),
    );
});
