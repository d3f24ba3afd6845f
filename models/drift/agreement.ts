import type { Reading } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { changeAlarm } from './change-point.ts';
import { found, noData, together } from './reading.ts';

/** Krippendorff's α of the votes of one drop or day. */
export interface AgreementPoint {
  readonly part: string;
  readonly alpha: number;
  readonly ci: readonly [number, number];
  /** Questions. */
  readonly n: number;
}

/** Red where the latest α lies below the floor with its whole interval, or where α fell at some point of the series (Pettitt). */
export const agreementAlarm = (points: readonly AgreementPoint[], floor: number, alpha: number): Reading => {
  const latest = points.at(-1);
  if (latest === undefined) return noData('no drop or day has votes enough');
  const [low, high] = latest.ci;
  const reason = `α ${significant(latest.alpha)} [${significant(low)}, ${significant(high)}] in ${latest.part}, floor ${floor}`;
  const level = found(high < floor, reason, [
    { name: 'α of the latest', value: latest.alpha, ci: [low, high], n: latest.n, limit: floor },
  ]);
  const change = changeAlarm(
    points.map((point) => point.alpha),
    alpha,
    'fall',
  );
  return change.state === 'no-data' ? level : together([level, change]);
};
