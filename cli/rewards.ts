/** The models that `assay serve` gives rewards of, from the registry in S3 and the remotes file. */
import type { ModelSources } from '../activities/encoder-catalog.ts';
import { openScorer, servingVersion } from '../activities/scorers.ts';
import { keys } from '../schemas/keys.ts';
import type { RewardRegistry } from '../server/reward/ports.ts';

/** The registry as the reward service asks it. */
export const createRewardRegistry = (deps: ModelSources): RewardRegistry => ({
  promoted: (name) => servingVersion(deps, name),
  open: (name, version) => openScorer(deps, name, version),
  // Whether the key is there does not matter, only that the server says so.
  reachable: async () => void (await deps.objects.head(keys.modelPromoted('any'))),
});
