import { noData, ofModel } from '../../models/drift/reading.ts';
import { swapGroups } from '../../models/fairness/counterfactual.ts';
import { type Changes, counterfactualAlarm } from '../../models/fairness/counterfactual-alarm.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { SensitiveAttribute, Watch } from '../../schemas/monitor-kinds.ts';
import { type AskedText, askedScorer, askedTexts, rewardsBy } from './asked.ts';
import { tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

/** Prompt and response swapped alike: a response must go on speaking of whom it was asked about. */
const twinOf = ({ group, input }: AskedText, attribute: SensitiveAttribute) => {
  const [prompt, response] = [swapGroups(input.prompt, attribute), swapGroups(input.response, attribute)];
  return {
    group,
    input,
    twin: { ...input, prompt: prompt.text, response: response.text },
    words: prompt.words + response.words,
    lean: prompt.lean + response.lean,
  };
};

/** A head is asked about texts that speak of a group, one a prompt, and about their twins that speak of another (S047). Text alone. */
export const counterfactualFairness = async (
  deps: MonitorSources,
  watch: Watch<'counterfactual-fairness'>,
  now: number,
): Promise<Reading> => {
  const scorer = await askedScorer(deps, watch.model);
  if (scorer === null) return noData(`there is no model ${watch.model}`);
  const asked = await askedTexts(deps, watch, now);
  const changes: Changes[] = [];
  const few: string[] = [];
  for (const attribute of watch.attributes) {
    const pairs = asked.map((text) => twinOf(text, attribute)).filter(({ words }) => words > 0);
    if (pairs.length < watch.least) {
      few.push(tooFew(`texts with words of ${attribute}`, pairs.length, watch.least));
      continue;
    }
    const plain = await rewardsBy(
      scorer,
      pairs.map(({ input }) => input),
    );
    const swapped = await rewardsBy(
      scorer,
      pairs.map(({ twin }) => twin),
    );
    changes.push({
      attribute,
      changes: pairs.map(({ group, lean }, i) => ({ group, lean, change: (swapped[i] ?? 0) - (plain[i] ?? 0) })),
    });
  }
  return ofModel(scorer, changes.length === 0 ? noData(few.join('; ')) : counterfactualAlarm(changes, watch));
};
