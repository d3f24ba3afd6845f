import type { FunnelStep } from '../../schemas/dataset.ts';

const LEFT = 132;
const BAR = 420;
const RIGHT = 420;
const TOP = 64;
const ROW = 34;
const WIDTH = LEFT + BAR + RIGHT;
/** Reasons that are named beside a bar. */
const NAMED = 3;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const removedText = ({ in: before, out, reasons }: FunnelStep): string => {
  if (before === out) return '';
  const sorted = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  const named = sorted.slice(0, NAMED).map(([reason, n]) => `${reason} ${n}`);
  return `−${before - out}: ${named.join(', ')}${sorted.length > NAMED ? ', …' : ''}`;
};

/** What went in pale, what is left over it in ink. */
const bar = (step: FunnelStep, index: number, most: number): string => {
  const y = TOP + index * ROW;
  const width = (n: number) => ((BAR * n) / most).toFixed(1);
  const removed = removedText(step);
  return [
    `<g><title>${escaped(`${step.step}: ${step.in} in, ${step.out} out`)}</title>`,
    `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end" font-weight="600">${escaped(step.step)}</text>`,
    `<rect x="${LEFT}" y="${y}" width="${width(step.in)}" height="22" fill="#d5e1ed"/>`,
    `<rect x="${LEFT}" y="${y}" width="${width(step.out)}" height="22" fill="#1f4e79"/>`,
    `<text x="${LEFT + BAR + 12}" y="${y + 15}">${step.out}${removed === '' ? '' : ` <tspan fill="#5f6b76">${escaped(removed)}</tspan>`}</text></g>`,
  ].join('');
};

/** The funnel in one sentence, for those who do not see the picture. */
const describe = (funnel: readonly FunnelStep[]): string => {
  const [first, last] = [funnel[0], funnel.at(-1)];
  if (first === undefined || last === undefined) return 'No steps.';
  const worst = funnel.reduce((most, step) => (step.in - step.out > most.in - most.out ? step : most));
  const loss = worst.in - worst.out;
  return `${first.in} items, ${last.out} rows; ${loss === 0 ? 'no step takes any out' : `most are taken out by ${worst.step}: ${loss}`}.`;
};

/** A selection's funnel as SVG: one bar a step, as long as what is left of all items, and what was taken out beside it. */
export const funnelSvg = (funnel: readonly FunnelStep[], title = 'Selection'): string => {
  const most = Math.max(1, funnel[0]?.in ?? 0);
  const height = TOP + funnel.length * ROW + 16;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13" fill="#22303c">`,
    `<title id="title">${escaped(title)}</title><desc id="desc">${escaped(describe(funnel))}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="20" y="26" font-size="16" font-weight="600">${escaped(title)}</text>`,
    `<text x="20" y="46" fill="#5f6b76">${escaped(describe(funnel))}</text>`,
    ...funnel.map((step, index) => bar(step, index, most)),
    '</svg>\n',
  ].join('\n');
};
