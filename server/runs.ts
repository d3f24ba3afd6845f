import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { AssayError, ERRORS, type ErrorCode } from '../schemas/errors.ts';
import type { RunReport } from '../schemas/run-report.ts';
import { runId } from '../workflows/ids.ts';
import { approve, reject, rework, runState } from '../workflows/messages.ts';
import type { RunInput } from '../workflows/run.ts';
import type { Runs } from './ports.ts';

/** A fault from inside Temporal, back as the catalogue entry it came from. */
export const asAssayError = (error: unknown): unknown => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const type = (at as { type?: unknown }).type;
    if (typeof type === 'string' && type in ERRORS) {
      const restored = new AssayError(type as ErrorCode, {}, { cause: error });
      restored.message = at.message.replace(`${type} `, '');
      return restored;
    }
  }
  return error;
};

const translated = async <T>(drop: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new AssayError('ASY-4001', { run: drop }, { cause: error });
    if (error instanceof WorkflowUpdateFailedError) throw asAssayError(error);
    if (isGrpcServiceError(error) && error.code === 14) {
      throw new AssayError('ASY-3005', { address: 'TEMPORAL_ADDRESS', reason: error.details }, { cause: error });
    }
    throw asAssayError(error);
  }
};

export const createRuns = (client: Client, input: Omit<RunInput, 'drop'> = {}): Runs => {
  const handle = (drop: string) => client.workflow.getHandle(runId(drop));
  return {
    start: (drop) =>
      translated(drop, async () => {
        const workflowId = runId(drop);
        try {
          const before = await handle(drop)
            .describe()
            .catch(() => null);
          if (before?.status.name === 'RUNNING') return { workflowId, started: false };
          await client.workflow.start('runPipeline', {
            workflowId,
            taskQueue: 'pipeline',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
            workflowIdConflictPolicy: 'USE_EXISTING',
            staticSummary: `drop ${drop}: ingest → annotate → aggregate → train → score → curate`,
            args: [{ drop, ...input } satisfies RunInput],
          });
          return { workflowId, started: true };
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError) return { workflowId, started: false };
          throw error;
        }
      }),
    exists: (drop) =>
      translated(drop, async () => {
        try {
          await handle(drop).describe();
          return true;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      }),
    state: (drop) =>
      translated(drop, async () => {
        const [{ status }, state] = await Promise.all([handle(drop).describe(), handle(drop).query(runState)]);
        return { ...state, status: status.name.toLowerCase() };
      }),
    result: (drop) => translated(drop, () => handle(drop).result() as Promise<RunReport>),
    approve: (drop, verdict) =>
      translated(drop, async () => void (await handle(drop).executeUpdate(approve, { args: [verdict] }))),
    reject: (drop, verdict) =>
      translated(drop, async () => void (await handle(drop).executeUpdate(reject, { args: [verdict] }))),
    rework: (drop, request) =>
      translated(drop, async () => {
        await handle(drop).startUpdate(rework, { args: [request], waitForStage: 'ACCEPTED' });
      }),
    list: () =>
      translated('*', async () => {
        const runs = [];
        for await (const run of client.workflow.list({ query: 'WorkflowType = "runPipeline"' })) {
          runs.push({
            drop: run.workflowId.replace(/^run\//, ''),
            status: run.status.name.toLowerCase(),
            stage: (run.searchAttributes['AssayStage']?.[0] as string | undefined) ?? null,
            startedAt: run.startTime.toISOString(),
          });
        }
        return runs;
      }),
  };
};
