/** When somebody worked, as stretches without a pause worth the name; and how long they rest after too long a one. */
import type { Stretches } from '../../schemas/annotator.ts';
import type { SessionLimit } from '../../schemas/session-limit.ts';

const MINUTE = 60_000;
/** Stretches kept: no day has more that matter, and older ones are over. */
const MOST = 200;

/** Stretches with work from `from` to `to` (ms since epoch), of which what comes before the last sign is known. Pauses below a minute are none. */
export const withWork = (stretches: Stretches, from: number, to: number): Stretches => {
  const [began, last] = stretches.at(-1) ?? [from, -Infinity];
  return from - last < MINUTE
    ? [...stretches.slice(0, -1), [began, Math.max(last, to)]]
    : [...stretches, [from, to] as const].slice(-MOST);
};

/** When somebody gets work again (ms since epoch) who has worked too long without a break; null: now. */
export const restsUntil = (
  stretches: Stretches,
  now: number,
  { minutes, breakMinutes }: SessionLimit,
): number | null => {
  const rest = breakMinutes * MINUTE;
  const stopped = stretches.at(-1)?.[1];
  let since = now;
  for (const [began, last] of stretches.toReversed()) {
    if (since - last >= rest) break;
    since = began;
  }
  return stopped === undefined || stopped - since < minutes * MINUTE ? null : stopped + rest;
};
