import { describe, expect, it } from 'vitest';
import { personalSpans, screenText } from '../../../models/quality/screen.ts';
import { TextFilter } from '../../../schemas/curation.ts';

const screen = (filter: object, text: string, stated: string | null = null) =>
  screenText(TextFilter.parse(filter), text, stated);

const GERMAN = 'Der schnelle braune Fuchs springt über den faulen Hund, während die Sonne langsam untergeht.';
const REPEATED = 'one two three four five six. '.repeat(20);

describe.each([
  ['length', { kind: 'length', min: 3, max: 5 }, 'abcd', ['ab', 'too-short'], { value: 4, detail: 'characters' }],
  [
    'length in words',
    { kind: 'length', unit: 'words', max: 2 },
    'Two, words!',
    ['one two three', 'too-long'],
    { value: 2, detail: 'words' },
  ],
  [
    'language',
    { kind: 'language', languages: ['en', 'fr'] },
    'The sun sets slowly over the quiet hills.',
    [GERMAN, 'other-language'],
    { detail: 'en' },
  ],
  [
    'pii',
    { kind: 'pii', action: 'reject' },
    'Nothing here.',
    ['Call ann@example.org', 'personal-data'],
    { value: 0, detail: null },
  ],
  [
    'refusals',
    { kind: 'refusals' },
    'Here you are.',
    ["I'm sorry, but I can't help with that.", 'refusal'],
    { value: 0 },
  ],
  [
    'boilerplate',
    { kind: 'boilerplate', max: 1 },
    'As an AI language model, I would say yes.',
    ['As an AI, I think so. I hope this helps!', 'boilerplate'],
    { value: 1 },
  ],
  [
    'repetition',
    { kind: 'repetition' },
    'Every word of this sentence stands here once.',
    [REPEATED, 'repetition'],
    { value: 0 },
  ],
  ['structure', { kind: 'structure' }, '```js\na\n```', ['```js\na', 'broken-structure'], { value: 0 }],
] as const)('%s', (_, filter, good, [bad, reason], figures) => {
  it('passes one text with its figure, and says why the other goes', () => {
    expect(screen(filter, good)).toMatchObject({ ...figures, reason: null });
    expect(screen(filter, bad)).toMatchObject({ reason });
  });
});

it('holds a text against the language that its item states, where no other is asked for', () => {
  expect(screen({ kind: 'language' }, GERMAN, 'en').reason).toBe('other-language');
  expect(screen({ kind: 'language' }, GERMAN, 'de-CH').reason).toBeNull();
  expect(screen({ kind: 'language' }, GERMAN).reason).toBeNull();
  expect(screen({ kind: 'language', languages: ['en'] }, '12 + 30 = 42').reason).toBeNull();
  expect(screen({ kind: 'language', languages: ['en'], confidence: 1 }, GERMAN).reason).toBeNull();
});

it('looks for the kinds of personal data that are asked about, and never repeats them', () => {
  const text = 'ann@example.org, 192.0.2.7, 4111 1111 1111 1111';
  expect(personalSpans(text, ['ip', 'card']).map(({ kind }) => kind)).toEqual(['ip', 'card']);
  expect(screen({ kind: 'pii', action: 'reject', kinds: ['ip'] }, text)).toEqual({
    value: 1,
    detail: 'ip',
    reason: 'personal-data',
  });
  expect(screen({ kind: 'pii', action: 'redact' }, text)).toEqual({
    value: 3,
    detail: 'card, email, ip',
    reason: null,
  });
});
