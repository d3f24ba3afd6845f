import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { RetentionCount, RetentionRecord } from '../schemas/retention.ts';
import { retention } from './activities.ts';
import { table } from './details.ts';
import type { Timing } from './timing.ts';

export type RetainInput = { readonly timing?: Timing };

const countsTable = (counts: readonly RetentionCount[]): string =>
  counts.length === 0
    ? 'There is nothing of the classes that rules name.'
    : table(
        ['class', 'rule', 'why', 'objects', 'bytes'],
        counts.map(({ class: of, rule, reason, objects, bytes }) => [of, rule, reason, objects, bytes]),
      );

/** Plan by the policy that holds → remove what has expired, part by part → record. What nobody may remove yet is counted with why. */
export async function retain({ timing }: RetainInput): Promise<RetentionRecord> {
  const activities = retention(timing);
  // One started by a Schedule has no other name that fits into a key.
  const id = workflowInfo().runId;
  const { counts, parts } = await activities.planRetention({ id });
  const sum = { removed: 0, changed: 0 };
  const show = (doing: string) => setCurrentDetails(`**${doing}**\n\n${countsTable(counts)}`);
  for (let part = 0; part < parts; part++) {
    show(`Removing: ${sum.removed} objects so far, part ${part + 1} of ${parts}`);
    const { removed, changed } = await activities.removeExpired({ id, part });
    sum.removed += removed;
    sum.changed += changed;
  }
  const record = await activities.recordRetention({ id });
  show(`Done: ${sum.removed} objects removed, ${sum.changed} written again meanwhile and kept`);
  return record;
}
