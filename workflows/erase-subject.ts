import { ChildWorkflowFailure, executeChild, isCancellation, setCurrentDetails } from '@temporalio/workflow';
import type { ErasureReport } from '../schemas/erasure.ts';
import { erasure } from './activities.ts';
import { table } from './details.ts';
import { ingestId, runId } from './ids.ts';
import { ingestDrop } from './ingest-drop.ts';
import { runPipeline } from './run-pipeline.ts';
import type { Timing } from './timing.ts';

export type EraseInput = {
  /** Opaque: made from the keyed hash of the person's id. */
  readonly id: string;
  /** Keyed hash of the person's id; the plain one never comes here. */
  readonly subject: string;
  /** Drops whose runs were under way when the erasure was asked for. */
  readonly running: readonly string[];
  /** Where links in the details of runs lead. */
  readonly links?: { readonly api: string };
  readonly timing?: Timing;
};

/**
 * Find and note → rewrite raw files and votes → ingest, label, train and curate anew from what is left → remove every version of
 * what was replaced → prove. The new tables, heads and datasets are those that would be there had the person never been.
 */
export async function eraseSubject({ id, subject, running, links, timing }: EraseInput): Promise<ErasureReport> {
  const activities = erasure(timing);
  const { drops, reached } = await activities.planErasure({ id, subject, running });
  const counts = table(['reached', 'n'], Object.entries(reached));
  const show = (doing: string) => setCurrentDetails(`**${doing}**\n\n${counts}`);
  show('Removing heads that learned from the person');
  await activities.withdrawHeads({ id });
  const failed: { drop: string; reason: string }[] = [];
  for (const { drop, again } of drops) {
    show(`Rewriting ${drop}`);
    const { votes } = await activities.rewriteDrop({ id, drop });
    if (again === 'none') continue;
    show(`Doing run/${drop} again`);
    try {
      if (again === 'ingest') await executeChild(ingestDrop, { workflowId: ingestId(drop), args: [{ drop, timing }] });
      else
        await executeChild(runPipeline, {
          workflowId: runId(drop),
          staticSummary: `drop ${drop} again, after erasure ${id}`,
          args: [{ drop, links, timing, votes }],
        });
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ChildWorkflowFailure)) throw error;
      // What is left may be too little for what its pipeline asks; what has to go goes all the same.
      failed.push({ drop, reason: reasonOf(error) });
    }
  }
  show('Removing what was replaced');
  await activities.sweepErased({ id });
  const report = await activities.proveErasure({ id, failed });
  show(`Done: ${report.proof}`);
  return report;
}

const reasonOf = (error: Error): string => (error.cause instanceof Error ? reasonOf(error.cause) : error.message);
