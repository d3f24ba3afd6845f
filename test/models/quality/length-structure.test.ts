import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthOf } from '../../../models/quality/length.ts';
import { refusedUse } from '../../../models/quality/permission.ts';
import { boilerplate, refusals } from '../../../models/quality/phrases.ts';
import { duplicateShare, repetition, topShare } from '../../../models/quality/repetition.ts';
import { brokenStructure } from '../../../models/quality/structure.ts';

test('lengths: code points, words of UAX 29 in any script, tokens as counted elsewhere', () => {
  expect(lengthOf('a👍🏽é', 'characters')).toEqual({ value: 4 });
  expect(lengthOf('Don’t stop, 3.5 times!', 'words').value).toBe(4);
  expect(lengthOf('我喜欢猫', 'words').value).toBeGreaterThan(1);
  expect(lengthOf('short', 'characters', { least: 6 })).toEqual({ value: 5, reason: 'too short' });
  expect(lengthOf('x', 'tokens', { most: 10 }, 11)).toEqual({ value: 11, reason: 'too long' });
  expect(() => lengthOf('x', 'tokens')).toThrow(RangeError);
});

test('repetition by hand: shares of Gopher’s rules, and the rule that was broken most', () => {
  const words = ['a', 'bb', 'a', 'bb', 'ccc'];
  expect(topShare(words, 2)).toBeCloseTo(6 / 9, 12);
  expect(duplicateShare(words, 2)).toBeCloseTo(6 / 9, 12);
  expect([topShare(['a', 'b'], 2), duplicateShare([], 2)]).toEqual([0, 0]);
  const varied =
    'The quick brown fox jumps over the lazy dog while seven bright birds sing loudly in old trees nearby.';
  expect(repetition(varied).reason).toBeUndefined();
  expect(repetition(`${varied}\n`.repeat(4)).value).toBeGreaterThan(1);
  // The one run of four occurs five times, overlapping: 5 · 8 letters of 16, where 0.16 may be.
  expect(repetition('go go go go go go go go')).toEqual({ value: 2.5 / 0.16, reason: 'the commonest 4-gram' });
  expect(repetition('same line here\nother one\nsame line here\nsame line here').reason).toMatch(/duplicate|gram/);
  expect(repetition('')).toEqual({ value: 0 });
});

test.each([
  "I'm sorry, but I can't help with that.",
  'I cannot assist with creating such content.',
  'I am unable to provide instructions for this.',
  'I must respectfully decline; I respectfully decline.',
  'That goes against my guidelines.',
])('a refusal: %s', (text) => {
  expect(refusals(text).value).toBeGreaterThan(0);
});

test.each([
  'I can help you with that. First, preheat the oven.',
  'I am sorry for your loss. Here are some words you could use.',
  'You cannot help everyone, said the nurse.',
  `${'A long and useful answer. '.repeat(20)}I cannot help with other topics.`,
])('no refusal: %s', (text) => {
  expect(refusals(text)).toEqual({ value: 0, spans: [] });
});

test('boilerplate is found where it stands', () => {
  const text = 'As an AI language model, I like tea. I hope this helps!';
  const { spans = [] } = boilerplate(text);
  expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual([
    'As an AI language model',
    'I hope this helps',
  ]);
  expect(boilerplate('I asked the AI about a language model.').value).toBe(0);
});

test('structure: fences, JSON, tables and links that break off', () => {
  const kinds = (text: string) => brokenStructure(text).spans?.map(({ kind }) => kind);
  expect(kinds('```js\nlet a;\n```\nfine')).toEqual([]);
  expect(kinds('text\n```js\nlet a;')).toEqual(['open fence']);
  expect(kinds('````\n```\n````')).toEqual([]);
  expect(kinds('~~~\n```\n~~~')).toEqual([]);
  expect(kinds('```json\n{"a": 1,}\n```')).toEqual(['broken JSON']);
  expect(kinds('```json\n{"a": [1, 2]}\n```')).toEqual([]);
  expect(kinds('{"a": 1, "b": ')).toEqual(['broken JSON']);
  expect(kinds('[see the note] here')).toEqual([]);
  expect(kinds('| a | b |\n|---|---|---|\n| 1 | 2 |')).toEqual(['broken table']);
  expect(kinds('| a | b |\n|---|---|\n| 1 | 2 |')).toEqual([]);
  expect(kinds('see [the page](https://example.org/a')).toEqual(['broken link']);
  expect(kinds('see [the page](https://example.org/a_(b)) and ![](x.png)')).toEqual([]);
});

test('structure: no text makes it slow', () => {
  for (const piece of ['[', '[a](', '![', '``` ', '|-', '\t', '(', '{"'])
    expect(brokenStructure(`x ${piece.repeat(40_000)}\``).value).toBeGreaterThanOrEqual(0);
  expect(brokenStructure(`\`\`\`${' '.repeat(50_000)}\``)).toEqual({ value: 0, spans: [] });
});

test('structure: any JSON document is whole, and is broken when its end is cut off', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
      const text = JSON.stringify(value);
      expect(brokenStructure(text).spans?.some(({ kind }) => kind === 'broken JSON')).toBe(false);
      expect(brokenStructure(text.slice(0, -1)).value).toBe(1);
    }),
  );
});

test('S062, S068: a use is allowed just where its purposes are among those consented to and every licence is allowed', () => {
  const names = fc.uniqueArray(fc.constantFrom('training', 'evaluation', 'research', 'sale'));
  const licences = fc.uniqueArray(fc.constantFrom('MIT', 'CC-BY-4.0', 'CC0-1.0'));
  fc.assert(
    fc.property(names, names, licences, licences, (purposes, consented, own, allowed) => {
      const refused = refusedUse({ licences: own, consented }, { purposes, licences: allowed });
      const subset = purposes.every((purpose) => consented.includes(purpose));
      expect(refused === null).toBe(subset && own.length > 0 && own.every((licence) => allowed.includes(licence)));
    }),
  );
  const row = { licences: ['mit'], consented: null };
  expect(refusedUse(row, { licences: ['MIT'], purposes: [] })).toBe('no consent');
  expect(refusedUse({ ...row, consented: ['research'] }, { licences: ['MIT'], purposes: ['sale'] })).toBe(
    'no consent to sale',
  );
});
