import { expect, it } from 'vitest';
import { funnelSvg } from '../../../models/selection/funnel-svg.ts';

const step = (name: string, before: number, out: number, reasons: Record<string, number> = {}) => ({
  step: name,
  in: before,
  out,
  reasons,
});

it('draws a bar a step, as long as what is left of all items', () => {
  const svg = funnelSvg([step('items', 200, 200), step('label', 200, 150, { unlabelled: 50 }), step('rows', 150, 150)]);
  expect(svg.match(/fill="#1f4e79"/g)).toHaveLength(3);
  expect(svg).toContain('width="315.0" height="22" fill="#1f4e79"');
  expect(svg).toContain('−50: unlabelled 50');
  expect(svg).toContain('200 items, 150 rows; most are taken out by label: 50.');
});

it('names the largest reasons, and lets nothing out of its text', () => {
  const reasons = { a: 1, b: 5, c: 3, '<script>': 2 };
  const svg = funnelSvg([step('items', 11, 11), step('x & y', 11, 0, reasons)], '"><script>');
  expect(svg).toContain('−11: b 5, c 3, &#60;script&#62; 2, …');
  expect(svg).not.toContain('<script>');
  expect(svg).toContain('x &#38; y');
});

it('has a picture of nothing', () => {
  expect(funnelSvg([])).toContain('No steps.');
  expect(funnelSvg([step('items', 0, 0)])).toContain('0 items, 0 rows; no step takes any out.');
  expect(funnelSvg([step('items', 0, 0)])).not.toContain('NaN');
});
