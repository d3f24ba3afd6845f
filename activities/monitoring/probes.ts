import { PROBE_TWINS, type ProbeGains, probesAlarm } from '../../models/drift/probes.ts';
import { noData, ofModel } from '../../models/drift/reading.ts';
import type { Scorer, ScorerInput } from '../../models/scorer.ts';
import { isAssayError } from '../../schemas/errors.ts';
import type { Item } from '../../schemas/item.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { promptText } from '../encoding.ts';
import { openScorer } from '../scorers.ts';
import { currentDrops } from './drops.ts';
import { drawn, queryDrops, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

/** Characters of a response that is probed; longer ones are left out, as cutting would change them too. */
const MOST_TEXT = 20_000;

interface Row extends Pick<Item, 'prompt' | 'language'> {
  readonly group: string;
  readonly response: string;
}

/** The scorer, or null where there is no such model yet. */
const scorerOf = async (deps: MonitorSources, choice: string): Promise<Scorer | null> => {
  const [name = '', version] = choice.split('@');
  try {
    return await openScorer(deps, name, version);
  } catch (error) {
    if (isAssayError(error) && ['ASY-5001', 'ASY-5034'].includes(error.code)) return null;
    throw error;
  }
};

/** A head is asked about responses, one a prompt, and about their twins under each probe (S228). Text alone. */
export const probing = async (deps: MonitorSources, watch: Watch<'probes'>, now: number): Promise<Reading> => {
  const { objects, tables } = deps;
  const scorer = await scorerOf(deps, watch.model);
  if (scorer === null) return noData(`there is no model ${watch.model}`);
  const drops = await currentDrops(objects, watch, now);
  const rows = `SELECT "group", concat(id, ':', response) AS unit, id, response
    FROM (SELECT "group", id, unnest(range(len(responses))) AS response, responses FROM {items} WHERE modality = 'text')
    WHERE trim(responses[response + 1].text) <> '' AND length(responses[response + 1].text) <= ${MOST_TEXT}`;
  const sql = `SELECT i."group", i.language, i.prompt, i.responses[d.response + 1].text AS response
    FROM (${drawn(rows, watch)}) d JOIN {items} i ON i.id = d.id ORDER BY d.unit`;
  const found = await Array.fromAsync(queryDrops<Row>(tables, drops, ['items'], sql));
  if (found.length < watch.least) return noData(tooFew('texts to probe', found.length, watch.least));
  const asked = found.map((row): ScorerInput => ({ ...row, prompt: promptText(row) }));
  const rewardsOf = async (inputs: readonly ScorerInput[]) => (await scorer.score(inputs)).map(({ value }) => value);
  const plain = await rewardsOf(asked);
  const groups = found.map(({ group }) => group);
  const probed: ProbeGains[] = [];
  for (const probe of watch.probes) {
    const twins = asked.map((input) => ({ ...input, response: PROBE_TWINS[probe](input.response, input.prompt) }));
    const rewards = await rewardsOf(twins);
    probed.push({ probe, groups, gains: rewards.map((reward, i) => reward - (plain[i] ?? 0)) });
  }
  return ofModel(scorer, probesAlarm(probed, watch.limit, watch.seed));
};
