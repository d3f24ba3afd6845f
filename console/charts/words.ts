/** Figures as people read them. */

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
export const count = (n: number): string => number.format(n);

/** `62 %`; a dash for what is not known. */
export const percent = (share: number | null, digits = 0): string =>
  share === null ? '–' : `${(100 * share).toFixed(digits)} %`;

/** `0.71`. */
export const decimal = (value: number | null, digits = 2): string =>
  value === null ? '–' : value.toFixed(digits).replace('-', '−');

/** `62 % (50–69)`, as shares have them. */
export const percentWithCi = (value: number | null, ci: readonly [number, number] | null): string =>
  value === null || ci === null
    ? percent(value)
    : `${percent(value)} (${Math.round(100 * ci[0])}–${Math.round(100 * ci[1])})`;

/** `0.71 (0.60 … 0.80)`. */
export const decimalWithCi = (value: number | null, ci: readonly [number, number] | null): string =>
  value === null || ci === null ? decimal(value) : `${decimal(value)} (${decimal(ci[0])} … ${decimal(ci[1])})`;

/** `48 s`, `3 min 20 s`, `2 h 5 min`. */
export const duration = (seconds: number | null): string => {
  if (seconds === null) return '–';
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 10 ? seconds.toFixed(1) : whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
};

/** A person's or an assertion's id in the few letters that tell those of one page apart; what is a name already stays whole. */
export const shortId = (id: string): string => /^(?:sub|as)_(.{8})/.exec(id)?.[1] ?? id;

/** `1 day`, `3 days`. */
export const counted = (n: number, one: string): string => `${count(n)} ${one}${n === 1 ? '' : 's'}`;

/** A moment, in the reader's own time zone. */
export const moment = (at: number): string =>
  new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
