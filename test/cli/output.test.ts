import { describe, expect, it } from 'vitest';
import { createOutput, exitCodeOf, faultDocument, faultText, strictJson, table, wrapped } from '../../cli/output.ts';
import { AssayError } from '../../schemas/errors.ts';

const capture = (json: boolean, isTTY = false) => {
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ isTTY, write: (part: string) => (text[name] += part) });
  return { text, output: createOutput({ json }, { stdout: stream('stdout'), stderr: stream('stderr') }) };
};

describe('output', () => {
  it('prints text for people and nothing but a document for programs', () => {
    for (const json of [false, true]) {
      const { text, output } = capture(json);
      output.progress('working');
      output.result({ rows: 3 }, ({ rows }) => `${rows} rows`);
      expect(text).toEqual(
        json ? { stdout: '{\n  "rows": 3\n}\n', stderr: '' } : { stdout: '3 rows\n', stderr: 'working\n' },
      );
    }
  });

  it('shows progress beside a document to who watches, on stderr', () => {
    const { text, output } = capture(true, true);
    output.progress('working');
    expect(text).toEqual({ stdout: '', stderr: 'working\n' });
  });

  it('refuses numbers JSON does not know', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => strictJson({ a: [{ alpha: value }] })).toThrow(
        expect.objectContaining({ code: 'ASY-5005', message: 'alpha holds NaN or infinity' }) as Error,
      );
  });

  it('tells a fault with its code, and the way out', () => {
    const error = new AssayError('ASY-9002', { port: 80 });
    expect(faultText(error)).toContain('ASY-9002');
    expect(faultText(error)).toMatch(/PortTaken: port 80 is taken\n→ stop the other program/);
    expect(faultDocument(error)).toEqual({
      error: {
        code: 'ASY-9002',
        name: 'PortTaken',
        message: 'port 80 is taken',
        fix: 'stop the other program, or leave the port to Assay',
      },
    });
    expect(faultDocument(new Error('x')).error).toMatchObject({ code: null, message: 'x' });
    expect([
      exitCodeOf(error),
      exitCodeOf(new AssayError('ASY-9005', { reason: '' })),
      exitCodeOf(new Error('x')),
    ]).toEqual([1, 2, 1]);
  });

  it('aligns columns, numbers to the right', () => {
    expect(
      table([
        ['name', 'rows'],
        ['a', 5],
        ['longer', 12],
      ]),
    ).toBe('name    rows\na          5\nlonger    12');
  });

  it('breaks long lines at spaces, further in after the first, and leaves long words whole', () => {
    expect(wrapped('  one two three four', '  ', 12)).toBe('  one two\n    three\n    four');
    expect(wrapped('short')).toBe('short');
    expect(wrapped(`a ${'x'.repeat(90)} b`)).toBe(`a\n  ${'x'.repeat(90)}\n  b`);
  });
});
