import sharp from 'sharp';
import { expect, test } from 'vitest';
import { reliability } from '../../../models/metrics/calibration.ts';
import { createRandom } from '../../../models/random.ts';
import { reliabilitySvg } from '../../../models/trust/reliability-svg.ts';

const random = createRandom(6);
const logits = Array.from({ length: 500 }, () => 6 * (random() - 0.5));
const labels = logits.map((z) => (random() < 1 / (1 + Math.exp(-z / 2)) ? 1 : 0));
const bins = reliability(logits, labels, 10);

test('the diagram has a title, a description with its figures, axis labels, and a mark and count per bin', () => {
  const svg = reliabilitySvg(bins, 'Head <a> & "b"');
  expect(svg).toContain('<title id="title">Head &#60;a&#62; &#38; &#34;b&#34;</title>');
  expect(svg).toMatch(/<desc id="desc">500 predictions in 10 bins; .* differ by \d+ % on average\.<\/desc>/);
  for (const label of ['predicted probability', 'observed share', 'predictions per bin']) expect(svg).toContain(label);
  expect(svg.match(/<circle/g)).toHaveLength(bins.filter(({ count }) => count > 0).length);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg).toBe(reliabilitySvg(bins, 'Head <a> & "b"'));
});

test('pairs, which have no bin below one half, are shown from one half', () => {
  const half = reliability(logits.map(Math.abs), labels, 20);
  const svg = reliabilitySvg(half);
  expect(svg).toContain('>63 %</text>');
  expect(Math.min(...[...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, at]) => Number(at)))).toBeGreaterThanOrEqual(
    64,
  );
});

test('it is an image that renders, and with no predictions it is an empty diagram that says so', async () => {
  const png = await sharp(Buffer.from(reliabilitySvg(bins)))
    .png()
    .toBuffer();
  expect((await sharp(png).metadata()).width).toBeGreaterThan(300);
  const none = reliabilitySvg(reliability([], [], 10));
  expect(none).toContain('No predictions.');
  expect(none).not.toContain('<circle');
});
