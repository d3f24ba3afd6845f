import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { particulars, particularsHash } from '../../../models/dedup/particulars.ts';

/** Pairs of notations of the same numbers. */
const SAME = [
  ['It costs 1,000', 'It costs 1000'],
  ['1,234,567.50', '1234567.5'],
  ['1.234.567', '1234567'],
  ['1.234,56', '1,234.56'],
  ['1,00,000 rupees', '100000 rupees'],
  ["1'000", '1\u202f000'],
  ['1,5', '1.50'],
  ['007', '7'],
  ['٣٫٥', '3.5'],
  ['१२ सेब', '12 apples'],
  ['１２', '12'],
  ['x²', 'x^2'],
  ['½', '1/2'],
  ['The two hundred and fifty-three', 'The 253'],
  ['The five thousand six hundred', 'The 5600'],
  ['They are seven and nine', 'They are 7, 9'],
  ['They paid $5 million', 'They paid $5,000,000'],
  ['They paid 2.5 thousand', 'They paid 2500'],
  ['They saw a dozen, twice', 'They saw 12, 2 times'],
  ['the third of them', 'the 3rd of them'],
  ['5 January 2024', '2024-01-05'],
  ['May 5th, 2024', '05.05.2024'],
  ['One of them has one', 'which has this'],
] as const;

const OTHER = [
  ['They have 3 apples', 'They have 5 apples'],
  ['They have three apples', 'They have five apples'],
  ['They have 3 and 3', 'They have 3'],
  ['It is −5', 'It is 5'],
  ['1.5', '15'],
  ['1.000 Euro', '1 Euro'],
  ['1.000 Euro', '1000 Euro'],
  ['5 million', '5'],
  ['on 5 June', 'on 5 July'],
  ['half of the cake', 'all of the cake'],
  ['It is right', 'It is not right'],
  ['She can do it', "She can't do it"],
  ['They came with him', 'They came without him'],
  ['It always works', 'It never works'],
  ['She has more than he', 'She has less than he'],
  ['Wash hands before meals', 'Wash hands after meals'],
  ['those above the line', 'those below the line'],
  ['Costs increase', 'Costs decrease'],
] as const;

describe('particulars', () => {
  it.each(SAME)('are equal: %s, %s', (a, b) => {
    expect(particulars(a)).toEqual(particulars(b));
    expect(particularsHash(a)).toBe(particularsHash(b));
  });

  it.each([
    `1${' million'.repeat(100_000)}`,
    '1,'.repeat(200_000),
    `1${',000'.repeat(100_000)}`,
    `${'- '.repeat(200_000)}may 5`,
  ])('are told of a text made to take long', (text) => {
    expect(particularsHash(text)).toBeGreaterThan(0);
  });

  it.each(OTHER)('differ: %s, %s', (a, b) => {
    expect(particularsHash(a)).not.toBe(particularsHash(b));
  });

  it('are numbers as decimals and poles by their numbers', () => {
    expect(particulars("He hasn't 1,200 less, but 21 of the twenty-one more")).toEqual([
      '/0',
      '/1',
      '/2',
      '1200',
      '21',
      '21',
    ]);
    expect(particulars('from -7 to 3-5, (−2) and B-12; 9:30')).toEqual(['-2', '-7', '12', '3', '30', '5', '9']);
    expect(particulars('Hello')).toEqual([]);
    expect(particularsHash('Hello')).toBe(0);
  });

  it('read no English words in other languages', () => {
    for (const text of [
      'Ten dom jest mój',
      'Ele mora no Porto',
      'More je modro',
      'Le four est chaud',
      'El perro no ladra',
    ])
      expect(particulars(text)).toEqual([]);
    expect(particulars('These ten are no more')).toEqual(['/0', '/1', '10']);
  });

  it('are those of sentences in any order', () => {
    const sentence = fc.constantFrom(
      'Tom has 3,500 coins.',
      'They bought five more.',
      'It was not before May 3, 2021.',
      'She needs half of them, -4 at most!',
      'Is this all?',
    );
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 6 }), fc.infiniteStream(fc.nat()), (sentences, ranks) => {
        const ranked = sentences.map((text) => ({ text, rank: ranks.next().value ?? 0 }));
        const shuffled = ranked.sort((a, b) => a.rank - b.rank).map(({ text }) => text);
        expect(particulars(shuffled.join(' '))).toEqual(particulars(sentences.join(' ')));
      }),
    );
  });

  it('tell any two whole numbers apart, and none from itself with its digits grouped', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e12 }), fc.nat({ max: 1e12 }), (a, b) => {
        expect(particularsHash(`It is ${a}.`) === particularsHash(`It is ${b}.`)).toBe(a === b);
        expect(particulars(a.toLocaleString('en-US'))).toEqual([String(a)]);
        expect(particulars(a.toLocaleString('hi-IN-u-nu-deva'))).toEqual([String(a)]);
      }),
    );
  });
});
