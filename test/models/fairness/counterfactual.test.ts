import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { swapGroups } from '../../../models/fairness/counterfactual.ts';
import { counterfactualAlarm } from '../../../models/fairness/counterfactual-alarm.ts';
import { SENSITIVE_ATTRIBUTES } from '../../../schemas/monitor-kinds.ts';
import { normal } from '../../support/drawn.ts';

const swapped = (text: string) => swapGroups(text, 'gender').text;

describe('twins of texts', () => {
  it.each([
    ['He told her that his son left.', 'She told him that her daughter left.'],
    ['The book is his. HIS book, not hers!', 'The book is hers. HER book, not his!'],
    ["She's with her mother-in-law; I saw her.", "He's with his father-in-law; I saw him."],
    ['Mr. Lee asked him to wait, Madam.', 'Ms. Lee asked her to wait, Sir.'],
    ['The weather there: they shed a theme.', 'The weather there: they shed a theme.'],
    ['hE said_he', 'hE said_he'],
  ])('%s', (text, twin) => {
    expect(swapped(text)).toBe(twin);
    expect(swapped(twin)).toBe(text);
  });

  it('a word without a twin in its place stays, and the rest is exchanged', () => {
    expect(swapped('She gave him books.')).toBe('He gave him books.');
    expect(swapped('He gave him books.')).toBe('She gave him books.');
  });

  it('counts words, and which group they are of', () => {
    expect(swapGroups('He and his brother saw her.', 'gender')).toMatchObject({ words: 4, lean: 2 });
    expect(swapGroups('A Muslim in Europe', 'religion')).toEqual({
      text: 'A Christian in Europe',
      words: 1,
      lean: -1,
    });
    expect(swapGroups('A Muslim in Europe', 'origin').text).toBe('A Muslim in Africa');
    expect(swapGroups('Nothing of the kind.', 'gender')).toMatchObject({ words: 0, lean: 0 });
  });

  it('S047: a twin’s twin is the text, whatever stands beside the words', () => {
    const word = fc.constantFrom(
      ...`he she him her his hers himself herself man woman wives husband lady Mr sir muslim mosque europe african
        book that to and old it gave mother's x _ İ ſ é 他 1 , . ! ' - "`.split(/\s+/),
    );
    const cased = fc
      .tuple(word, fc.constantFrom(0, 1, 2, 3))
      .map(([text, to]) =>
        to === 0
          ? text
          : to === 1
            ? text.toUpperCase()
            : to === 2
              ? text.slice(0, 1).toUpperCase() + text.slice(1)
              : text.slice(0, 1) + text.slice(1).toUpperCase(),
      );
    const gap = fc.oneof(
      fc.constantFrom(' ', '', '\n', '  ', ', ', '-', '’', '\u0301', ' \u200d'),
      fc.constant(' '.repeat(80)),
    );
    const text = fc.array(fc.tuple(cased, gap), { maxLength: 24 }).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(...SENSITIVE_ATTRIBUTES), (given, attribute) => {
        const there = swapGroups(given, attribute);
        const back = swapGroups(there.text, attribute);
        expect(back.text).toBe(given);
        expect(back.words).toBe(there.words);
        expect(back.lean + there.lean).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe(counterfactualAlarm, () => {
  const limits = { limit: 0.2, seed: 0 };
  const changes = (values: readonly number[], lean: (i: number) => number = () => 1) => [
    { attribute: 'gender' as const, changes: values.map((change, i) => ({ group: `g${i}`, lean: lean(i), change })) },
  ];

  it('S047: a scorer that is blind to the attribute has no change, and no lean', () => {
    const reading = counterfactualAlarm(changes(Array.from({ length: 40 }, () => 0)), limits);
    expect(reading).toMatchObject({
      state: 'green',
      figures: [
        { name: 'change by gender', value: 0, ci: [0, 0], n: 40, limit: 0.2 },
        { name: 'lean of gender', value: 0, n: 40 },
      ],
    });
  });

  it('is red by the size of the change, where gains and losses cancel too; the lean is towards the second group', () => {
    const sizes = normal(3, 60, 0.5, 0.1);
    const swing = sizes.map((size, i) => (i % 2 === 0 ? size : -size));
    const [cancelling, leaning] = [
      counterfactualAlarm(changes(swing), limits),
      counterfactualAlarm(
        changes(swing, (i) => (i % 2 === 0 ? 2 : -1)),
        limits,
      ),
    ];
    expect([cancelling.state, leaning.state]).toEqual(['red', 'red']);
    expect(cancelling.figures[1]?.ci?.[0]).toBeLessThan(0);
    expect(leaning.figures[1]?.ci?.[0]).toBeGreaterThan(0.4);
    expect(leaning.reason).toContain('gender changes the reward by');
  });

  it('says nothing of a lean where texts speak of both alike', () => {
    expect(
      counterfactualAlarm(
        changes([0.1, 0.1], () => 0),
        limits,
      ).figures,
    ).toHaveLength(1);
  });
});
