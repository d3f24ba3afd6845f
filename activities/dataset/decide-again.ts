/** The decisions of a version made once more, from the tables and rules its lineage names. */

import type { z } from 'zod';
import { canonicalJson } from '../../models/hash.ts';
import type { Selecting } from '../../models/selection/rules.ts';
import type { DatasetManifest, Decision } from '../../schemas/dataset.ts';
import type { Lineage } from '../../schemas/lineage.ts';
import { CurateConfig } from '../../schemas/pipeline.ts';
import { type DecideDeps, decide } from './decide.ts';

/** The rules of a version, as its manifest keeps them. Where they are older than the guard of meaning, nothing guarded it. */
export const rulesIn = ({ config }: DatasetManifest): Selecting => {
  const { curate } = config as { readonly curate: z.input<typeof CurateConfig> };
  const { near, ...rules } = curate;
  const semantic = near?.semantic && { guarded: false, ...near.semantic };
  return CurateConfig.parse({ ...rules, near: { ...near, semantic } });
};

/** Every decision made again, by item: what a stored one must be equal to. */
export const decideAgain = async (
  deps: DecideDeps,
  manifest: DatasetManifest,
  { tables: from }: Lineage,
): Promise<ReadonlyMap<string, Decision>> => {
  // A run's items are the partition of its name.
  const { selection } = await decide(deps, { ...from, run: from.items.partition, config: rulesIn(manifest) });
  return new Map(selection.decisions.map((decision) => [decision.item, decision]));
};

/** Whether two decisions say the same: step, rule, figures and reason. */
export const sameDecision = (a: Decision, b: Decision | undefined): boolean =>
  b !== undefined && canonicalJson(a) === canonicalJson(b);
