import * as Plot from '@observablehq/plot';
import { SERIES_COLOURS, SERIES_DASHES, SERIES_SYMBOLS, seriesOf } from './series.ts';

/** A point of a line, in the order of `x`. */
export interface LinePoint {
  readonly series: string;
  readonly x: Date | number;
  readonly y: number | null;
  readonly ci: readonly [number, number] | null;
}

/** Lines with the band of their 95 % intervals. Each has its colour, dash and symbol; with several, each is named at its end. */
export const lineChart =
  (points: readonly LinePoint[], { x, y, domain }: { x: string; y: string; domain?: readonly [number, number] }) =>
  (width: number): Plot.PlotOptions => {
    const known = points.filter((point) => point.y !== null);
    const places = seriesOf(known.map(({ series }) => series));
    const place = (series: string): number => places.get(series) ?? 0;
    const several = places.size > 1;
    const moments = known.some((point) => point.x instanceof Date);
    return {
      height: width < 480 ? 240 : 280,
      marginLeft: 48,
      marginRight: several ? Math.min(0.3 * width, 120) : 24,
      marginTop: 32,
      marginBottom: 40,
      x: { label: x, ticks: width < 480 ? 3 : 6, ...(moments ? { type: 'utc' as const } : {}) },
      y: { label: y, grid: true, ...(domain === undefined ? {} : { domain: [...domain] }) },
      marks: [
        ...[...places.keys()].flatMap((series) => {
          const own = known.filter((point) => point.series === series);
          const [colour, dash, symbol] = [SERIES_COLOURS, SERIES_DASHES, SERIES_SYMBOLS].map(
            (all) => all[place(series)],
          );
          return [
            Plot.areaY(
              own.filter(({ ci }) => ci !== null),
              {
                x: 'x',
                y1: ({ ci }: LinePoint) => ci?.[0],
                y2: ({ ci }: LinePoint) => ci?.[1],
                fill: colour,
                fillOpacity: 0.15,
              },
            ),
            Plot.lineY(own, { x: 'x', y: 'y', stroke: colour, strokeWidth: 2, strokeDasharray: dash }),
            Plot.dot(own, { x: 'x', y: 'y', fill: colour, symbol: symbol as Plot.SymbolType, r: 4 }),
          ];
        }),
        ...(several
          ? [
              Plot.text(
                known,
                Plot.selectLast({ x: 'x', y: 'y', z: 'series', text: 'series', dx: 10, textAnchor: 'start' }),
              ),
            ]
          : []),
      ],
    };
  };
