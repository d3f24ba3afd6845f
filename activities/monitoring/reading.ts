/** One look of a monitor: what it watches is read, and its rule says what it found. */
import type { Reading } from '../../schemas/monitor.ts';
import type { MonitorKind } from '../../schemas/monitor-kinds.ts';
import { agreementTrend } from './agreement-trend.ts';
import { annotatorHealth } from './annotator-health.ts';
import { biasAmplification } from './bias-amplification.ts';
import { counterfactualFairness } from './counterfactual-fairness.ts';
import { decoupling } from './decoupling.ts';
import { feedbackVolume } from './feedback-volume.ts';
import { judgeGaps } from './judge-gap.ts';
import { labelDrift } from './label-drift.ts';
import { lengthCorrelation } from './length-correlation.ts';
import { outOfDistribution } from './ood.ts';
import { overOptimisation } from './over-optimisation.ts';
import { probing } from './probes.ts';
import { promptDrift } from './prompt-drift.ts';
import { scoreDrift } from './score-drift.ts';
import type { MonitorSources } from './sources.ts';

/**
 * The reading at `now`, in milliseconds since epoch. What is watched and not there yet (a drop, a head, its rewards) gives `no-data`
 * with what is missing; only stores and models that fail throw, with their codes.
 */
export const readMonitor = (deps: MonitorSources, watch: MonitorKind, now: number): Promise<Reading> => {
  switch (watch.kind) {
    case 'prompt-drift':
      return promptDrift(deps, watch, now);
    case 'score-drift':
      return scoreDrift(deps, watch, now);
    case 'label-drift':
      return labelDrift(deps, watch, now);
    case 'length-correlation':
      return lengthCorrelation(deps, watch, now);
    case 'probes':
      return probing(deps, watch, now);
    case 'counterfactual-fairness':
      return counterfactualFairness(deps, watch, now);
    case 'over-optimisation':
      return overOptimisation(deps, watch, now);
    case 'judge-gap':
      return judgeGaps(deps, watch, now);
    case 'agreement-trend':
      return agreementTrend(deps, watch, now);
    case 'annotator-health':
      return annotatorHealth(deps, watch, now);
    case 'feedback-volume':
      return feedbackVolume(deps, watch, now);
    case 'ood':
      return outOfDistribution(deps, watch, now);
    case 'decoupling':
      return decoupling(deps, watch, now);
    case 'bias-amplification':
      return biasAmplification(deps, watch, now);
  }
};
