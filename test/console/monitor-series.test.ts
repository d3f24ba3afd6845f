import { describe, expect, it } from 'vitest';
import { figureSeries } from '../../console/manage/monitor-series.ts';
import type { LookRecord } from '../../console/manage/monitors-client.ts';

const look = (number: number, values: Record<string, number>, limits: Record<string, number> = {}): LookRecord => ({
  number,
  look: `look-${number}`,
  at: `2026-01-0${number}T00:00:00.000Z`,
  reading: {
    state: 'green',
    reason: '',
    figures: Object.entries(values).map(([name, value]) => ({
      name,
      value,
      ci: [value - 1, value + 1],
      n: 10,
      limit: limits[name] ?? null,
    })),
  },
});

describe('figureSeries', () => {
  it('draws the figures that have a limit, oldest look first, with the limit beside them', () => {
    const series = figureSeries([look(2, { psi: 0.5, told: 9 }, { psi: 0.25 }), look(1, { psi: 0.1 }, { psi: 0.2 })]);
    expect(series.map(({ name }) => name)).toEqual(['psi']);
    expect(series[0]?.points).toEqual([
      { series: 'value', x: new Date('2026-01-01T00:00:00.000Z'), y: 0.1, ci: [-0.9, 1.1] },
      { series: 'limit', x: new Date('2026-01-01T00:00:00.000Z'), y: 0.2, ci: null },
      { series: 'value', x: new Date('2026-01-02T00:00:00.000Z'), y: 0.5, ci: [-0.5, 1.5] },
      { series: 'limit', x: new Date('2026-01-02T00:00:00.000Z'), y: 0.25, ci: null },
    ]);
  });

  it('goes by the newest look that measured anything, and draws no line through one look', () => {
    const empty: LookRecord = { ...look(3, {}), reading: { state: 'no-data', reason: '12 rows', figures: [] } };
    expect(figureSeries([empty, look(2, { psi: 1 }, { psi: 2 }), look(1, { psi: 1 }, { psi: 2 })])).toHaveLength(1);
    expect(figureSeries([look(1, { psi: 1 }, { psi: 2 })])).toEqual([]);
    expect(figureSeries([])).toEqual([]);
  });
});
