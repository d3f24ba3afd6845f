/** The models that `assay serve` gives rewards of, from the registry in S3 and the remotes file. */
import { openScorer, type ScorerDeps, servingVersion } from '../activities/scorers.ts';
import { keys } from '../schemas/keys.ts';
import type { RewardRegistry } from '../server/reward/ports.ts';

/** The registry as the reward service asks it. */
export const createRewardRegistry = (deps: ScorerDeps): RewardRegistry => ({
  promoted: (name) => servingVersion(deps, name),
  open: (name, version) => openScorer(deps, name, version),
  // Whether the key is there does not matter, only that the server says so.
  reachable: async () => void (await deps.objects.head(keys.modelPromoted('any'))),
});
