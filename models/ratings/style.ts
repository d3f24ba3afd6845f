/** How two answers' looks differ (FastChat's style control of S104's strengths). */
import { AssayError } from '../../schemas/errors.ts';
import type { Comparison } from './rows.ts';
import { countStyle, STYLE_FEATURES, type StyleCounts } from './style-counts.ts';

/** The two answers' counts: as stated, else counted from the texts. Throws ASY-7001 where a row has neither. */
const countsOf = (row: Comparison, file: string): readonly [StyleCounts, StyleCounts] => {
  const side = (stated: StyleCounts | undefined, text: string | undefined, name: string): StyleCounts => {
    if (stated !== undefined) return stated;
    if (text !== undefined) return countStyle(text);
    throw new AssayError('ASY-7001', { file, line: row.line, reason: `style_${name} or response_${name} is needed` });
  };
  return [side(row.style_a, row.response_a, 'a'), side(row.style_b, row.response_b, 'b')];
};

/**
 * n × 4 covariates, row-major: (a − b) / (a + b + 1) per count, divided by the root of its mean square. FastChat standardises with the
 * mean over rows, which is 0 where sides were drawn at random; elsewhere it would take the habit of one side for quality, so
 * here each row counts from both sides. A count that never differs is 0 throughout, and so is its coefficient.
 */
export const styleDifferences = (rows: readonly Comparison[], file: string): Float64Array => {
  const width = STYLE_FEATURES.length;
  const out = new Float64Array(rows.length * width);
  const squares = new Float64Array(width);
  rows.forEach((row, i) => {
    const [a, b] = countsOf(row, file);
    STYLE_FEATURES.forEach((name, j) => {
      const difference = (a[name] - b[name]) / (a[name] + b[name] + 1);
      out[i * width + j] = difference;
      squares[j] = (squares[j] ?? 0) + difference ** 2 / rows.length;
    });
  });
  const scale = squares.map((square) => (square === 0 ? 0 : 1 / Math.sqrt(square)));
  return out.map((difference, at) => difference * (scale[at % width] ?? 0));
};
