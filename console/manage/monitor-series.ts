import type { LinePoint } from '../charts/lines.ts';
import type { LookRecord } from './monitors-client.ts';

/** Figures of a monitor that are drawn; more of them would not be looked at. */
const MOST = 6;

/** Of the two lines the one of the figure; the other is its limit. */
const VALUE = 'value';

export interface FigureSeries {
  readonly name: string;
  /** The figure with its interval, and its limit, over the looks, oldest first. */
  readonly points: readonly LinePoint[];
}

/** The points of the figure itself. */
export const valuesOf = (points: readonly LinePoint[]): LinePoint[] => points.filter(({ series }) => series === VALUE);

/** The figures that a limit is set to in the newest look, over all looks given, newest first. One look makes no line. */
export const figureSeries = (records: readonly LookRecord[]): FigureSeries[] => {
  const limited = records.find(({ reading }) => reading.figures.length > 0)?.reading.figures ?? [];
  return limited
    .filter(({ limit }) => limit !== null)
    .slice(0, MOST)
    .map(({ name }) => ({
      name,
      points: records.toReversed().flatMap(({ at, reading }): LinePoint[] => {
        const figure = reading.figures.find((each) => each.name === name);
        if (figure === undefined) return [];
        const x = new Date(at);
        return [
          { series: VALUE, x, y: figure.value, ci: figure.ci },
          ...(figure.limit === null ? [] : [{ series: 'limit', x, y: figure.limit, ci: null }]),
        ];
      }),
    }))
    .filter(({ points }) => valuesOf(points).length > 1);
};
