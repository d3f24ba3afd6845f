import { setCurrentDetails } from '@temporalio/workflow';
import type { IngestActivities } from '../activities/contract.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { Modality } from '../schemas/primitives.ts';
import { ingest } from './activities.ts';
import { countsTable, quarantineTable } from './details.ts';
import { resume } from './resume.ts';
import type { Timing } from './timing.ts';
import { slidingWindow } from './window.ts';

export type IngestInput = {
  readonly drop: string;
  readonly timing?: Timing;
  /** Units before history starts afresh. */
  readonly page?: number;
  /** Set when continuing as new: where the parsing stands. */
  readonly progress?: IngestProgress;
};
type IngestProgress = {
  readonly next: number;
  readonly units: number;
  readonly modality: Modality;
  readonly config: PipelineConfig;
  readonly rows: { readonly in: number; readonly out: number; readonly quarantined: number };
};
export type IngestResult = Awaited<ReturnType<IngestActivities['commitDrop']>> & {
  readonly modality: Modality;
  readonly config: PipelineConfig;
};

/** Units parsed at the same time, and before history starts afresh (about 6 events each). */
const WINDOW = 4;
export const INGEST_PAGE = 1000;

/** Plans a drop, parses it unit by unit, commits its tables: rows in = rows out + quarantined. */
export async function ingestDrop(input: IngestInput): Promise<IngestResult> {
  const { drop, timing, page = INGEST_PAGE } = input;
  const activities = ingest(timing);
  const plan = input.progress ?? {
    ...(await activities.planDrop({ drop })),
    next: 0,
    rows: { in: 0, out: 0, quarantined: 0 },
  };
  const rows = { ...plan.rows };
  const end = Math.min(plan.next + page, plan.units);
  let done = plan.next;
  await slidingWindow(plan.next, end, WINDOW, async (unit) => {
    const parsed = await activities.parseUnit({ drop, unit });
    rows.in += parsed.rowsIn;
    rows.out += parsed.rowsOut;
    rows.quarantined += parsed.quarantined;
    done++;
    setCurrentDetails(
      `**Parsing** ${done} of ${plan.units} units: ${rows.in} rows in = ${rows.out} out + ${rows.quarantined} quarantined`,
    );
  });
  if (end < plan.units) {
    const { units, modality, config } = plan;
    return resume<typeof ingestDrop>({ ...input, progress: { units, modality, config, next: end, rows } });
  }
  const committed = await activities.commitDrop({ drop, units: plan.units });
  setCurrentDetails(`${countsTable(committed.counts)}\n\n${quarantineTable(committed.samples)}`);
  return { ...committed, modality: plan.modality, config: plan.config };
}
