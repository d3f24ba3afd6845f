import type { LinePoint } from '../charts/lines.ts';
import type { LookRecord } from './monitors-client.ts';

/** Figures of a monitor that are drawn; more of them would not be looked at. */
const MOST = 6;

export interface FigureSeries {
  readonly name: string;
  /** The figure with its interval, and its limit, over the looks, oldest first. */
  readonly points: readonly LinePoint[];
}

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
          { series: name, x, y: figure.value, ci: figure.ci },
          ...(figure.limit === null ? [] : [{ series: 'limit', x, y: figure.limit, ci: null }]),
        ];
      }),
    }))
    .filter(({ name, points }) => points.filter(({ series }) => series === name).length > 1);
};
