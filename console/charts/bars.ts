import * as Plot from '@observablehq/plot';

export interface Bar {
  /** A day as `YYYY-MM-DD`, or another name. */
  readonly name: string;
  readonly value: number;
}

/** Pixels that a name such as a day takes with room around it, and the plot's margins. */
const NAME = 80;
const [LEFT, RIGHT] = [56, 20];

/** A bar a name, in the order given. */
export const barChart =
  (bars: readonly Bar[], { x, y }: { x: string; y: string }) =>
  (width: number): Plot.PlotOptions => {
    // Names that would touch are left out; the table has them all.
    const every = Math.max(1, Math.ceil((bars.length * NAME) / (width - LEFT - RIGHT)));
    return {
      height: width < 480 ? 220 : 260,
      marginLeft: LEFT,
      marginRight: RIGHT,
      marginTop: 32,
      marginBottom: 40,
      x: {
        label: x,
        // A few bars must not look like walls.
        padding: bars.length < 8 ? 0.7 : 0.1,
        domain: bars.map(({ name }) => name),
        ticks: bars.filter((_, i) => i % every === 0).map(({ name }) => name),
      },
      y: { label: y, grid: true, ticks: 4 },
      marks: [
        Plot.barY(bars, { x: 'name', y: 'value', fill: 'var(--series-1)', insetLeft: 1, insetRight: 1 }),
        Plot.ruleY([0]),
      ],
    };
  };
