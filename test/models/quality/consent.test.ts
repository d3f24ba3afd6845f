import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unconsented } from '../../../models/quality/consent.ts';
import { breachesOf, breachText, type SourceTerms } from '../../../models/quality/permits.ts';

test('a yes covers every purpose, a no and nothing none, a list what is in it', () => {
  const purposes = ['research', 'Commercial'];
  for (const yes of [true, 'yes', ' Y ', 'TRUE', 1, '1']) expect(unconsented(yes, purposes)).toEqual([]);
  for (const no of [false, null, undefined, '', 'No', 0, 'null', {}, [], 'perhaps'])
    expect(unconsented(no, purposes)).toEqual(['commercial', 'research']);
  expect(unconsented('research; teaching', purposes)).toEqual(['commercial']);
  expect(unconsented(['commercial', 'RESEARCH'], purposes)).toEqual([]);
  expect(unconsented(['research', 7], purposes)).toEqual(['commercial']);
});

const source = (over: Partial<SourceTerms> = {}): SourceTerms => ({
  drop: 'd',
  license: 'MIT',
  rows: 10,
  purposes: ['research'],
  consent: true,
  ...over,
});

test('a breach names the rule, what is beyond it, the rows and the drops', () => {
  const sources = [
    source(),
    source({ drop: 'e', rows: 5, license: 'CC-BY-NC-4.0', consent: false, purposes: ['Sale', 'research'] }),
  ];
  const asked = { purpose: ['sale', 'research'], requireConsent: true as const, licences: ['mit'] };
  expect(breachesOf(asked, sources).map(breachText)).toEqual([
    'purpose sale is not among those of 10 rows of d',
    'no consent is stated for 5 rows of e',
    'licence cc-by-nc-4.0 of 5 rows of e is not among those allowed',
  ]);
  expect(breachesOf({}, sources)).toEqual([]);
});

test('an export passes exactly where its purposes are a subset of those of every source (S068)', () => {
  const purpose = fc.constantFrom('research', 'sale', 'teaching', 'Research');
  const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());
  const within = (some: readonly string[], all: readonly string[]) =>
    lower(some).every((name) => lower(all).includes(name));
  fc.assert(
    fc.property(
      fc.array(purpose, { minLength: 1, maxLength: 3 }),
      fc.array(fc.array(purpose, { maxLength: 3 }), { maxLength: 4 }),
      (asked, stated) => {
        const sources = stated.map((purposes, i) => source({ drop: `d${i}`, purposes }));
        const allowed = stated.every((purposes) => within(asked, purposes));
        const breaches = breachesOf({ purpose: asked }, sources);
        expect(breaches.length === 0).toBe(allowed);
        expect(breaches[0]?.rows ?? 0).toBe(10 * stated.filter((purposes) => !within(asked, purposes)).length);
      },
    ),
  );
});
