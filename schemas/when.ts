/** When a Schedule fires: every so often, or as cron says; in UTC. */
import { z } from 'zod';

/** Minute, hour, day of month, month, day of week: the least and greatest number, and the names of those from the least on. */
const FIELDS: readonly (readonly [least: number, greatest: number, names: readonly string[]])[] = [
  [0, 59, []],
  [0, 23, []],
  [1, 31, []],
  [1, 12, ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']],
  [0, 7, ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']],
];

/** `*`, a value or a range of them, each with a step or without. */
const RANGE = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/[1-9]\d*)?$/;

/** Whether a text is cron's five fields, as Temporal reads them. */
const isCron = (text: string): boolean => {
  const fields = text.split(' ');
  return (
    fields.length === FIELDS.length &&
    FIELDS.every(([least, greatest, names], i) => {
      const numberOf = (value: string): number => {
        const named = names.indexOf(value.toUpperCase());
        return named >= 0 ? named + least : /^\d{1,2}$/.test(value) ? Number(value) : Number.NaN;
      };
      return (fields[i] ?? '').split(',').every((range) => {
        const [whole, from = String(least), to = from] = RANGE.exec(range) ?? [];
        const [a, b] = [numberOf(from), numberOf(to)];
        return whole !== undefined && a >= least && a <= b && b <= greatest;
      });
    })
  );
};

/** Exactly one of `every` (whole minutes, hours or days: `15m`, `6h`, `1d`) and `cron` (`0 3 * * *`, UTC). */
export const When = z.union(
  [
    z.strictObject({
      every: z.string().regex(/^[1-9]\d{0,3}[mhd]$/, 'a number of minutes, hours or days: 15m, 6h, 1d'),
    }),
    z.strictObject({ cron: z.string().refine(isCron, 'five fields: minute, hour, day of month, month, day of week') }),
  ],
  { error: 'say `every: 15m | 6h | 1d`, or `cron: "0 3 * * *"`' },
);
export type When = z.infer<typeof When>;

/** As people read it. */
export const whenText = (when: When): string => ('every' in when ? `every ${when.every}` : `cron ${when.cron}`);
