import type { Standing } from '../../schemas/batch.ts';
import type { BatchRules } from './settings.ts';
import type { Tally } from './state.ts';

export type CheckRules = NonNullable<BatchRules['checks']>;

/** How somebody stands with these answers to checks: judged once they have qualified, or on `minAnswers` where nobody has to. */
export const standingOf = ({ asked, right }: Tally, { qualify, minAnswers, minAccuracy }: CheckRules): Standing => {
  if (asked < qualify) return 'new';
  const enough = qualify > 0 || asked >= minAnswers;
  return enough && right < minAccuracy * asked ? 'paused' : 'qualified';
};
