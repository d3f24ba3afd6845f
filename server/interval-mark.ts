import { html } from 'hono/html';
import type { Content } from './html.ts';

const WIDTH = 160;
const place = (share: number): string => (Math.min(1, Math.max(0, share)) * (WIDTH - 8) + 4).toFixed(1);

interface Shares {
  readonly accuracy: number;
  readonly ci: readonly [number, number];
  readonly baseline: number;
}

/** An accuracy with its interval on a line from 0 to 1, one half and the baseline marked; the figures stand beside it in words. */
export const intervalMark = ({ accuracy, ci: [low, high], baseline }: Shares): Content =>
  html`<svg class="mark" viewBox="0 0 ${WIDTH} 20" aria-hidden="true"><line class="axis" x1="4" y1="10" x2="${WIDTH - 4}" y2="10"/>
<line class="even" x1="${WIDTH / 2}" y1="2" x2="${WIDTH / 2}" y2="18"/><line class="baseline" x1="${place(baseline)}" y1="3" x2="${place(baseline)}" y2="17"/>
<line class="interval" x1="${place(low)}" y1="10" x2="${place(high)}" y2="10"/><circle class="value" cx="${place(accuracy)}" cy="10" r="4"/></svg>`;
