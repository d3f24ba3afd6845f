import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLanguageIndex, languagesWith } from '../../../models/heads/language.ts';

const times = (n: number, tag: string): string[] => Array<string>(n).fill(tag);

test('a tag falls back subtag by subtag, whatever its case', () => {
  const indexOf = createLanguageIndex(['de', 'pt', 'zh-Hant']);
  expect(['pt', 'pt-BR', 'PT_br', 'zh-Hant-TW', 'zh-hant', 'zh', 'zh-Hans', 'ptx', null, ''].map(indexOf)).toEqual([
    2, 2, 2, 3, 3, 0, 0, 0, 0, 0,
  ]);
});

test('a language with too few examples leaves them to the one it falls back to', () => {
  expect(languagesWith([...times(60, 'pt'), ...times(3, 'pt-BR')], 50)).toEqual({ languages: ['pt'], few: [] });
  expect(languagesWith([...times(5, 'pt-BR'), ...times(5, 'pt-PT')], 8)).toEqual({ languages: ['pt'], few: [] });
  expect(languagesWith([...times(9, 'pt-BR'), ...times(7, 'pt')], 8)).toEqual({
    languages: ['pt-BR'],
    few: [{ language: 'pt', n: 7 }],
  });
  expect(languagesWith([...times(3, 'zh-Hant-TW'), ...times(5, 'zh_Hant'), 'fr-CA', 'en'], 8)).toEqual({
    languages: ['zh_Hant'],
    few: [
      { language: 'en', n: 1 },
      { language: 'fr', n: 1 },
    ],
  });
});

test('one language written in two cases is one language', () => {
  expect(languagesWith([...times(4, 'pt-BR'), ...times(4, 'pt-br')], 8).languages).toEqual(['pt-BR']);
});

test('every head that is trained gets at least as many examples as were asked for, by the rule of scoring', () => {
  const tags = fc.array(fc.constantFrom('pt', 'pt-BR', 'pt-PT', 'PT-br', 'zh', 'zh-Hant', 'zh-Hant-TW', 'en', 'en-GB'));
  fc.assert(
    fc.property(tags, fc.integer({ min: 1, max: 6 }), (spoken, least) => {
      const { languages, few } = languagesWith(spoken, least);
      const indexOf = createLanguageIndex(languages);
      const going = spoken.map(indexOf);
      for (const [i] of languages.entries())
        expect(going.filter((index) => index === i + 1).length).toBeGreaterThanOrEqual(least);
      expect(going.filter((index) => index === 0)).toHaveLength(few.reduce((sum, { n }) => sum + n, 0));
    }),
  );
});
