import { expect, test } from 'vitest';
import { profileOf, wordsOf } from '../../console/manage/profile.ts';

const fields = {
  subject: 'sub_1',
  skills: 'medicine, law',
  languages: 'en de-CH',
  vendor: ' good ',
  groups: '',
  hourlyCost: '12,5',
  active: true,
};

test('words stand apart by commas or blanks', () => {
  expect(wordsOf(' a,b  c,, ')).toEqual(['a', 'b', 'c']);
  expect(wordsOf('')).toEqual([]);
});

test('a profile is made of what the fields hold', () => {
  expect(profileOf(fields)).toEqual({
    profile: {
      subject: 'sub_1',
      skills: ['medicine', 'law'],
      languages: ['en', 'de-CH'],
      vendor: 'good',
      groups: [],
      hourlyCost: 12.5,
      active: true,
    },
  });
  expect(profileOf({ ...fields, vendor: ' ', hourlyCost: '' })).toMatchObject({
    profile: { vendor: null, hourlyCost: null },
  });
});

test('what is wrong is said of its field', () => {
  expect(Object.keys((profileOf({ ...fields, languages: '?', hourlyCost: 'x' }) as { faults: object }).faults)).toEqual(
    ['languages', 'hourlyCost'],
  );
  expect(profileOf({ ...fields, hourlyCost: '-1' })).toHaveProperty('faults.hourlyCost');
});
