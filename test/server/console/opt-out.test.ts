import { expect, it } from 'vitest';
import { createOptOut } from '../../../server/console/opt-out.ts';

const item = (text: string) => ({
  prompt: [{ role: 'user' as const, content: text }],
  responses: [{ model: 'gore', text: null, media: null }],
});

it.each([
  ['war', 'The War of the Roses', true],
  ['war', 'a warm day', false],
  ['war', 'pre-war', true],
  ['blood test', 'a BLOOD\n test', true],
  ['ÉTÉ', "l'été", true],
  ['c++', 'in C++ or C', true],
  ['.*', 'anything', false],
  ['(', 'a ( b', true],
  ['戦争', '第二次世界戦争について', true],
  ['सांप', 'सांपों से डर', false],
  ['gore', 'nothing', false],
  ['ｗａｒ', 'no war', true],
])('%s in %s: %s', (phrase, text, found) => {
  expect(createOptOut([phrase])(item(text))).toBe(found);
});

it('of nothing opts out of nothing', () => {
  expect(createOptOut([])(item('war'))).toBe(false);
  expect(createOptOut([' '])(item('war'))).toBe(false);
});
