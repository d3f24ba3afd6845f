/** What commands print: a table for people or one JSON document for programs on stdout, progress and faults on stderr. */
import colors from 'picocolors';
import { AssayError, isAssayError } from '../schemas/errors.ts';

export interface Output {
  readonly json: boolean;
  /** True where a person watches stderr: progress may move the cursor. */
  readonly interactive: boolean;
  /** The result of a verb, printed once: strict JSON with `--json`, else the text made from it. */
  result<T>(document: T, human: (document: T) => string): void;
  /** A line of progress on stderr; nothing with `--json` unless a person watches. */
  progress(line: string): void;
  /** A line on stderr whatever the mode. */
  warn(line: string): void;
}

interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

export const createOutput = ({ json }: { json: boolean }, { stdout, stderr }: Streams = process): Output => {
  const interactive = stderr.isTTY === true;
  return {
    json,
    interactive,
    result: (document, human) => {
      stdout.write(json ? `${strictJson(document)}\n` : `${human(document).trimEnd()}\n`);
    },
    progress: (line) => {
      if (!json || interactive) stderr.write(`${line}\n`);
    },
    warn: (line) => {
      stderr.write(`${line}\n`);
    },
  };
};

/** JSON, refusing what JSON does not know: NaN and infinities throw ASY-5005 instead of turning into null. */
export const strictJson = (document: unknown): string =>
  JSON.stringify(
    document,
    (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value))
        throw new AssayError('ASY-5005', { what: key || 'the result' });
      return value;
    },
    2,
  );

/** A fault as people read it: code, name, message, and the way out. */
export const faultText = (error: unknown): string => {
  if (isAssayError(error)) return `${colors.red(error.code)} ${error.name}: ${error.message}\n→ ${error.fix}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

/** A fault as programs read it. */
export const faultDocument = (error: unknown) => ({
  error: isAssayError(error)
    ? { code: error.code, name: error.name, message: error.message, fix: error.fix }
    : { code: null, name: 'Error', message: error instanceof Error ? error.message : String(error), fix: null },
});

/** 2 for bad usage or configuration, 1 for everything else that failed. */
export const exitCodeOf = (error: unknown): number => (isAssayError(error) && error.code === 'ASY-9005' ? 2 : 1);

/** Rows as columns, the first row being the heading; numbers to the right. */
export const table = (rows: readonly (readonly (string | number)[])[]): string => {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, String(cell).length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) =>
          typeof cell === 'number' ? String(cell).padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** `1 item`, `2 items`. */
export const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** A line broken at spaces so that none is wider than 80, the ones after the first further in; a longer word stays whole. */
export const wrapped = (line: string, indent = '  ', width = 80): string => {
  const lines: string[] = [];
  const start = /^ */.exec(line)?.[0] ?? '';
  let current = start;
  for (const word of line.trim().split(' ')) {
    const room = current.trim() === '' ? current + word : `${current} ${word}`;
    if (room.length <= width || current.trim() === '') current = room;
    else {
      lines.push(current);
      current = start + indent + word;
    }
  }
  return [...lines, current].join('\n');
};
