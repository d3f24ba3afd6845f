/** Versions that went, and what stands in their place. */
import { z } from 'zod';
import { Withdrawn } from '../../schemas/erasure.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';
import type { ErasurePlan } from './plan.ts';

export interface Replacement {
  readonly name: string;
  readonly withdrawn: string;
  readonly version: string | null;
}

const Made = z.object({ name: z.string(), version: z.string() });
const Report = z.object({ datasets: z.array(Made), models: z.array(Made) });

/** What the runs of the reached drops made last. */
const madeAnew = async (objects: ObjectStore, { drops }: ErasurePlan): Promise<z.infer<typeof Report>> => {
  const made: z.infer<typeof Report> = { datasets: [], models: [] };
  for (const { drop, again } of drops) {
    const report = again === 'run' ? await readReceipt(objects, keys.report(drop)) : null;
    if (report === null) continue;
    const { datasets, models } = Report.parse(report);
    made.datasets.push(...datasets);
    made.models.push(...models);
  }
  return made;
};

const replace = (versions: readonly z.infer<typeof Made>[], made: readonly z.infer<typeof Made>[]): Replacement[] =>
  versions.flatMap(({ name, version: withdrawn }) => {
    const version = made.find((each) => each.name === name)?.version ?? null;
    // Made anew and the same: nothing in it came from the person.
    return version === withdrawn ? [] : [{ name, withdrawn, version }];
  });

/** Datasets and heads of the plan with what the runs made in their place. */
export const replacements = async (
  objects: ObjectStore,
  plan: ErasurePlan,
): Promise<{ datasets: Replacement[]; models: Replacement[] }> => {
  const made = await madeAnew(objects, plan);
  return { datasets: replace(plan.datasets, made.datasets), models: replace(plan.models, made.models) };
};

/** Says where a version was that it was withdrawn, and for which. */
export const leaveWord = (objects: ObjectStore, key: string, word: Withdrawn): Promise<void> =>
  objects.put(key, `${JSON.stringify(word, null, 2)}\n`, { contentType: 'application/json' });

/** Why a dataset's version is not there: ASY-6404 naming the one to take, or null where it was not withdrawn. */
export const withdrawal = async (objects: ObjectStore, name: string, version: string): Promise<AssayError | null> => {
  const word = await readReceipt(objects, keys.datasetFile(name, version, 'withdrawn.json'));
  if (word === null) return null;
  const { erasure, version: next } = Withdrawn.parse(word);
  const instead = next === null ? 'nothing stands in its place' : `${next} stands in its place`;
  return new AssayError('ASY-6404', { dataset: `${name} ${version}`, erasure, instead });
};
