/** Who gives feedback: shares of parts of it, then and now (S044). */
import type { Figure, Reading } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { atMost } from '../aggregation/annotators/binomial.ts';
import { wilson } from '../metrics/wilson.ts';
import { psiCountsAlarm } from './psi.ts';
import { found } from './reading.ts';

/** Annotations of one part (a language, a group) then and now. */
export interface PartCount {
  readonly part: string;
  readonly before: number;
  readonly after: number;
}

export interface VolumeLimits {
  readonly alpha: number;
  /** What a part's share may fall to, as a share of what it was. */
  readonly fall: number;
  /** PSI of all parts. */
  readonly limit: number;
}

/** A part smaller than this in the reference tells nothing by its absence. */
const LEAST_BEFORE = 20;

export interface ShareRatio {
  /** The part's share now by its share then. */
  readonly value: number;
  /** 95 %, from Wilson's interval of the part's annotations that are of now. */
  readonly ci: [number, number];
  /** P(as few now) where the share has fallen to `fall` of what it was. */
  readonly p: number;
}

/**
 * A part's share of `m` annotations now beside its share of `n` then, by the conditional test of two rates (Przyborowski & Wilenski
 * 1940): of its annotations then and now, those of now are binomial with chance ratio·m / (ratio·m + n). `before` is not 0.
 */
export const shareRatio = ({ before, after }: PartCount, n: number, m: number, fall: number): ShareRatio => {
  const all = before + after;
  const ratioOf = (chance: number): number => (chance / (1 - chance)) * (n / m);
  const [low, high] = wilson(after, all);
  const chance = (fall * m) / (fall * m + n);
  return { value: ratioOf(after / all), ci: [ratioOf(low), ratioOf(high)], p: atMost(after, all, chance) };
};

/**
 * Red where a part's share fell below `fall` of what it was beyond noise (p below alpha, which the parts share), or where PSI says
 * that the parts are another population.
 */
export const volumeAlarm = (parts: readonly PartCount[], { alpha, fall, limit }: VolumeLimits): Reading => {
  const n = parts.reduce((sum, { before }) => sum + before, 0);
  const m = parts.reduce((sum, { after }) => sum + after, 0);
  const watched = parts.filter(({ before }) => before >= LEAST_BEFORE);
  const fell: string[] = [];
  const figures = watched.map((part): Figure => {
    const { value, ci, p } = shareRatio(part, n, m, fall);
    const [now, low, high] = [value, ...ci].map((share) => significant(100 * share));
    if (p < alpha / watched.length) fell.push(`${part.part} has ${now} % of its share [${low}, ${high}]`);
    return { name: `share of ${part.part}, now by then`, value, ci, n: part.before + part.after, limit: fall };
  });
  const psi = psiCountsAlarm(
    parts.map(({ before }) => before),
    parts.map(({ after }) => after),
    limit,
  );
  return found(fell.length > 0 || psi.state === 'red', [...fell, psi.reason].join('; '), [...psi.figures, ...figures]);
};
