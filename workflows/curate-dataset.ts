import { executeChild, setCurrentDetails } from '@temporalio/workflow';
import type { CurateInput, SelectionRef } from '../activities/contract.ts';
import type { DatasetRef, FunnelStep } from '../schemas/dataset.ts';
import { isExamined } from '../schemas/examination.ts';
import { curate } from './activities.ts';
import { funnelTable } from './details.ts';
import { examineItems } from './examine-items.ts';
import { examineId } from './ids.ts';
import type { Timing } from './timing.ts';

export type CurateDatasetInput = {
  readonly input: CurateInput;
  readonly timing?: Timing;
  /** Nothing is published while copies contradict each other. */
  readonly holdConflicts?: true;
  /** Nothing is published while labels are out of date. */
  readonly holdExpired?: true;
};
/** What was published; null where conflicts or labels out of date held it back, with the selection that has them. */
export type CurateResult = {
  readonly dataset: DatasetRef | null;
  readonly funnel: FunnelStep[];
  readonly held?: SelectionRef;
};

/** Examine, where texts or media say what stays → select → export each format → card, lineage and manifest, committed last. A version that exists is returned as it is. */
export async function curateDataset({
  input: asked,
  timing,
  holdConflicts,
  holdExpired,
}: CurateDatasetInput): Promise<CurateResult> {
  const activities = curate(timing);
  const { version, waivers } = await activities.planDataset(asked);
  const input = waivers === undefined ? asked : { ...asked, waivers };
  const { name, run, items } = input;
  if (isExamined(input.config)) {
    const { filters, dedup, near, decontaminate } = input.config;
    const config = { filters, dedup, near, decontaminate };
    await executeChild(examineItems, {
      workflowId: examineId(name, run),
      staticSummary: `examine the items of ${run}`,
      args: [{ input: { run, items, config }, timing }],
    });
  }
  const { rows, funnel, formats, conflicts, expired = 0 } = await activities.selectRows({ ...input, version });
  const held = [
    ...(holdConflicts === true && conflicts > 0 ? [`${conflicts} items contradict copies of them`] : []),
    ...(holdExpired === true && expired > 0 ? [`labels of ${expired} items are out of date`] : []),
  ];
  if (held.length > 0) {
    setCurrentDetails(`${funnelTable(funnel)}\n\n**Held**: ${held.join('; ')}`);
    return { dataset: null, funnel, held: { name, version } };
  }
  setCurrentDetails(`${funnelTable(funnel)}\n\n**Exporting** ${rows} rows as ${formats.join(', ')}`);
  await Promise.all(formats.map((format) => activities.exportDataset({ name, version, format })));
  const dataset = await activities.publishDataset({ ...input, version, formats });
  setCurrentDetails(`${funnelTable(funnel)}\n\n**${dataset.name} ${dataset.version}**: ${dataset.rows} rows`);
  return { dataset, funnel };
}
