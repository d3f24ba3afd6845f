/** Agreement of ratings of which nobody needs to know who gave them: α, percent, Fleiss' κ and Gwet's AC. */
import type { MeasurementLevel } from '../../schemas/label.ts';
import { type BootstrapOptions, bootstrapCounts, type CountStatistic, type Interval } from './bootstrap.ts';
import { type Coefficient, NOTHING_VARIES, without } from './coefficient.ts';
import { fleissKappa, ratersPerItem } from './fleiss.ts';
import { gwetAc } from './gwet.ts';
import { alphaFunction } from './krippendorff.ts';
import { percentAgreement, type Units } from './units.ts';
import { WEIGHTING_OF, weightsOf } from './weights.ts';

export interface Agreement {
  /** Krippendorff's; null where nothing could have differed. */
  readonly alpha: number | null;
  /** 2.5 % and 97.5 % quantiles over resamples of units; null where α is, or without resamples. */
  readonly ci: Interval | null;
  readonly percent: number | null;
}

/** Coefficients by name and their functions of the units' counts, or the reason why one does not fit. */
const fitting = (units: Units, level: MeasurementLevel): [name: string, at: CountStatistic | string][] => [
  ['percent', (counts) => percentAgreement({ ...units, counts })],
  [
    'fleiss-kappa',
    level !== 'nominal'
      ? 'for the nominal level'
      : ratersPerItem(units) === null
        ? 'items have different numbers of ratings'
        : fleissKappa(units),
  ],
  [level === 'nominal' ? 'gwet-ac1' : 'gwet-ac2', gwetAc(units, weightsOf(units.values, WEIGHTING_OF[level]))],
];

/** All of them, their intervals from the same resamples of units. Resamples in which a coefficient has no value are left out of its interval. */
export const unitAgreement = (
  units: Units,
  level: MeasurementLevel,
  options: BootstrapOptions = {},
): Agreement & { readonly coefficients: readonly Coefficient[] } => {
  const alphaAt = alphaFunction(units, level);
  const named = fitting(units, level);
  const statistics = named.flatMap(([, at]) => (typeof at === 'string' ? [] : at));
  const alpha = alphaAt(units.counts);
  const n = units.counts.reduce((sum, count) => sum + count, 0);
  const [ci = null, ...intervals] = n === 0 ? [] : bootstrapCounts(units.counts, [alphaAt, ...statistics], options);
  const coefficients = named.map(([name, at]) => {
    if (typeof at === 'string') return without(name, at);
    const value = at(units.counts);
    const own = intervals[statistics.indexOf(at)] ?? null;
    return value === null ? without(name, NOTHING_VARIES) : { name, value, ci: own, n };
  });
  return { alpha, ci: alpha === null ? null : ci, percent: percentAgreement(units), coefficients };
};

/** α, its interval and percent agreement alone. */
export const agreementOf = (units: Units, level: MeasurementLevel, options: BootstrapOptions = {}): Agreement => {
  const at = alphaFunction(units, level);
  const alpha = at(units.counts);
  const [ci = null] = alpha === null ? [] : bootstrapCounts(units.counts, [at], options);
  return { alpha, ci, percent: percentAgreement(units) };
};
