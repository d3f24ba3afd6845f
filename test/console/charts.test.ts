import { expect, test } from 'vitest';
import { barChart } from '../../console/charts/bars.ts';
import { seriesOf } from '../../console/charts/series.ts';
import { decimalWithCi, duration, percentWithCi, shortId } from '../../console/charts/words.ts';

test('figures read as people write them', () => {
  expect([null, 0.4, 9.96, 59.6, 200, 7500].map(duration)).toEqual([
    '–',
    '0.4 s',
    '10.0 s',
    '1 min 0 s',
    '3 min 20 s',
    '2 h 5 min',
  ]);
  expect(percentWithCi(0.625, [0.5, 0.71])).toBe('63 % (50–71)');
  expect(percentWithCi(null, null)).toBe('–');
  expect(decimalWithCi(-0.2, [-0.4, 0])).toBe('−0.20 (−0.40 … 0.00)');
  expect(['sub_0123456789abcdef', 'as_0123456789abcdef'].map(shortId)).toEqual(['01234567', '01234567']);
  expect(shortId('command-line')).toBe('command-line');
});

test('series keep the place of their first appearance, and begin again after the sixth', () => {
  expect([...seriesOf(['b', 'a', 'b'])]).toEqual([
    ['b', 0],
    ['a', 1],
  ]);
  expect(seriesOf('abcdefgh').get('g')).toBe(0);
});

test('names of bars that would overlap are left out', () => {
  const bars = Array.from({ length: 60 }, (_, i) => ({ name: `d${i}`, value: i }));
  const ticksAt = (width: number) =>
    (barChart(bars, { x: 'day', y: 'votes' })(width).x as { ticks: string[] }).ticks.length;
  expect(ticksAt(360)).toBeLessThanOrEqual(5);
  expect(ticksAt(1200)).toBeLessThanOrEqual(17);
  expect(ticksAt(360)).toBeGreaterThan(1);
});
