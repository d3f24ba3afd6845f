import { found, noData } from '../../models/drift/reading.ts';
import { wilson } from '../../models/metrics/wilson.ts';
import { remoteName } from '../../schemas/model-choice.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { significant } from '../../schemas/significant.ts';
import { readHead } from '../model-catalog.ts';
import { drawn, queryDrops, rewarded, rewardRows, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

/** Share of responses, one a prompt, whose distance is beyond the head's own threshold, with its Wilson interval (S108, S377). */
export const outOfDistribution = async (deps: MonitorSources, watch: Watch<'ood'>, now: number): Promise<Reading> => {
  const { drops, rewarder } = await rewarded(deps, watch, now);
  if (rewarder === null) return noData(`no drop has rewards of ${watch.model}`);
  const { model, version } = rewarder;
  const head = remoteName(model) === null ? await readHead(deps.objects, model, version) : null;
  const ood = head?.metrics.ood;
  if (ood === undefined)
    return noData(`${model}@${version} states no distance beyond which a response is unlike its training`);
  const rows = `SELECT i."group" AS "group", concat(s.item, ':', s.response) AS unit, s.ood AS distance
    FROM (${rewardRows(model, version, 'preference')}) s JOIN {items} i ON s.item = i.id WHERE s.ood IS NOT NULL`;
  const distances = await Array.fromAsync(
    queryDrops<{ distance: number }>(deps.tables, drops, ['scores', 'items'], drawn(rows, watch)),
    ({ distance }) => distance,
  );
  const n = distances.length;
  if (n < watch.least) return noData(tooFew('responses with a distance', n, watch.least));
  const beyond = distances.filter((distance) => distance > ood.threshold).length;
  const [value, ci] = [beyond / n, wilson(beyond, n)];
  const reason = `${model}@${version}: ${significant(value)} of ${n} responses [${significant(ci[0])}, ${significant(ci[1])}] are out of distribution, ${significant(1 - ood.quantile)} when it was validated, limit ${watch.limit}`;
  return found(ci[0] > watch.limit, reason, [{ name: 'share out of distribution', value, ci, n, limit: watch.limit }]);
};
