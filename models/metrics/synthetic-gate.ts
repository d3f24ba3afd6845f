import { wilson } from './wilson.ts';

export interface Gate {
  readonly accepted: boolean;
  readonly agreement: number;
  /** Wilson 95 %. */
  readonly ci: readonly [number, number];
  readonly n: number;
}

/**
 * Whether a batch of machine-labelled pairs may be used (S390): people judged a sample of it, and the lower end of the interval of
 * their agreement reaches the gate. A batch nobody looked at never may.
 */
export const syntheticGate = (agreed: number, judged: number, gate: number): Gate => {
  const ci = wilson(agreed, judged);
  const agreement = judged === 0 ? 0 : agreed / judged;
  return { accepted: judged > 0 && ci[0] >= gate, agreement, ci, n: judged };
};
