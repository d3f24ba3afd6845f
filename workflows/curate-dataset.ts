import { setCurrentDetails } from '@temporalio/workflow';
import type { CurateInput } from '../activities/contract.ts';
import type { DatasetRef, FunnelStep } from '../schemas/dataset.ts';
import { curate } from './activities.ts';
import { funnelTable } from './details.ts';
import type { Timing } from './timing.ts';

export type CurateDatasetInput = { readonly input: CurateInput; readonly timing?: Timing };
export type CurateResult = { readonly dataset: DatasetRef; readonly funnel: FunnelStep[] };

/** Select → export each format → card, lineage and manifest, committed last. A version that exists is returned as it is. */
export async function curateDataset({ input, timing }: CurateDatasetInput): Promise<CurateResult> {
  const activities = curate(timing);
  const { version } = await activities.planDataset(input);
  const { rows, funnel, formats } = await activities.selectRows({ ...input, version });
  setCurrentDetails(`${funnelTable(funnel)}\n\n**Exporting** ${rows} rows as ${formats.join(', ')}`);
  await Promise.all(formats.map((format) => activities.exportDataset({ name: input.name, version, format })));
  const dataset = await activities.publishDataset({ ...input, version, formats });
  setCurrentDetails(`${funnelTable(funnel)}\n\n**${dataset.name} ${dataset.version}**: ${dataset.rows} rows`);
  return { dataset, funnel };
}
