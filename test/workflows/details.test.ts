import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, quarantineTable, table } from '../../workflows/details.ts';

/** Cells of a Markdown row: split at pipes that are not escaped; what is escaped is left out. */
const cells = (row: string): string[] => row.replaceAll(/\\./gs, '').split('|').slice(1, -1);
const NASTY = [
  '|',
  '\\',
  '\\|',
  '\n',
  '\r',
  '\u2028',
  '`',
  '![x](http://e/x.png)',
  '[x](javascript:y)',
  '<b>',
  'https://e',
  '**',
  '@',
];

describe('details', () => {
  it('data stays in its cell, and is neither markup, link, image nor autolink', () => {
    const text = fc
      .array(fc.oneof(fc.constantFrom(...NASTY), fc.string()), { maxLength: 6 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = table(['x', 'y'], [[a, b]]).split(/[\r\n\u2028\u2029]/);
        expect(lines).toHaveLength(3);
        const row = lines[2] as string;
        expect(cells(row)).toHaveLength(2);
        const active = row.replaceAll(/\\./gs, '');
        expect(active).not.toMatch(/[`*_[\]!~<>@&]|:\/\//);
      }),
      { numRuns: 300 },
    );
  });

  it('a backslash before a pipe opens no cell', () => {
    expect(table(['x'], [['a\\|b']]).split('\n')[2]).toBe('| a\\\\\\|b |');
  });

  it('our own links lead where they say, their label is text', () => {
    expect(table(['x'], [[{ label: 'it_[1]', href: 'http://127.0.0.1:1/drops/d/items/it_1' }]]).split('\n')[2]).toBe(
      '| [it\\_\\[1\\]](http://127.0.0.1:1/drops/d/items/it_1) |',
    );
  });

  it('long text is cut, so that a file name cannot fill the page', () => {
    expect(plain('x'.repeat(5000))).toHaveLength(200);
    const samples = [{ file: 'f'.repeat(5000), row: 1, code: 'ASY-2001', message: 'm'.repeat(5000) }];
    expect(quarantineTable(samples).length).toBeLessThan(500);
  });
});
