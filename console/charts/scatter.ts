import * as Plot from '@observablehq/plot';

export interface Dot {
  readonly name: string;
  readonly x: number | null;
  readonly y: number | null;
  readonly flagged?: boolean;
}

/** Ticks at 1, 2 and 5 of each power of ten, with room around the values. */
const logScale = (values: readonly number[]) => {
  const [low, high] = [Math.min(...values) / 1.5, Math.max(...values) * 1.5];
  const ticks = [-2, -1, 0, 1, 2, 3, 4, 5].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));
  return {
    type: 'log' as const,
    domain: [low, high],
    ticks: ticks.filter((tick) => tick >= low && tick <= high),
    tickFormat: '~r',
  };
};

/** A dot a name; flagged ones are filled diamonds with their name beside. */
export const scatterChart =
  (
    dots: readonly Dot[],
    {
      x,
      y,
      logX = false,
      domainX,
      domainY,
    }: {
      x: string;
      y: string;
      logX?: boolean;
      domainX?: readonly [number, number];
      domainY?: readonly [number, number];
    },
  ) =>
  (width: number): Plot.PlotOptions => {
    const shown = dots.filter((dot) => dot.x !== null && dot.y !== null && (!logX || dot.x > 0));
    const [plain, flagged] = [shown.filter((dot) => dot.flagged !== true), shown.filter((dot) => dot.flagged === true)];
    return {
      height: width < 480 ? 260 : 320,
      marginLeft: 48,
      marginRight: 32,
      marginTop: 32,
      marginBottom: 40,
      x: {
        label: x,
        grid: true,
        ticks: width < 480 ? 3 : 6,
        ...(logX ? logScale(shown.flatMap((dot) => dot.x ?? [])) : {}),
        ...(domainX === undefined ? {} : { domain: [...domainX] }),
      },
      y: { label: y, grid: true, ticks: 5, ...(domainY === undefined ? {} : { domain: [...domainY] }) },
      marks: [
        Plot.dot(plain, { x: 'x', y: 'y', r: 4.5, fill: 'var(--series-1)', symbol: 'circle' }),
        Plot.dot(flagged, { x: 'x', y: 'y', r: 6, fill: 'var(--series-2)', symbol: 'diamond' }),
        Plot.text(flagged, { x: 'x', y: 'y', text: 'name', dy: -12 }),
      ],
    };
  };
