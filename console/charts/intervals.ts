import * as Plot from '@observablehq/plot';

/** A value with its interval, in a row of its own. */
export interface IntervalRow {
  readonly name: string;
  readonly value: number | null;
  readonly ci: readonly [number, number] | null;
  /** Drawn as something to look at. */
  readonly flagged?: boolean;
}

/** Pixels that a row takes, and the axis with its label. */
const ROW = 26;
const AXES = 64;
/** Names are cut to so many characters, narrow and wide. */
const CUT = { narrow: 12, wide: 24 } as const;

const cut = (name: string, most: number): string => (name.length <= most ? name : `${name.slice(0, most - 1)}…`);

/** Rows of dots with 95 % intervals; `at` draws the line that stands for nothing amiss. Flagged rows are filled diamonds. */
export const intervalChart =
  (
    rows: readonly IntervalRow[],
    { label, domain, at }: { label: string; domain?: readonly [number, number]; at?: number },
  ) =>
  (width: number): Plot.PlotOptions => {
    const most = width < 480 ? CUT.narrow : CUT.wide;
    const shown = rows.filter(({ value }) => value !== null);
    const known = shown.filter(({ ci }) => ci !== null);
    const colour = ({ flagged }: IntervalRow) => (flagged === true ? 'var(--series-2)' : 'var(--series-1)');
    return {
      height: AXES + ROW * Math.max(1, shown.length),
      marginLeft: Math.min(0.4 * width, 8 * (2 + Math.max(4, ...shown.map(({ name }) => Math.min(most, name.length))))),
      marginRight: 24,
      marginBottom: 40,
      x: { label, ...(domain === undefined ? {} : { domain: [...domain] }), grid: true, ticks: width < 480 ? 4 : 8 },
      y: {
        label: null,
        domain: shown.map(({ name }) => name),
        tickFormat: (name: string) => cut(name, most),
        tickSize: 0,
      },
      marks: [
        ...(at === undefined ? [] : [Plot.ruleX([at], { stroke: 'currentColor', strokeDasharray: '4 3' })]),
        Plot.ruleY(known, {
          y: 'name',
          x1: ({ ci }: IntervalRow) => ci?.[0],
          x2: ({ ci }: IntervalRow) => ci?.[1],
          stroke: colour,
          strokeWidth: 2,
        }),
        Plot.dot(shown, {
          y: 'name',
          x: 'value',
          r: 5,
          symbol: ({ flagged }: IntervalRow) => (flagged === true ? 'diamond' : 'circle'),
          fill: colour,
        }),
      ],
      symbol: { domain: ['circle', 'diamond'], range: ['circle', 'diamond'] },
      color: { type: 'identity' },
    };
  };
