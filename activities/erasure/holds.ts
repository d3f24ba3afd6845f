/** Legal holds against an erasure: what is held stays, whoever asks. */
import { holdsAny } from '../../models/retention/verdict.ts';
import type { ObjectStore } from '../ports.ts';
import { currentPolicy } from '../retention/policies.ts';
import type { ErasurePlan } from './plan.ts';

/** The holds of the retention policy that name the person, or a drop or dataset that they reached, as people read them. */
export const holdsOn = async (
  objects: ObjectStore,
  { subject, drops, datasets }: Pick<ErasurePlan, 'subject' | 'drops' | 'datasets'>,
): Promise<string[]> => {
  const current = await currentPolicy(objects);
  const reached = { drops: drops.map(({ drop }) => drop), datasets: datasets.map(({ name }) => name) };
  return (current?.policy.holds ?? [])
    .filter((hold) => hold.subjects.includes(subject) || holdsAny(hold, reached))
    .map(({ reason, by }) => `held by ${by}, ${reason}`);
};
