import type { ReliabilityBin } from '../metrics/calibration.ts';
import { wilson } from '../metrics/wilson.ts';

const SIZE = 320;
const LEFT = 64;
const TOP = 56;
const WIDTH = LEFT + SIZE + 24;
/** Height of the tallest bar of the histogram under the diagram. */
const BARS = 48;
const BELOW = TOP + SIZE + 44;
const HEIGHT = BELOW + BARS + 48;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Bins of pairs lie in [1/2, 1]: the diagram then shows that half. */
const startOf = (bins: readonly ReliabilityBin[]): number => {
  const lower = bins.slice(0, Math.floor(bins.length / 2));
  return bins.some(({ count }) => count > 0) && lower.every(({ count }) => count === 0) ? 0.5 : 0;
};

/** Horizontal place of a probability on an axis that starts at `from`. */
const place = (p: number, from: number): string => (LEFT + ((p - from) / (1 - from)) * SIZE).toFixed(1);
const y = (p: number): string => (TOP + (1 - p) * SIZE).toFixed(1);
const percent = (p: number): string => `${Math.round(p * 100)} %`;

const line = (x1: string, y1: string, x2: string, y2: string, style: string): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${style}/>`;

const GRID = 'stroke="#d8dde3" stroke-width="1"';
const INK = 'stroke="#1f4e79" stroke-width="2"';

const axes = (from: number): string[] =>
  TICKS.flatMap((tick) => {
    const at = place(from + tick * (1 - from), from);
    return [
      line(at, y(0), at, y(1), GRID),
      line(place(from, from), y(tick), place(1, from), y(tick), GRID),
      `<text x="${at}" y="${TOP + SIZE + 16}" text-anchor="middle">${percent(from + tick * (1 - from))}</text>`,
      `<text x="${LEFT - 8}" y="${y(tick)}" text-anchor="end" dominant-baseline="middle">${percent(tick)}</text>`,
    ];
  });

interface Scale {
  readonly bins: number;
  /** Predictions in the fullest bin. */
  readonly most: number;
  readonly from: number;
}

/** A bin's point with its Wilson bar, and its count as a bar below. */
const mark = (bin: ReliabilityBin, at: number, { bins, most, from }: Scale): string => {
  const [low, high] = wilson(bin.accuracy * bin.count, bin.count);
  const [px, width] = [place(bin.confidence, from), SIZE / (bins * (1 - from))];
  const height = (BARS * bin.count) / most;
  const shown = at - bins * from;
  const left = (LEFT + shown * width + 1).toFixed(1);
  const middle = (LEFT + (shown + 0.5) * width).toFixed(1);
  const said = `${bin.count} predictions, mean ${percent(bin.confidence)}, right ${percent(bin.accuracy)}`;
  return [
    `<g><title>${said}</title>`,
    line(px, y(low), px, y(high), INK),
    `<circle cx="${px}" cy="${y(bin.accuracy)}" r="4" fill="#1f4e79"/>`,
    `<rect x="${left}" y="${(BELOW + BARS - height).toFixed(1)}" width="${(width - 2).toFixed(1)}" height="${height.toFixed(1)}" fill="#8fb0cf"/>`,
    `<text x="${middle}" y="${BELOW + BARS + 14}" text-anchor="middle" font-size="10">${bin.count}</text></g>`,
  ].join('');
};

/** The gap of the fullest bins in one sentence, for those who do not see the picture. */
const describe = (bins: readonly ReliabilityBin[]): string => {
  const n = bins.reduce((sum, { count }) => sum + count, 0);
  if (n === 0) return 'No predictions.';
  const gap = bins.reduce(
    (sum, { count, confidence, accuracy }) => sum + (count / n) * Math.abs(accuracy - confidence),
    0,
  );
  return `${n} predictions in ${bins.length} bins; predicted and observed shares differ by ${percent(gap)} on average.`;
};

/**
 * A reliability diagram as SVG: per bin the observed share against the mean predicted probability with a Wilson 95 % bar, the
 * diagonal that perfect calibration follows, and the number of predictions below. Empty bins have no
 * point.
 */
export const reliabilitySvg = (bins: readonly ReliabilityBin[], title = 'Reliability'): string => {
  const from = startOf(bins);
  const scale = { bins: bins.length, most: Math.max(1, ...bins.map(({ count }) => count)), from };
  const safe = title.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const centre = LEFT + SIZE / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="12" fill="#22303c">`,
    `<title id="title">${safe}</title><desc id="desc">${describe(bins)}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="16" font-weight="600">${safe}</text>`,
    `<text x="${LEFT}" y="42">observed against predicted, bars: Wilson 95 %</text>`,
    ...axes(from),
    line(place(from, from), y(from), place(1, from), y(1), 'stroke="#5f6b76" stroke-width="1" stroke-dasharray="4 4"'),
    `<text x="${centre}" y="${TOP + SIZE + 34}" text-anchor="middle">predicted probability</text>`,
    `<text transform="translate(16 ${TOP + SIZE / 2}) rotate(-90)" text-anchor="middle">observed share</text>`,
    ...bins.flatMap((bin, at) => (bin.count === 0 ? [] : mark(bin, at, scale))),
    `<text x="${centre}" y="${BELOW + BARS + 34}" text-anchor="middle">predictions per bin</text>`,
    '</svg>\n',
  ].join('\n');
};
