import type { RunReport } from '../schemas/run-report.ts';
import { Run, type RunInput } from './run.ts';

/** The parent of everything: a drop in, a curated dataset out, stopping for people where `pipeline.yaml` says so. */
export async function runPipeline(input: RunInput): Promise<RunReport> {
  const run = new Run(input);
  try {
    const ingested = await run.ingest();
    await run.annotate(ingested);
    let judged = await run.judge(ingested);
    while (input.votes === undefined && (ingested.config.approval === 'required' || judged.below.length > 0)) {
      const decision = await run.decision();
      if (decision.kind === 'approved') {
        run.overrule(judged, decision);
        break;
      }
      if (decision.kind === 'rejected') return await run.finish('rejected');
      await run.rework(ingested, judged, decision);
      judged = await run.judge(ingested);
    }
    const held = await run.curate(ingested, judged);
    if (held !== null) {
      await run.settle(ingested, held);
      await run.curate(ingested, await run.judge(ingested));
    }
    return await run.finish('completed');
  } catch (error) {
    run.failed(error);
    throw error;
  }
}
