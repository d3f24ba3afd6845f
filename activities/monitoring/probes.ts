import { PROBE_TWINS, type ProbeGains, probesAlarm } from '../../models/drift/probes.ts';
import { noData, ofModel } from '../../models/drift/reading.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { askedScorer, askedTexts, rewardsBy } from './asked.ts';
import { tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

/** A head is asked about responses, one a prompt, and about their twins under each probe (S228). Text alone. */
export const probing = async (deps: MonitorSources, watch: Watch<'probes'>, now: number): Promise<Reading> => {
  const scorer = await askedScorer(deps, watch.model);
  if (scorer === null) return noData(`there is no model ${watch.model}`);
  const asked = await askedTexts(deps, watch, now);
  if (asked.length < watch.least) return noData(tooFew('texts to probe', asked.length, watch.least));
  const inputs = asked.map(({ input }) => input);
  const groups = asked.map(({ group }) => group);
  const plain = await rewardsBy(scorer, inputs);
  const probed: ProbeGains[] = [];
  for (const probe of watch.probes) {
    const twins = inputs.map((input) => ({ ...input, response: PROBE_TWINS[probe](input.response, input.prompt) }));
    const rewards = await rewardsBy(scorer, twins);
    probed.push({ probe, groups, gains: rewards.map((reward, i) => reward - (plain[i] ?? 0)) });
  }
  return ofModel(scorer, probesAlarm(probed, watch.limit, watch.seed));
};
