import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeadMetrics } from '../../schemas/model.ts';
import { gateText, modelTable, plain, quarantineTable, table } from '../../workflows/details.ts';

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
  'a@b.example',
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
        const active = row.replaceAll(/\\./gs, ' ');
        expect(active).not.toMatch(/[`*_[\]!~<>&]|@[-\w]+\.|:\/\//);
      }),
      { numRuns: 300 },
    );
  });

  it('a model with its version stays as it is, an address is no link', () => {
    expect([plain('pairs@a3a4425f727f1f92: red'), plain('a@b.example')]).toEqual([
      'pairs@a3a4425f727f1f92: red',
      'a\\@b.example',
    ]);
  });

  it('a backslash before a pipe opens no cell', () => {
    expect(table(['x'], [['a\\|b']]).split('\n')[2]).toBe('| a\\\\\\|b |');
  });

  it('our own links lead where they say, their label is text', () => {
    expect(table(['x'], [[{ label: 'it_[1]', href: 'http://127.0.0.1:1/drops/d/items/it_1' }]]).split('\n')[2]).toBe(
      '| [it\\_\\[1\\]](http://127.0.0.1:1/drops/d/items/it_1) |',
    );
  });

  it('a head leads to its page where the API’s address is known', () => {
    const metrics = { accuracy: 0.5, accuracyCi: [0.25, 0.75], lengthOnlyAccuracy: 0.5, n: 9, ece: 0.1 } as HeadMetrics;
    const heads = [{ name: 'm', version: '0123456789abcdef', metrics, promoted: true }];
    expect(modelTable(heads, 'http://127.0.0.1:1')).toContain(
      '| [m 01234567](http://127.0.0.1:1/models/m/0123456789abcdef) | 0.500 | 0.25 to 0.75 | 0.500 | 9 | 0.100 | yes |',
    );
    expect(modelTable(heads)).toContain('| m 01234567 | 0.500');
  });

  it('what the gate said is shown whole, with the figures of both heads', () => {
    const figures = '01234567 0.500 (0.400 … 0.600)';
    const said = `Promoted: forced, though worse beyond noise: ${figures}, serving ${figures}, each on its own pairs, for the serving head was fitted on every held-out pair of the new one`;
    expect(said.length).toBeGreaterThan(200);
    expect(gateText(said)).toBe(said);
    expect(gateText('x'.repeat(5000))).toHaveLength(600);
  });

  it('long text is cut, so that a file name cannot fill the page', () => {
    expect(plain('x'.repeat(5000))).toHaveLength(200);
    const samples = [{ file: 'f'.repeat(5000), row: 1, code: 'ASY-2001', message: 'm'.repeat(5000) }];
    expect(quarantineTable(samples).length).toBeLessThan(500);
  });
});
