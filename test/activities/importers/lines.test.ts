import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvRows } from '../../../activities/importers/csv-rows.ts';
import { readLines } from '../../../activities/importers/lines.ts';

async function* pieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('lines', () => {
  it('are the same however the stream is cut, and their places find them again', async () => {
    const piece = fc.constantFrom('a', 'bc', ' ', '\n', '\r\n', '\n\n', 'é', '{"x":1}');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), async (parts, size) => {
        const bytes = Buffer.from(parts.join(''));
        const lines = await Array.fromAsync(readLines(pieces(bytes, size), { rowBytes: 1000 }));
        const expected = bytes
          .toString()
          .split('\n')
          .map((text, i) => ({ row: i + 1, text: text.replace(/\r$/, '') }))
          .filter(({ text }) => text.trim() !== '');
        expect(lines.map(({ row, bytes: line }) => ({ row, text: line.toString() }))).toEqual(expected);
        for (const { start, length, bytes: line } of lines)
          expect(
            bytes
              .subarray(start, start + length)
              .toString()
              .replace(/\r$/, ''),
          ).toBe(line.toString());
      }),
      { seed: 3 },
    );
  });

  it('beyond the limit are counted and cut, whatever the pieces', async () => {
    const bytes = Buffer.from(`short\n${'x'.repeat(200_000)}\nlast`);
    for (const size of [1000, 65_536, 1_000_000]) {
      const lines = await Array.fromAsync(readLines(pieces(bytes, size), { rowBytes: 100_000 }));
      expect(lines.map(({ row, length, tooLong, bytes: kept }) => [row, length, tooLong, kept.length])).toEqual([
        [1, 5, false, 5],
        [2, 200_000, true, 65_536],
        [3, 4, false, 4],
      ]);
    }
    const exact = await Array.fromAsync(readLines(pieces(Buffer.from('12345\n123456'), 2), { rowBytes: 5 }));
    expect(exact.map(({ tooLong }) => tooLong)).toEqual([false, true]);
  });
});

describe('CSV', () => {
  it('gives back what a writer quoted, with the line it starts on', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', 'é', '😀', "'"), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        async (rows, size) => {
          const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const body = ['x,y', ...rows.map((row) => row.map(quote).join(','))].join('\n');
          const read = await Array.fromAsync(readCsvRows(pieces(Buffer.from(body), size), { rowBytes: 10_000 }));
          let line = 2;
          const expected = rows.map(([x, y]) => {
            const start = line;
            line += 1 + `${x}${y}`.split('\n').length - 1;
            return { row: start, value: { x, y } };
          });
          expect(read.map(({ row, value }) => ({ row, value }))).toEqual(expected);
        },
      ),
      { seed: 5 },
    );
  });

  it('a record over the limit is one fault', async () => {
    const body = Buffer.from(`x,y\n${'a'.repeat(500)},b\nc,d\n`);
    const read = await Array.fromAsync(readCsvRows(pieces(body, 64), { rowBytes: 100 }));
    expect(read[0]?.fault?.code).toBe('ASY-2006');
    expect(read).toHaveLength(2);
  });
});
