import type { MistakeAccuracy } from '../process-reward.ts';
import { firstWrongStep, mistakeAccuracy } from '../process-reward.ts';
import type { TrainingSet, TrainingStep } from './examples.ts';

/**
 * How well a process head finds the first wrong step of validation solutions, from the probability of each row being right; null
 * where there is no validation step.
 */
export const mistakesOf = ({ steps }: TrainingSet, probability: Float32Array): MistakeAccuracy | null => {
  const solutions = new Map<string, TrainingStep[]>();
  for (const step of steps) {
    if (step.split !== 'validation') continue;
    const known = solutions.get(step.solution);
    if (known === undefined) solutions.set(step.solution, [step]);
    else known.push(step);
  }
  if (solutions.size === 0) return null;
  const ordered = [...solutions.values()].map((given) => given.toSorted((a, b) => a.position - b.position));
  return mistakeAccuracy(
    ordered.map((given) => firstWrongStep(given.map(({ row }) => probability[row] ?? 0))),
    ordered.map((given) => firstWrongStep(given.map(({ label }) => label))),
  );
};
